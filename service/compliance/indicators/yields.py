"""What enterprises reach on their land in a year, matched by credit code and parcel code.

An enterprise counts where it stands on the last day of the year. One without figure, or with land
that is not known or not measured, is missing: it is counted as that, and its land left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

import numpy as np
import numpy.typing as npt

from geodata.model.columns import NO_DAY, Days, Exact, Flags, Texts, Whole, day_number
from geodata.model.encoding import encoded
from geodata.model.units import mu
from service.compliance.rules.exact import (
    constant,
    grouped_totals,
    only,
    over,
    times,
    total,
    where,
)

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class FirmYears:
    """One figure of enterprises by year; no enterprise has two rows of one year.

    Attributes
    ----------
    uscc
        Credit code.
    year
        Calendar year.
    figure
        Output or tax, in yuan; unknown where the cell was blank.
    """

    uscc: Texts
    year: Whole
    figure: Exact


@dataclass(frozen=True, slots=True)
class Ground:
    """Parcels, each once, with the park each lies in (empty: in none) and their area in m²."""

    parcel: Texts
    park: Texts
    area_m2: Exact


@dataclass(frozen=True, slots=True)
class Stays:
    """Enterprises on parcels.

    Attributes
    ----------
    uscc, parcel
        Who stands where.
    occupied_m2
        Land it occupies there; needed only of an enterprise that stands in several parks.
    begins, ends
        First and last day; an unknown first day places nobody, `NO_DAY` at the end is “still”.
    """

    uscc: Texts
    parcel: Texts
    occupied_m2: Exact
    begins: Days
    ends: Days


@dataclass(frozen=True, slots=True)
class Level:
    """What a place reached in a year.

    Attributes
    ----------
    year
        Calendar year.
    total_yuan
        Figures known, added.
    land_m2
        Land of the enterprises they are of, each parcel once; None where land plays no part.
    firm_count, missing_count
        Enterprises of the place, and those of them without figure or without measured land.
    """

    year: int
    total_yuan: Fraction
    land_m2: Fraction | None
    firm_count: int
    missing_count: int

    @property
    def value(self) -> Fraction | None:
        """Yuan, or yuan per mu; None where there is nothing to add or to divide by."""
        if self.firm_count == self.missing_count:
            return None
        if self.land_m2 is None:
            return self.total_yuan
        return self.total_yuan / mu(self.land_m2) if self.land_m2 else None

    @property
    def missing_share(self) -> Fraction | None:
        """Share of the enterprises that the figure leaves out; None without any enterprise."""
        return Fraction(self.missing_count, self.firm_count) if self.firm_count else None


@dataclass(frozen=True, slots=True)
class Matched:
    """Enterprises, parcels and places as small numbers; a stay on no known parcel has none.

    Attributes
    ----------
    firm_count, place_count
        How many there are; place 0 is outside every park.
    figure_firm, staying_firm
        Enterprise of each figure and of each stay.
    parcel, place, measured
        Of each stay: row of the ground, its place, and whether its area is known.
    """

    firms: FirmYears
    ground: Ground
    stays: Stays
    firm_count: int
    place_count: int
    figure_firm: Rows
    staying_firm: Rows
    parcel: Rows
    place: Rows
    measured: Flags

    @classmethod
    def of(cls, firms: FirmYears, ground: Ground, stays: Stays, places: list[str]) -> Self:
        """Match by credit code and by parcel code."""
        names, codes = encoded([*firms.uscc, *stays.uscc])
        firm = np.array(codes, dtype=np.intp)
        row_of = {parcel: row for row, parcel in enumerate(ground.parcel)}
        parcel = np.array([row_of.get(one, -1) for one in stays.parcel], dtype=np.intp)
        at = {park: number for number, park in enumerate(places)}
        place = np.array([at[park] for park in ground.park] + [0], dtype=np.intp)  # -1 finds the 0
        return cls(
            *(firms, ground, stays, len(names), len(places)),
            firm[: len(firms.uscc)],
            firm[len(firms.uscc) :],
            parcel,
            place[parcel],
            np.append(ground.area_m2.known, False)[parcel],
        )

    def levels(self, year: int) -> list[Level]:
        """The level of the district and of each park in a year."""
        rows = self._standing(year)
        figure = self._figures(year)
        firm = self.staying_firm[rows]
        stands = np.bincount(firm, minlength=self.firm_count) > 0
        unmeasured = np.bincount(firm[~self.measured[rows]], minlength=self.firm_count) > 0
        present = stands | self._reported(year)
        usable = figure.known & stands & ~unmeasured
        district = Level(
            year,
            total(figure.take(np.flatnonzero(usable))),
            self._land(rows[usable[firm]], np.zeros(len(self.stays.uscc), dtype=np.intp))[0],
            int(np.count_nonzero(present)),
            int(np.count_nonzero(present & ~usable)),
        )
        return [district, *self._parks(year, rows, only(figure, usable))]

    def _parks(self, year: int, rows: Rows, figure: Exact) -> list[Level]:
        """The level of each park; an enterprise in several places is divided among them."""
        both = self.staying_firm[rows] * self.place_count + self.place[rows]
        pairs, pair = np.unique(both, return_inverse=True)
        firm, place = np.divmod(pairs, self.place_count)
        part = times(figure.take(firm), self._shares(rows, pair, firm))
        usable = part.known
        totals = grouped_totals(part, place, self.place_count)
        land = self._land(rows[usable[pair]], self.place)
        firms = np.bincount(place, minlength=self.place_count)
        missing = np.bincount(place[~usable], minlength=self.place_count)
        return [
            Level(year, totals[at], land[at], int(firms[at]), int(missing[at]))
            for at in range(1, self.place_count)
        ]

    def _shares(self, rows: Rows, pair: Rows, firm: Rows) -> Exact:
        """Share of its enterprise's land in each pair of both; 1 of a single one."""
        occupied = self.stays.occupied_m2.take(rows)
        blank = np.bincount(pair[~occupied.known], minlength=len(firm)) > 0
        there = Exact.of(grouped_totals(occupied, pair, len(firm)))
        everywhere = Exact.of(grouped_totals(there, firm, self.firm_count))
        unknown = np.bincount(firm[blank], minlength=self.firm_count) > 0
        share = over(there, only(everywhere, ~unknown).take(firm))
        alone = np.bincount(firm, minlength=self.firm_count)[firm] == 1
        return where(alone, constant(1, len(firm)), share)

    def _land(self, rows: Rows, place: Rows) -> list[Fraction]:
        """Area under some stays by place, each parcel once."""
        parcel, first = np.unique(self.parcel[rows], return_index=True)
        areas = self.ground.area_m2.take(parcel)
        return grouped_totals(areas, place[rows[first]], self.place_count)

    def _standing(self, year: int) -> Rows:
        """The stays that last on the last day of a year."""
        day = day_number(date(year, 12, 31))
        begins, ends = self.stays.begins, self.stays.ends
        begun = (begins != NO_DAY) & (begins <= day)
        return np.flatnonzero(begun & ((ends == NO_DAY) | (ends >= day)))

    def _reported(self, year: int) -> Flags:
        """Enterprises that have a row of figures of a year, whatever is in it."""
        return np.bincount(self.figure_firm[self.firms.year == year], minlength=self.firm_count) > 0

    def _figures(self, year: int) -> Exact:
        """The figure of each enterprise in a year."""
        rows = np.flatnonzero(self.firms.year == year)
        num, den = (np.zeros(self.firm_count, dtype=np.int64) for _ in range(2))
        firm = self.figure_firm[rows]
        num[firm], den[firm] = self.firms.figure.num[rows], self.firms.figure.den[rows]
        return Exact(num, den)
