"""What is odd in the facts of a table as it is handed in, beside what the reader sends back.

Usual ranges are conventions of the product: a value outside may be right, but is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geodata.geometry.quality.issue import QualityIssue, in_order
from geodata.importers.headings import normal
from geodata.model.attributes import ATTRIBUTES, BY_KEY, Attribute, Kind
from geodata.model.codelists import WarningCode
from geodata.model.columns import (
    NO_DAY,
    Cell,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Texts,
    Whole,
    as_date,
    day_number,
    from_cells,
)
from geodata.model.content import Catalogue
from geodata.model.content_lists import ContentKind
from geodata.model.identifiers import (
    are_usccs,
    hold_organisation_codes,
    is_old_parcel_no,
    is_supervision_variant,
)
from geodata.model.plausibility import (
    Implausible,
    before,
    constant,
    implausible_facts,
    less,
    unusual_texts,
)
from geodata.model.quality_lists import STANDING, FactFault, Fault, Measure

_RANGES: Final[Sequence[tuple[str, Fraction, Fraction, Measure]]] = (
    ("area_m2", Fraction(1), Fraction(10_000_000), Measure.SQUARE_METRES),
    ("term_years", Fraction(1), Fraction(70), Measure.YEARS),
    ("far_min", Fraction(0), Fraction(20), Measure.RATIO),
    ("far_max", Fraction(1, 100), Fraction(20), Measure.RATIO),
)
_WHOLE_PERMILLE: Final = Fraction(1000)
_USUAL_DAYS: Final = (date(1980, 1, 1), date(2099, 12, 31))
_SOURCES: Final = ("土地来源", "landsource")
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]*)?")
_SEPARATOR: Final = re.compile(r"[;；+/、，,\s]+")
_STRONG: Final = re.compile(r"[;；+/]\s*\S")  # between two uses; the others may be within one
_LAND: Final = "用地"
_INDIVIDUAL: Final = "92"  # sole traders need not have an organisation code

_CENTS: Final = 100
_SMALL: Final = 2**40  # yuan: ten thousand such instalments, in cents, stay within int64


def check_facts(
    columns: LedgerColumns, keys: Sequence[str], extras: Mapping[str, Texts] | None = None
) -> tuple[QualityIssue, ...]:
    """Everything odd in the facts of a table.

    Parameters
    ----------
    columns
        The rows that could be read (`fact_columns`).
    keys
        Name of each row (`geodata.importers.row_names`).
    extras
        Columns of the file that are not part of its kind, by header.
    """
    facts = _Facts(columns, keys)
    return in_order(
        (
            *(facts.implausible(odd) for odd in implausible_facts(columns, _WHOLE_PERMILLE)),
            *_organisations(facts),
            *_early_starts(facts),
            *_out_of_range(facts),
            *_days_out_of_range(facts),
            *_instalments(facts),
            *_several_uses(facts),
            *_sources(extras or {}),
        )
    )


def fact_columns(
    catalogue: Catalogue, cells: Mapping[str, Sequence[Cell]], row_no: Sequence[int]
) -> LedgerColumns:
    """The columns of a table that mean what they mean in the ledger, and its other days."""
    is_ledger = catalogue.kind is ContentKind.LEDGER
    own = [attribute for attribute in catalogue.attributes if _is_looked_at(attribute)]
    return from_cells(cells, row_no, ATTRIBUTES if is_ledger else own)


def _is_looked_at(attribute: Attribute) -> bool:
    known = BY_KEY.get(attribute.key)
    return attribute.kind is Kind.DATE or (known is not None and known.kind is attribute.kind)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The ledger, and how an issue with one of its rows is told."""

    columns: LedgerColumns
    keys: Sequence[str]

    def issue(
        self,
        fault: Fault,
        row: int,
        columns: tuple[str, ...],
        values: tuple[date | Fraction | str | None, ...],
        measured: Fraction | None = None,
        unit: Measure | None = None,
        threshold: Fraction | None = None,
    ) -> QualityIssue:
        """An issue with one row."""
        return QualityIssue(
            fault=fault,
            severity=STANDING[fault].severity,
            parcels=(self.keys[row],),
            rows=(int(self.columns.row_no[row]),),
            measured=measured,
            unit=unit,
            threshold=threshold,
            columns=columns,
            values=values,
        )

    def implausible(self, odd: Implausible) -> QualityIssue:
        """What the judgement warns of too; a number written in a way that is known is told so."""
        fault = _known_form(odd.code, str(odd.values[0])) or odd.code
        return self.issue(fault, odd.position, odd.columns, odd.values)


def _known_form(code: WarningCode, text: str) -> FactFault | None:
    if code is WarningCode.UNUSUAL_PARCEL_CODE and is_old_parcel_no(text):
        return FactFault.OLD_PARCEL_NO
    if code is WarningCode.UNUSUAL_SUPERVISION_NO and is_supervision_variant(text):
        return FactFault.SUPERVISION_NO_VARIANT
    return None


