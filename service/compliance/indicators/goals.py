"""Cumulative goals for inefficient land, and the whole units in which they are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import mu
from service.compliance.indicators.tally import counts_on, status_on
from service.compliance.law.targets import Target

UNITS_PER_MU: Final = 200_000
"""Land is counted in 300ths of a m²: hundredths of a m² and of a mu are whole, and sums exact."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Land to be reached by a day, done entries since the beginning included.

    Attributes
    ----------
    goal_id
        Name of the target, e.g. ``vacated_2025``.
    kinds
        Kinds of entries that count.
    mu
        Area to be reached.
    until_on
        Last day that counts.
    """

    goal_id: str
    kinds: frozenset[ClaimKind]
    mu: Fraction
    until_on: date

    @property
    def units(self) -> int:
        """Area to be reached, rounded up."""
        return ceil(self.mu * UNITS_PER_MU)


def goals_of(targets: Iterable[Target], until_year: int | None = None) -> tuple[Goal, ...]:
    """A goal for each target that counts inefficient land, in their order.

    Parameters
    ----------
    targets
        Targets of a law book.
    until_year
        Year by whose end all of them are asked for; by default each by its own.
    """
    return tuple(
        Goal(
            target.target_id,
            target.claim_kinds,
            target.target_mu,
            date(until_year or target.until_year, 12, 31),
        )
        for target in targets
        if target.is_land
    )


def credited_units(claim: Claim, credited: Mapping[str, Fraction]) -> int:
    """Area an entry is credited with, rounded down; all of it where no share is given."""
    return floor(mu(claim.area_m2) * UNITS_PER_MU * credited.get(claim.claim_code, Fraction(1)))


def done_units(
    claims: Sequence[Claim], credited: Mapping[str, Fraction], goal: Goal, as_of: date
) -> int:
    """Area credited towards a goal by a day, or by the goal's own if that was before."""
    day = min(as_of, goal.until_on)
    counted = (claim for claim in claims if claim.kind in goal.kinds and counts_on(claim, day))
    return sum(credited_units(claim, credited) for claim in counted)


def open_claims(claims: Sequence[Claim], as_of: date) -> list[Claim]:
    """Entries planned or in progress on a day."""
    return [c for c in claims if status_on(c, as_of) not in (None, ClaimStatus.DONE)]


def mu_of(units: int) -> Fraction:
    """Whole units as mu."""
    return Fraction(units, UNITS_PER_MU)
