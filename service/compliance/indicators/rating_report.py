"""Ratings of enterprises and parks as of a day, with who was rated and what parks attain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import inf

from geodata.errors import LawBookError
from service.compliance.indicators.attainment import Attainment, Champions
from service.compliance.indicators.rating_results import RatingResult
from service.compliance.law.schemes import Scheme, SchemeVersion


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Who it is, and where.

    Attributes
    ----------
    park
        The park it is in; empty where it is in none, or in several.
    above_scale
        None where nobody said.
    parcel_codes
        The parcels it stands on.
    """

    uscc: str
    name: str
    park: str
    above_scale: bool | None
    parcel_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """One enterprise or park.

    Attributes
    ----------
    is_supervised
        Whether it is under supervision on the day; None where no date tells, and of parks.
    result
        None where nobody can be rated by the scheme.
    """

    who: Enterprise
    is_supervised: bool | None
    result: RatingResult | None

    @property
    def order(self) -> tuple[float, bool, str]:
        """The rated by rank, then everybody else by name, who has none the last."""
        rank = self.result.rank if self.result else None
        return (rank or inf, not self.who.name, self.who.name or self.who.uscc)


@dataclass(frozen=True, slots=True)
class RatingReport:
    """A rating as of a day.

    Attributes
    ----------
    year
        Of the figures.
    version
        The scheme as it is in force; None before its first day.
    obstacle
        Why nobody is rated by it.
    left_out
        Enterprises that the figures of parks leave out.
    """

    as_of: date
    year: int
    scheme: Scheme
    version: SchemeVersion | None
    rated: tuple[Rated, ...]
    obstacle: LawBookError | None = None
    left_out: int = 0

    @property
    def rated_count(self) -> int:
        """How many have a score."""
        return sum(1 for each in self.rated if each.result and each.result.rank)


@dataclass(frozen=True, slots=True)
class ParkReport:
    """Parks as of a day.

    Attributes
    ----------
    year
        Of the figures of enterprises.
    totals, attainments
        By park, and by park and the year in which production began.
    evaluation
        None where the book has no scheme of parks.
    """

    as_of: date
    year: int
    totals: tuple[Attainment, ...]
    attainments: tuple[Attainment, ...]
    champions: tuple[Champions, ...]
    evaluation: RatingReport | None

    def without_names(self) -> ParkReport:
        """The same for who sees totals and no enterprise."""
        return replace(self, champions=tuple(replace(one, names=()) for one in self.champions))