def _organisations(facts: _Facts) -> Iterator[QualityIssue]:
    """Credit codes that are right as a whole and embed an organisation code that is not."""

    def are_usual(usccs: Sequence[str]) -> Flags:
        is_individual = np.array([uscc.startswith(_INDIVIDUAL) for uscc in usccs], dtype=np.bool_)
        return ~are_usccs(usccs) | is_individual | hold_organisation_codes(usccs)

    for row, uscc in unusual_texts(facts.columns, "uscc", are_usual):
        yield facts.issue(FactFault.ORGANISATION_CHECK, row, ("uscc",), (uscc,))


def _early_starts(facts: _Facts) -> Iterator[QualityIssue]:
    for row in before(facts.columns, "start_on", "signed_on"):
        days = tuple(
            as_date(int(facts.columns.days[key][row])) for key in ("start_on", "signed_on")
        )
        yield facts.issue(FactFault.START_BEFORE_SIGNING, row, ("start_on", "signed_on"), days)


def _out_of_range(facts: _Facts) -> Iterator[QualityIssue]:
    for key, low, high, unit in _RANGES:
        if key not in facts.columns.exact:
            continue
        values = facts.columns.exact[key]
        for limit, is_beyond in (
            (low, less(values, constant(low, len(values)))),
            (high, less(constant(high, len(values)), values)),
        ):
            for row in np.flatnonzero(is_beyond):
                value = values.fraction(int(row))
                yield facts.issue(
                    FactFault.OUT_OF_RANGE, int(row), (key,), (value,), value, unit, limit
                )


def _days_out_of_range(facts: _Facts) -> Iterator[QualityIssue]:
    first, last = map(day_number, _USUAL_DAYS)
    for key, days in facts.columns.days.items():
        for row in np.flatnonzero((days != NO_DAY) & ((days < first) | (days > last))):
            value = as_date(int(days[row]))
            yield facts.issue(FactFault.OUT_OF_RANGE, int(row), (key,), (value,))


def _instalments(facts: _Facts) -> Iterator[QualityIssue]:
    """Contracts whose instalments, all of them with an amount, are not the premium."""
    if "instalments" not in facts.columns.ragged:
        return
    premium, parts = facts.columns.exact["premium_yuan"], facts.columns.ragged["instalments"]
    for row in np.flatnonzero(_differing(premium, parts)):
        first, past = parts.offsets[row : row + 2]
        amounts = (parts.exact("amount").fraction(entry) for entry in range(first, past))
        agreed, total = premium.fraction(int(row)), sum(filter(None, amounts), Fraction(0))
        if agreed is not None and total != agreed:
            yield facts.issue(
                FactFault.INSTALMENTS_NOT_PRICE,
                int(row),
                ("premium_yuan",),
                (agreed,),
                total - agreed,
                Measure.YUAN,
                Fraction(0),
            )


def _differing(premium: Exact, parts: Ragged) -> Flags:
    """Rows whose sum is another, or cannot be told in whole cents."""
    amounts = parts.exact("amount")
    count = np.diff(parts.offsets)
    unknown = _sums(~amounts.known, parts.offsets)
    odd = _sums(~_in_cents(amounts), parts.offsets) > 0
    total = _sums(_cents(amounts), parts.offsets)
    comparable = premium.known & (count > 0) & (unknown == 0)
    return np.asarray(comparable & (odd | ~_in_cents(premium) | (total != _cents(premium))))


def _sums(values: npt.NDArray[Any], offsets: Whole) -> Whole:
    running = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    return np.asarray(running[offsets[1:]] - running[offsets[:-1]])


def _in_cents(amounts: Exact) -> Flags:
    """Whether an amount is a whole number of cents, and small enough to be summed up."""
    whole = _CENTS % np.maximum(amounts.den, 1) == 0
    return np.asarray(whole & (np.abs(amounts.num) < _SMALL))


def _cents(amounts: Exact) -> Whole:
    return np.asarray(amounts.num * (_CENTS // np.maximum(amounts.den, 1)))


def _several_uses(facts: _Facts) -> Iterator[QualityIssue]:
    def are_single(uses: Sequence[str]) -> Flags:
        return np.array([not _is_several(use) for use in uses], dtype=np.bool_)

    for row, use in unusual_texts(facts.columns, "land_use", are_single):
        yield facts.issue(FactFault.SEVERAL_USES, row, ("land_use",), (use,))


def _is_several(use: str) -> bool:
    """Whether a text lists uses; a single one may be called 铁路、公路用地."""
    parts = [part for part in _SEPARATOR.split(use) if part]
    return len(parts) > 1 and (use.count(_LAND) > 1 or _STRONG.search(use) is not None)


def _sources(extras: Mapping[str, Texts]) -> Iterator[QualityIssue]:
    """A column for the source of the land that holds areas, told once."""
    for header, texts in extras.items():
        filled = [text for text in texts if text]
        areas = [text for text in filled if _NUMBER.fullmatch(text)]
        if normal(header) in _SOURCES and areas:
            yield QualityIssue(
                fault=FactFault.SOURCE_IS_AREA,
                severity=STANDING[FactFault.SOURCE_IS_AREA].severity,
                measured=Fraction(len(areas)),
                unit=Measure.ROWS,
                threshold=Fraction(0),
                columns=(header,),
                values=(areas[0],),
            )
