"""What is odd in the facts but changes no judgement: contradictory dates, unusual values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from geodata.model.attributes import ATTRIBUTES, BY_KEY
from geodata.model.codelists import FindingCode, Group, MilestoneKind, WarningCode
from geodata.model.columns import NO_DAY, Flags, LedgerColumns, as_date, day_number
from geodata.model.identifiers import is_parcel_code, is_supervision_no, is_uscc
from geodata.model.judgements import Judgements
from geodata.model.scalars import decimal_text
from service.compliance.law import Instrument, LawBook
from service.compliance.rules import exact

_ORDER = (
    (WarningCode.COMPLETION_BEFORE_START, "completion_on", "start_on"),
    (WarningCode.PRODUCTION_BEFORE_COMPLETION, "production_on", "completion_on"),
    (WarningCode.TARGET_OUTPUT_BEFORE_PRODUCTION, "target_output_on", "production_on"),
    (WarningCode.DELIVERY_BEFORE_SIGNING, "delivered_on", "signed_on"),
    (WarningCode.RESUMED_BEFORE_SUSPENDED, "resumed_on", "suspended_on"),
    *(
        (WarningCode.AGREED_ORDER, f"{later.value}_agreed_on", f"{earlier.value}_agreed_on")
        for earlier, later in zip(list(MilestoneKind)[:-1], list(MilestoneKind)[1:], strict=True)
    ),
)
_IDENTIFIERS: tuple[tuple[WarningCode, str, Callable[[str], bool]], ...] = (
    (WarningCode.UNUSUAL_PARCEL_CODE, "parcel_code", is_parcel_code),
    (WarningCode.UNUSUAL_SUPERVISION_NO, "supervision_no", is_supervision_no),
    (WarningCode.USCC_CHECK, "uscc", is_uscc),
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something odd in one row.

    Attributes
    ----------
    position
        Row of the judged columns.
    code, columns
        What it is, and the ledger columns it is about.
    values
        What stands there, as text; None where it is unknown.
    instrument
        The text that expires (`RULE_EXPIRING`).
    """

    position: int
    code: WarningCode
    columns: tuple[str, ...]
    values: tuple[str | None, ...]
    instrument: Instrument | None = None

    def document(self, row_no: int, language: str) -> dict[str, Any]:
        """The warning as the ledger contract writes it."""
        unknown, expires = ("未知", "有效期至") if language == "zh" else ("unknown", "expires on")
        titles = [BY_KEY[key].title(language) for key in self.columns]
        if self.instrument:
            titles = [f"{self.instrument.title(language)} {expires}"]
        pairs = zip(titles, self.values, strict=True)
        told = [f"{title} {value or unknown}" for title, value in pairs]
        joint, stop = ("：", "，") if language == "zh" else (": ", ", ")
        detail = stop.join(told)
        return {
            "row": row_no,
            "columns": list(self.columns),
            "code": self.code.value,
            "reason": self.code.label(language) + (joint + detail if detail else ""),
        }


def oddities(columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date) -> list[Oddity]:
    """Everything odd, in row order."""
    found = [
        *_contradictory_dates(columns),
        *_unusual_numbers(columns, law, as_of),
        *_unusual_identifiers(columns),
        *_stale_facts(columns, judged, law, as_of),
        *_expiring_rules(judged, law, as_of),
    ]
    return sorted(found, key=lambda oddity: oddity.position)


def _contradictory_dates(columns: LedgerColumns) -> Iterator[Oddity]:
    for code, later, earlier in _ORDER:
        first, second = columns.days[earlier], columns.days[later]
        for row in np.flatnonzero((second != NO_DAY) & (first != NO_DAY) & (second < first)):
            days = tuple(str(as_date(int(day[row]))) for day in (second, first))
            yield Oddity(int(row), code, (later, earlier), days)


def _unusual_numbers(columns: LedgerColumns, law: LawBook, as_of: date) -> Iterator[Oddity]:
    limit = exact.constant(law.number("facts.unusual_permille", as_of), len(columns))
    rates = [a.key for a in ATTRIBUTES if a.unit == "permille"]
    for key in rates:
        above = exact.less(limit, columns.exact[key])
        yield from _numbers(columns, above, WarningCode.RATE_OVER_1000, key)
    developed, developable = columns.exact["developed_m2"], columns.exact["developable_m2"]
    yield from _numbers(
        columns,
        exact.less(developable, developed),
        WarningCode.DEVELOPED_OVER_AREA,
        "developed_m2",
        "developable_m2",
    )
    swapped = exact.less(columns.exact["far_max"], columns.exact["far_min"])
    yield from _numbers(columns, swapped, WarningCode.FAR_LIMITS_SWAPPED, "far_min", "far_max")


def _numbers(
    columns: LedgerColumns, where: Flags, code: WarningCode, *keys: str
) -> Iterator[Oddity]:
    for row in np.flatnonzero(where):
        numbers = (columns.exact[key].fraction(int(row)) for key in keys)
        values = tuple(decimal_text(number) for number in numbers if number is not None)
        yield Oddity(int(row), code, keys, values)


def _unusual_identifiers(columns: LedgerColumns) -> Iterator[Oddity]:
    for code, key, is_usual in _IDENTIFIERS:
        for row, text in enumerate(columns.texts[key]):
            if text and not is_usual(text):
                yield Oddity(row, code, (key,), (text,))


def _stale_facts(
    columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date
) -> Iterator[Oddity]:
    """An adverse finding rests on a blank done date, and nobody has looked lately."""
    adverse = judged.group(Group.OVERDUE) | judged.group(Group.IDLE)
    adverse |= judged.rows_with(judged.findings.with_code(FindingCode.IDLE_GOV))
    observed_on = columns.days["observed_on"]
    oldest = day_number(as_of) - law.count("facts.stale_days", as_of)
    for row in np.flatnonzero(adverse & (observed_on < oldest)):
        day = as_date(int(observed_on[row]))
        yield Oddity(
            int(row), WarningCode.STALE_FACTS, ("observed_on",), (str(day) if day else None,)
        )


def _expiring_rules(judged: Judgements, law: LawBook, as_of: date) -> Iterator[Oddity]:
    """A finding rests on an instrument that has expired or is about to."""
    horizon = as_of + timedelta(days=law.count("instruments.expiring_days", as_of))
    told: set[tuple[int, str]] = set()
    for row, position in zip(judged.findings.row, judged.findings.code, strict=True):
        for citation in law.findings[FindingCode.at(int(position))].citations:
            expires_on = citation.instrument.expires_on
            key = (int(row), citation.instrument.instrument_id)
            if expires_on and expires_on <= horizon and key not in told:
                told.add(key)
                yield Oddity(
                    int(row),
                    WarningCode.RULE_EXPIRING,
                    (),
                    (expires_on.isoformat(),),
                    citation.instrument,
                )
