"""Which parcels a patrol visits first, and the routes of its days.

Everything here is a convention of the product; no law says whom to visit first. Urgency is
uncertainty × money × age:

======== ========================================================================================
factor   weight
======== ========================================================================================
doubt    4 where imagery holds something against what is reported, 3 where land is suspected idle,
         2 where a fact that decides is missing, 1 for any other open matter; 0 is not visited
money    1 + log10(1 + money at stake in 10,000 yuan)
age      1 + years since somebody looked, at most 5; who never looked counts as 5
======== ========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelist import Tone
from geodata.model.codelists import Verdict
from geodata.model.columns import Codes, Flags
from geodata.model.contract_key import ContractKey

Numbers = npt.NDArray[np.float64]

NOTED: Final = 4.0
_SUSPECTED: Final = 3.0
_UNDETERMINED: Final = 2.0
_OPEN: Final = 1.0
_YUAN_PER_WAN: Final = 10_000
_DAYS_PER_YEAR: Final = 365
_MOST_YEARS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A parcel to visit.

    Attributes
    ----------
    key
        The most urgent contract on it; ties are broken by it.
    park
        A day stays in one park.
    x_m, y_m
        A place on the parcel, in a plane in metres.
    """

    key: ContractKey
    park: str
    urgency: float
    x_m: float
    y_m: float

    @property
    def rank(self) -> tuple[float, ContractKey]:
        """What comes first is the least."""
        return -self.urgency, self.key


Route = tuple[Stop, ...]


def doubt_of(verdict: Codes, is_noted: Flags) -> Numbers:
    """How uncertain it is what stands on each parcel; 0 where nothing asks for a visit.

    Parameters
    ----------
    verdict
        `Verdict` codes.
    is_noted
        Where imagery holds something against what is reported.
    """
    by_verdict = np.array([_doubt(each) for each in Verdict])
    return np.where(is_noted, NOTED, by_verdict[verdict])


def urgency_of(doubt: Numbers, stake_yuan: Numbers, unseen_days: Numbers) -> Numbers:
    """How urgent a visit is.

    Parameters
    ----------
    doubt
        Of `doubt_of`.
    stake_yuan
        Money at stake that is known.
    unseen_days
        Days since somebody looked; nan = nobody did.
    """
    money = 1 + np.log10(1 + stake_yuan / _YUAN_PER_WAN)
    years = np.where(np.isnan(unseen_days), _MOST_YEARS, unseen_days / _DAYS_PER_YEAR)
    urgency: Numbers = doubt * money * (1 + np.clip(years, 0, _MOST_YEARS))
    return urgency


def day_routes(stops: Iterable[Stop], per_day: int, day_count: int | None = None) -> list[Route]:
    """The routes of the days, the most urgent day first.

    A day goes where the most urgent parcel left lies, and to the most urgent ones in that park.

    Parameters
    ----------
    stops
        In any order; several of one parcel are one visit, the most urgent of them.
    per_day
        Visits a day has time for.
    day_count
        Days there are; None for as many as it takes.
    """
    left = list(each_parcel_once(sorted(stops, key=lambda stop: stop.rank)))
    routes: list[Route] = []
    while left and (day_count is None or len(routes) < day_count):
        park = left[0].park
        today = [stop for stop in left if stop.park == park][:per_day]
        visited = {stop.key for stop in today}
        left = [stop for stop in left if stop.key not in visited]
        routes.append(shortened(nearest_first(today)))
    return routes


def each_parcel_once(stops: Iterable[Stop]) -> Iterator[Stop]:
    """The first stop on each parcel; one without a code is a parcel of its own."""
    seen: set[str | ContractKey] = set()
    for stop in stops:
        parcel = stop.key.parcel_code or stop.key
        if parcel not in seen:
            seen.add(parcel)
            yield stop


def nearest_first(stops: Sequence[Stop]) -> Route:
    """A way that begins at the first stop and goes on to whichever is nearest."""
    route, left = list(stops[:1]), list(stops[1:])
    while left:
        here = route[-1]
        route.append(min(left, key=lambda stop: (leg_m(here, stop), stop.rank)))
        left.remove(route[-1])
    return tuple(route)


def shortened(route: Route) -> Route:
    """The way with parts of it turned round for as long as that makes it shorter (2-opt)."""
    best = route
    while (shorter := next(_shorter(best), None)) is not None:
        best = shorter
    return best


def leg_m(start: Stop, end: Stop) -> float:
    """Metres between two stops, as the crow flies."""
    return hypot(end.x_m - start.x_m, end.y_m - start.y_m)


def length_m(route: Sequence[Stop]) -> float:
    """Metres of a way."""
    return sum(leg_m(*pair) for pair in pairwise(route))


def _shorter(route: Route) -> Iterator[Route]:
    known = length_m(route)
    for first in range(len(route) - 1):
        for last in range(first + 2, len(route) + 1):
            turned = (*route[:first], *reversed(route[first:last]), *route[last:])
            if length_m(turned) < known:
                yield turned


def _doubt(verdict: Verdict) -> float:
    if verdict.is_suspected:
        return _SUSPECTED
    if verdict is Verdict.UNDETERMINED:
        return _UNDETERMINED
    is_unused = verdict.tone is Tone.UNUSED
    return _OPEN if is_unused or verdict.is_adverse else 0.0
