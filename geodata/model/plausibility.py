"""What is odd in the facts of a ledger by themselves: contradictory dates, unusual values.

The import tells it to who hands a file in, the judgement to who reads the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.attributes import ATTRIBUTES
from geodata.model.codelists import MilestoneKind, WarningCode
from geodata.model.columns import NO_DAY, Exact, Flags, LedgerColumns, as_date
from geodata.model.identifiers import are_parcel_codes, are_supervision_nos, are_usccs

_ORDER: Final = (
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
_AT_MOST: Final = (
    (WarningCode.DEVELOPED_OVER_AREA, "developed_m2", "developable_m2"),
    (WarningCode.FAR_LIMITS_SWAPPED, "far_min", "far_max"),
)
_IDENTIFIERS: Final[Sequence[tuple[WarningCode, str, Callable[[Sequence[str]], Flags]]]] = (
    (WarningCode.UNUSUAL_PARCEL_CODE, "parcel_code", are_parcel_codes),
    (WarningCode.UNUSUAL_SUPERVISION_NO, "supervision_no", are_supervision_nos),
    (WarningCode.USCC_CHECK, "uscc", are_usccs),
)
_TOO_CLOSE: Final = 1e-12  # two quotients of floats that differ by less may be in either order


@dataclass(frozen=True, slots=True)
class Implausible:
    """Something odd in one row.

    Attributes
    ----------
    position
        Row of the columns.
    code, columns
        What it is, and the ledger columns it is about.
    values
        What stands in each of them; None where it is unknown.
    """

    position: int
    code: WarningCode
    columns: tuple[str, ...] = ()
    values: tuple[date | Fraction | str | None, ...] = ()


def implausible_facts(columns: LedgerColumns, unusual_permille: Fraction) -> Iterator[Implausible]:
    """Everything odd in the facts.

    Parameters
    ----------
    columns
        The ledger, or those of its columns that another kind of content has too.
    unusual_permille
        Rate above which a rate is unusual.
    """
    for code, later, earlier in _ORDER:
        yield from _contradictory_dates(columns, code, later, earlier)
    yield from _unusual_rates(columns, unusual_permille)
    for code, key, limit in _AT_MOST:
        if not {key, limit} <= columns.exact.keys():
            continue
        above = less(columns.exact[limit], columns.exact[key])
        yield from _numbers(columns, above, code, key, limit)
    for code, key, are_usual in _IDENTIFIERS:
        for position, text in unusual_texts(columns, key, are_usual):
            yield Implausible(position, code, (key,), (text,))


def _contradictory_dates(
    columns: LedgerColumns, code: WarningCode, later: str, earlier: str
) -> Iterator[Implausible]:
    for row in before(columns, later, earlier):
        days = tuple(as_date(int(columns.days[key][row])) for key in (later, earlier))
        yield Implausible(int(row), code, (later, earlier), days)


def before(columns: LedgerColumns, later: str, earlier: str) -> Sequence[int]:
    """Rows in which a day lies before the one that should come first; both are known."""
    if not {earlier, later} <= columns.days.keys():
        return []
    first, second = columns.days[earlier], columns.days[later]
    return np.flatnonzero((second != NO_DAY) & (first != NO_DAY) & (second < first)).tolist()


def _unusual_rates(columns: LedgerColumns, limit: Fraction) -> Iterator[Implausible]:
    most = constant(limit, len(columns))
    for attribute in ATTRIBUTES:
        if attribute.unit == "permille" and attribute.key in columns.exact:
            above = less(most, columns.exact[attribute.key])
            yield from _numbers(columns, above, WarningCode.RATE_OVER_1000, attribute.key)


def _numbers(
    columns: LedgerColumns, where: Flags, code: WarningCode, *keys: str
) -> Iterator[Implausible]:
    for row in np.flatnonzero(where):
        values = tuple(columns.exact[key].fraction(int(row)) for key in keys)
        yield Implausible(int(row), code, keys, values)


def unusual_texts(
    columns: LedgerColumns, key: str, are_usual: Callable[[Sequence[str]], Flags]
) -> Iterator[tuple[int, str]]:
    """Rows and texts that are filled and not usual; equal texts are looked at once."""
    texts = columns.texts[key].tolist() if key in columns.texts else []
    different = list({text for text in texts if text})
    usual = are_usual(different)
    unusual = {text for text, is_usual in zip(different, usual, strict=True) if not is_usual}
    if unusual:
        yield from ((row, text) for row, text in enumerate(texts) if text in unusual)


def constant(value: Fraction, count: int) -> Exact:
    """A column that holds one number."""
    return Exact.of([value]).take(np.zeros(count, dtype=np.intp))


def less(left: Exact, right: Exact) -> Flags:
    """True where both are known and ``left < right``, exactly.

    Numbers are in lowest terms, so equal ones are written alike, and a pair that floats cannot
    tell apart is rare enough to be compared as fractions.
    """
    known = left.known & right.known
    one, other = (
        np.divide(side.num, side.den, out=np.zeros(len(side)), where=known)
        for side in (left, right)
    )
    differs = known & ((left.num != right.num) | (left.den != right.den))
    below = differs & (one < other)
    for row in np.flatnonzero(differs & (np.abs(one - other) <= _TOO_CLOSE * np.abs(other))):
        below[row] = left.fraction(int(row)) < right.fraction(int(row))  # type: ignore[operator]  # both are known
    return np.asarray(below, dtype=np.bool_)
