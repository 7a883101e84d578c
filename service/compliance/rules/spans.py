"""The verdicts of a contract through time: from one change to the next, past and future."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import Verdict
from geodata.model.columns import (
    EPOCH,
    NO_CODE,
    NO_DAY,
    Codes,
    Days,
    LedgerColumns,
    day_number,
)
from geodata.model.judgements import NEVER
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate


@dataclass(frozen=True, slots=True)
class VerdictSpans:
    """Which verdict holds from when to when, sorted by row and day.

    Attributes
    ----------
    row
        Position of the contract in the columns asked about.
    from_on, to_on
        First and last day; `NEVER` where no end is in sight.
    verdict
        `Verdict` codes; two spans that follow each other differ.
    """

    row: npt.NDArray[np.intp]
    from_on: Days
    to_on: Days
    verdict: Codes

    def __len__(self) -> int:
        return len(self.row)


def verdict_spans(
    columns: LedgerColumns, law: LawBook, from_on: date | Days, until_on: date
) -> VerdictSpans:
    """The verdicts of every row between two days, as the facts on record make them.

    Each step judges only the rows that change on a day that is still asked about, each as of its
    own day: between two steps nothing can change.

    Parameters
    ----------
    from_on, until_on
        First day asked about, for all rows or for each; and the last one. A span that reaches
        beyond the last day ends on it, or never where nothing can change any more.
    """
    facts = replace(columns, texts={})
    last_day = day_number(until_on)
    first = day_number(from_on) if isinstance(from_on, date) else from_on
    days = np.broadcast_to(np.asarray(first, dtype=np.int32), len(columns))
    rows = np.flatnonzero(days <= last_day)
    days = days[rows]
    latest = np.full(len(columns), NO_CODE, dtype=np.int8)
    ends_on = np.full(len(columns), last_day, dtype=np.int32)
    found: list[tuple[npt.NDArray[np.intp], Days, Codes]] = []
    while len(rows):
        judged = evaluate(facts.take(rows), law, days)
        changed = judged.verdict != latest[rows]
        found.append((rows[changed], days[changed], judged.verdict[changed]))
        latest[rows] = judged.verdict
        days = judged.next_change_on
        ends_on[rows[days == NEVER]] = NEVER
        rows, days = rows[days <= last_day], days[days <= last_day]
    return _in_order(found, ends_on)


@dataclass(frozen=True, slots=True)
class Span:
    """A verdict of one contract with its first and last day; None where no end is in sight."""

    verdict: Verdict
    from_on: date
    to_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it is the verdict of a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def life_of(contract: LedgerColumns, law: LawBook, until_on: date) -> tuple[Span, ...]:
    """The verdicts of one contract from its signing to a day, as the facts on record make them.

    It is judged on every day: for one contract that is quicker than to go from change to change.

    Parameters
    ----------
    contract
        One row.
    until_on
        Last day asked about; the last span ends on it, or never where nothing can change any more.
    """
    last = day_number(until_on)
    known = [int(days[0]) for days in contract.days.values() if days[0] != NO_DAY]
    signed = int(contract.days["signed_on"][0])
    first = signed if signed != NO_DAY else min(known, default=last)
    days = np.arange(min(first, last), last + 1, dtype=np.int32)
    judged = evaluate(contract.take(np.zeros(len(days), dtype=np.intp)), law, days)
    begins = np.flatnonzero(np.diff(judged.verdict, prepend=NO_CODE))
    ends = [*(days[begins[1:]] - 1).tolist(), last]
    open_end = judged.next_change_on[-1] == NEVER
    return tuple(
        Span(
            Verdict.at(int(judged.verdict[place])),
            EPOCH + timedelta(days=int(days[place])),
            None if open_end and end == last else EPOCH + timedelta(days=end),
        )
        for place, end in zip(begins, ends, strict=True)
    )


_NONE: Final = (np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0, np.int8))


def _in_order(found: list[tuple[npt.NDArray[np.intp], Days, Codes]], ends_on: Days) -> VerdictSpans:
    row, from_on, verdict = (np.concatenate(parts) for parts in zip(_NONE, *found, strict=True))
    order = np.lexsort((from_on, row))
    row, from_on, verdict = row[order], from_on[order], verdict[order]
    to_on = ends_on[row]
    followed = np.flatnonzero(row[1:] == row[:-1])
    to_on[followed] = from_on[followed + 1] - 1
    return VerdictSpans(row, from_on, to_on, verdict)
