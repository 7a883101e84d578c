"""Average annual growth of what enterprises reach, as totals and per unit of land.

Above a tolerated share of enterprises that are missing in either year, growth is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import expm1, log

import numpy as np

from geodata.model.indicator_lists import IndicatorFormula, UnknownReason
from service.compliance.indicators.yields import FirmYears, Ground, Level, Matched, Stays
from service.compliance.rules.exact import total


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of a place between two years, with what it was computed from.

    Attributes
    ----------
    place
        Park; empty for the whole district.
    first, last
        The two levels.
    formula
        How it is computed.
    tolerated_share
        Greatest share of enterprises that may be missing in either year.
    """

    place: str
    first: Level
    last: Level
    formula: IndicatorFormula
    tolerated_share: Fraction

    @property
    def unknown_because(self) -> UnknownReason | None:
        """Why there is no rate; None where there is one."""
        for level in (self.first, self.last):
            if level.missing_share is not None and level.missing_share > self.tolerated_share:
                return UnknownReason.TOO_MUCH_MISSING
        if self.first.value is None or self.last.value is None:
            return UnknownReason.NO_FIGURES
        return None if self.first.value else UnknownReason.NOTHING_BEFORE

    @property
    def ratio(self) -> Fraction | None:
        """Last over first, exactly; None where it is unknown."""
        first, last = self.first.value, self.last.value
        if self.unknown_because or first is None or last is None:
            return None
        return last / first

    @property
    def rate(self) -> float | None:
        """Average annual growth, 0.08 for 8 %; None where it is unknown."""
        ratio = self.ratio
        if not ratio:
            return ratio if ratio is None else -1.0
        years = self.last.year - self.first.year
        return expm1((log(ratio.numerator) - log(ratio.denominator)) / years)

    def reaches(self, percent: Fraction) -> bool | None:
        """Whether it is at least a rate in per cent, compared exactly; None where unknown."""
        if self.ratio is None:
            return None
        return self.ratio >= (1 + percent / 100) ** (self.last.year - self.first.year)


def growth(firms: FirmYears, years: tuple[int, int], tolerated_share: Fraction) -> Growth:
    """Growth of the total of all enterprises given between two years.

    Parameters
    ----------
    firms
        The figures; of enterprises above scale alone where the indicator is about these.
    years
        First and last year.
    tolerated_share
        Greatest share of enterprises whose figure may be missing.
    """
    first, last = (_level(firms, year) for year in years)
    return Growth("", first, last, IndicatorFormula.GROWTH, tolerated_share)


def growth_per_land(
    firms: FirmYears,
    ground: Ground,
    stays: Stays,
    years: tuple[int, int],
    tolerated_share: Fraction,
) -> tuple[Growth, ...]:
    """Growth per unit of land: of the district first, then of each park by name.

    An enterprise in several parks is divided by the land it occupies in each; where that is not
    known it is missing in all of them, and counts in the district.
    """
    parks = sorted(set(ground.park) - {""})
    matched = Matched.of(firms, ground, stays, ["", *parks])
    levels = [matched.levels(year) for year in years]
    return tuple(
        Growth(place, first, last, IndicatorFormula.GROWTH_PER_LAND, tolerated_share)
        for place, first, last in zip(["", *parks], *levels, strict=True)
    )


def _level(firms: FirmYears, year: int) -> Level:
    figures = firms.figure.take(np.flatnonzero(firms.year == year))
    missing_count = len(figures) - int(np.count_nonzero(figures.known))
    return Level(year, total(figures), None, len(figures), missing_count)
