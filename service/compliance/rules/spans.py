"""How contracts stand through time: from one change to the next, past and future."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import Group, MilestoneKind, MilestoneState, Verdict
from geodata.model.columns import (
    EPOCH,
    NO_CODE,
    NO_DAY,
    Codes,
    Days,
    Flags,
    LedgerColumns,
    day_number,
)
from geodata.model.judgements import NEVER, Judgements
from geodata.model.standings import StandingSpans
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.facts import cut_off
from service.compliance.rules.leads import NO_LEAD, leads, worst_days

Rows = npt.NDArray[np.intp]
_Told = npt.NDArray[np.int32]

_BATCH: Final = 1 << 13
"""Judgements made at once: fewer cost hardly less."""

_AHEAD: Final = (MilestoneState.NOT_DUE, MilestoneState.DUE_SOON, MilestoneState.EXTENDED)
_SETTLED: Final = (MilestoneState.NA, MilestoneState.MET, MilestoneState.MET_LATE)


def standing_spans(
    columns: LedgerColumns, law: LawBook, from_on: date | Days, until_on: date
) -> StandingSpans:
    """How every row stands between two days, as the facts on record make it.

    Each step judges only the rows that change on a day that is still asked about, each as of its
    own day and of so many days after it as fit into a batch: between two steps nothing can change.

    Parameters
    ----------
    from_on, until_on
        First day asked about, for all rows or for each; and the last one.
    """
    facts = replace(columns, texts={})
    last_day = day_number(until_on)
    first = day_number(from_on) if isinstance(from_on, date) else from_on
    next_on = np.broadcast_to(np.asarray(first, dtype=np.int32), len(columns)).copy()
    rows = np.flatnonzero(next_on <= last_day)
    latest = np.full((len(columns), _PARTS), NO_DAY, dtype=np.int32)
    found: list[tuple[Rows, Days, _Told]] = [
        (np.empty(0, np.intp), np.empty(0, np.int32), np.empty((0, _PARTS), np.int32))
    ]
    while len(rows):
        row, day = _batch(rows, next_on[rows], last_day)
        judged, told = _standings(facts.take(row), law, day)
        before = np.concatenate([told[:1], told[:-1]])
        opening = np.flatnonzero(np.diff(row, prepend=-1))
        before[opening] = latest[rows]
        changed = (told != before).any(axis=1)
        found.append((row[changed], day[changed], told[changed]))
        closing = np.append(opening[1:], len(row)) - 1
        latest[rows] = told[closing]
        next_on[rows] = judged.next_change_on[closing]
        rows = rows[next_on[rows] <= last_day]
    return _in_order(found, next_on)


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
    begins = np.array([min(first, last)], dtype=np.int32)
    spans = standing_spans(contract, law, begins, until_on)
    other = np.flatnonzero(np.diff(spans.verdict, prepend=NO_CODE))
    is_last = NEVER if spans.next_change_on[0] == NEVER else last
    ends = [*(spans.from_on[other[1:]] - 1).tolist(), is_last]
    return tuple(
        Span(
            Verdict.at(int(spans.verdict[place])),
            EPOCH + timedelta(days=int(spans.from_on[place])),
            None if end == NEVER else EPOCH + timedelta(days=end),
        )
        for place, end in zip(other, ends, strict=True)
    )


def _batch(rows: Rows, days: Days, last_day: int) -> tuple[Rows, Days]:
    """Rows and days to be judged at once: each row on its day, and on as many after it as fit."""
    ahead = max(1, _BATCH // len(rows))
    row = np.repeat(rows, ahead)
    day = np.repeat(days, ahead) + np.tile(np.arange(ahead, dtype=np.int32), len(rows))
    asked = day <= last_day
    return row[asked], day[asked]


_PARTS: Final = 7 + len(Group)


def _standings(facts: LedgerColumns, law: LawBook, days: Days) -> tuple[Judgements, _Told]:
    """The judgements, and of each row what a span tells, as whole numbers."""
    judged = evaluate(facts, law, days)
    lead = leads(judged)
    worst = worst_days(judged, lead)
    pausing = cut_off(facts, days).pausing
    running = _is_running(judged, lead) & (worst > 0)
    halted = np.flatnonzero(running & pausing)
    if len(halted):
        running[halted] = _worst_days(facts.take(halted), law, days[halted] + 1) > worst[halted]
    parts: tuple[npt.NDArray[np.generic], ...] = (
        judged.verdict,
        _buckets(judged),
        first_open(judged),
        next_due(judged, pausing),
        _since(judged, lead),
        running,
        np.where(running, days - worst, worst),
        *(judged.group(group) for group in Group),
    )
    return judged, np.stack([part.astype(np.int32) for part in parts], axis=1)


def _in_order(found: list[tuple[Rows, Days, _Told]], next_change_on: Days) -> StandingSpans:
    row, from_on, told = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((from_on, row))
    row, from_on, told = row[order], from_on[order], told[order]
    until_on = np.full(len(row), NEVER, dtype=np.int32)
    followed = np.flatnonzero(row[1:] == row[:-1])
    until_on[followed] = from_on[followed + 1]
    verdict, bucket, milestone, due_on, since_on, running, anchor, *groups = told.T
    return StandingSpans(
        row=row,
        from_on=from_on,
        until_on=until_on,
        verdict=verdict.astype(np.int8),
        groups={g: flags.astype(np.bool_) for g, flags in zip(Group, groups, strict=True)},
        bucket=bucket.astype(np.int8),
        milestone=milestone.astype(np.int8),
        due_on=due_on,
        since_on=since_on,
        worst_days=np.where(running, from_on - anchor, anchor),
        is_running=running.astype(np.bool_),
        next_change_on=next_change_on,
    )


def _worst_days(facts: LedgerColumns, law: LawBook, days: Days) -> Days:
    judged = evaluate(facts, law, days)
    return worst_days(judged, leads(judged))


def _is_running(judged: Judgements, lead: Rows) -> Flags:
    """A finding or a milestone is late by one more day every day, unless a pause excuses it."""
    running = np.zeros(len(judged), dtype=np.bool_)
    has_lead = lead != NO_LEAD
    running[has_lead] = judged.findings.days[lead[has_lead]] > 0
    for milestone in judged.milestones.values():
        running |= milestone.state == MilestoneState.OVERDUE.position
    return running


def _buckets(judged: Judgements) -> Codes:
    bucket = np.full(len(judged), NO_CODE, dtype=np.int8)
    findings = judged.findings
    filled = findings.bucket != NO_CODE
    bucket[findings.row[filled]] = findings.bucket[filled]
    return bucket


def _since(judged: Judgements, lead: Rows) -> Days:
    since_on = np.full(len(judged), NO_DAY, dtype=np.int32)
    has_lead = lead != NO_LEAD
    since_on[has_lead] = judged.findings.since_on[lead[has_lead]]
    return since_on


def first_open(judged: Judgements) -> Codes:
    """`MilestoneKind` code of the first milestone that is agreed and not met; else `NO_CODE`."""
    first = np.full(len(judged), NO_CODE, dtype=np.int8)
    settled = [NO_CODE, MilestoneState.CLOSED.position, *(state.position for state in _SETTLED)]
    for kind in reversed(MilestoneKind):
        milestone = judged.milestones[kind]
        first[~np.isin(milestone.state, settled)] = kind.position
    return first


def next_due(judged: Judgements, pausing: Flags) -> Days:
    """Next day on which a milestone falls due; `NO_DAY` where none is ahead.

    Parameters
    ----------
    judged
        The judgements of contracts.
    pausing
        Where a government period goes on: a date that it moves every day says nothing, until the
        milestone is due soon.
    """
    due_on = np.full(len(judged), NEVER, dtype=np.int32)
    for milestone in judged.milestones.values():
        soon = milestone.state == MilestoneState.DUE_SOON.position
        ahead = np.isin(milestone.state, [state.position for state in _AHEAD])
        ahead &= (milestone.due_on != NO_DAY) & (soon | ~pausing)
        due_on = np.where(ahead, np.minimum(due_on, milestone.due_on), due_on)
    return np.where(due_on == NEVER, NO_DAY, due_on).astype(np.int32)
