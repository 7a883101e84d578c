"""Growth and counts against the targets of the papers that yearly figures can tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.columns import Codes
from geodata.model.law_lists import FigureKind
from service.compliance.indicators.counts import NewCount, new_members
from service.compliance.indicators.growth import Growth, growth, growth_per_land
from service.compliance.indicators.yields import FirmYears, Ground, Stays
from service.compliance.law import LawBook
from service.compliance.law.targets import Target

_TOTALS: Final[Mapping[str, str]] = {"above_scale_output": "output_yuan"}
_PER_LAND: Final[Mapping[str, str]] = {
    "park_output_per_land": "output_yuan",
    "park_tax_per_land": "tax_yuan",
}
_NEW_MEMBERS: Final = frozenset({"new_above_scale"})

FIGURES: Final = ("output_yuan", "tax_yuan")
"""Figures of enterprises that the indicators are made of."""


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """A target for growth and what was reached: of the district first, then of each park."""

    target: Target
    places: tuple[Growth, ...]


@dataclass(frozen=True, slots=True)
class CountLine:
    """A target for a number of new enterprises, and how many there are."""

    target: Target
    base_year: int
    until_year: int
    count: NewCount


@dataclass(frozen=True, slots=True)
class Development:
    """Growth and counts as far as yearly figures tell of them."""

    as_of: date
    growth: tuple[GrowthLine, ...]
    counts: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True)
class Enterprises:
    """Yearly figures, and where the enterprises stand.

    Attributes
    ----------
    years
        By figure: credit code, year and number of each row; the same rows under each key.
    above_scale
        Whether the enterprise of a row is above scale.
    ground, stays
        Parcels, and who stands on them.
    """

    years: Mapping[str, FirmYears]
    above_scale: Codes
    ground: Ground
    stays: Stays


def development(firms: Enterprises, law: LawBook, as_of: date) -> Development:
    """Growth and counts for every target of the book that can be computed."""
    tolerated = law.number("growth.missing_share", as_of)
    return Development(as_of, tuple(_growth(firms, law, tolerated)), tuple(_counts(firms, law)))


def _growth(firms: Enterprises, law: LawBook, tolerated: Fraction) -> Iterable[GrowthLine]:
    rated = (each for each in law.targets if each.figure is FigureKind.GROWTH_RATE and each.value)
    for target in rated:
        if key := _TOTALS.get(target.measure):
            chosen = _only_above_scale(firms, key)
            yield GrowthLine(target, (growth(chosen, _years(target, chosen), tolerated),))
        elif key := _PER_LAND.get(target.measure):
            figures = firms.years[key]
            years = _years(target, figures)
            found = growth_per_land(figures, firms.ground, firms.stays, years, tolerated)
            yield GrowthLine(target, found)


def _counts(firms: Enterprises, law: LawBook) -> Iterable[CountLine]:
    figures = next(iter(firms.years.values()))
    for target in law.targets:
        if target.measure in _NEW_MEMBERS:
            base, until = _years(target, figures)
            count = new_members(figures.uscc, figures.year, firms.above_scale, base, until)
            yield CountLine(target, base, until, count)


def _only_above_scale(firms: Enterprises, key: str) -> FirmYears:
    figures, rows = firms.years[key], np.flatnonzero(firms.above_scale == 1)
    return replace(
        figures,
        uscc=figures.uscc[rows],
        year=figures.year[rows],
        figure=figures.figure.take(rows),
    )


def _years(target: Target, figures: FirmYears) -> tuple[int, int]:
    """The year before the period and its last one, as far as there are figures of them.

    Where a paper does not say when its period begins, the first year with figures stands for the
    one before it, a product convention.
    """
    known = sorted(year for year in set(figures.year.tolist()) if year <= target.until_year)
    last = known[-1] if known else target.until_year
    begun = target.starts_year - 1 if target.starts_year else known[0] if known else last - 1
    return min(begun, last - 1), last
