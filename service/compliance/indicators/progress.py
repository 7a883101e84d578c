"""How the inefficient-land tally came about and what it still takes: by year and place, and pace.

The tally of a day never changes what an earlier day showed: land that is credited anew counts in
the year it is credited, and land that is withdrawn is subtracted in the year of its reversal
(R5.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from geodata.model.codelists import ClaimKind
from geodata.model.entities import Claim
from geodata.model.units import mu
from service.compliance.indicators.tally import TallyLine, counts_on

Credited = Mapping[str, Fraction]
"""Share of the land credited to each entry that counts, by claim code; 1 where it is missing."""

_NONE: Final = Fraction(0)
_PACE_DAYS: Final = 30
_RECENT_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Movement:
    """Land of one kind that came to or left the tally in a year at a place, in mu."""

    kind: ClaimKind
    year: int
    town: str
    park: str
    gained_mu: Fraction
    withdrawn_mu: Fraction

    @property
    def net_mu(self) -> Fraction:
        """What the year adds."""
        return self.gained_mu - self.withdrawn_mu


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast land is credited and would have to be, in mu per 30 days.

    Attributes
    ----------
    needed_mu
        The gap over the days left until the end of the target's year; None without a target, or
        with a gap and no day left.
    recent_mu
        What the 365 days before brought.
    """

    needed_mu: Fraction | None
    recent_mu: Fraction


def days_to_credit(claims: Iterable[Claim], as_of: date) -> list[date]:
    """The days whose tallies are needed to tell movements and pace: ends of years, and `as_of`."""
    begun = [claim.done_on.year for claim in claims if claim.done_on and claim.done_on <= as_of]
    ends = [date(year, 12, 31) for year in range(min(begun, default=as_of.year), as_of.year)]
    return sorted({*ends, as_of - timedelta(_RECENT_DAYS), as_of})


def movements(claims: Sequence[Claim], credited: Mapping[date, Credited]) -> tuple[Movement, ...]:
    """What each year brought, by kind and place.

    Parameters
    ----------
    claims
        All entries of the register.
    credited
        What is credited on each of `days_to_credit`.
    """
    by_code = {claim.claim_code: claim for claim in claims}
    sums: dict[tuple[ClaimKind, int, str, str], list[Fraction]] = defaultdict(lambda: [_NONE] * 2)
    steps = pairwise([{}, *(_credits(claims, credited[day], day) for day in sorted(credited))])
    for day, (before, after) in zip(sorted(credited), steps, strict=True):
        for code in before.keys() | after.keys():
            claim, change = by_code[code], after.get(code, _NONE) - before.get(code, _NONE)
            pair = sums[claim.kind, day.year, claim.town, claim.park] if change else [_NONE] * 2
            pair[change < 0] += abs(change)
    return tuple(
        Movement(*place, gained_mu=mu(gained), withdrawn_mu=mu(withdrawn))
        for place, (gained, withdrawn) in sorted(sums.items(), key=lambda item: _order(item[0]))
    )


def pace(line: TallyLine, claims: Sequence[Claim], credited: Mapping[date, Credited]) -> Pace:
    """The pace of one kind.

    Parameters
    ----------
    line
        The kind on the last of the days.
    claims, credited
        As in `movements`.
    """
    as_of = max(credited)
    earlier = as_of - timedelta(_RECENT_DAYS)
    own = [claim for claim in claims if claim.kind is line.kind]
    before = mu(sum(_credits(own, credited[earlier], earlier).values(), _NONE))
    recent = (line.done_mu - before) * _PACE_DAYS / _RECENT_DAYS
    if line.target is None or line.gap_mu is None:
        return Pace(None, recent)
    days = (date(line.target.until_year, 12, 31) - as_of).days
    if not line.gap_mu:
        return Pace(_NONE, recent)
    return Pace(line.gap_mu * _PACE_DAYS / days if days > 0 else None, recent)


def _credits(claims: Iterable[Claim], credited: Credited, day: date) -> dict[str, Fraction]:
    """Land that counts on a day, in m² by claim code."""
    return {
        claim.claim_code: claim.area_m2 * credited.get(claim.claim_code, Fraction(1))
        for claim in claims
        if counts_on(claim, day)
    }


def _order(place: tuple[ClaimKind, int, str, str]) -> tuple[int, int, str, str]:
    kind, *rest = place
    return (kind.position, *rest)  # type: ignore[return-value]  # year, town and park follow
