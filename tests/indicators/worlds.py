"""Districts whose entries come late by a process of their own, unlike the one forecasts assume.

Delays are lognormal with a Pareto tail in days, stretched by town and by a drift from year to
year; some entries never end, and half of those are withdrawn sooner or later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.goals import Goal

KINDS: Final = frozenset({ClaimKind.VACATED})
_FIRST: Final = date(2021, 1, 1)
_DAYS: Final = 5 * 365


@dataclass(frozen=True, slots=True)
class World:
    """What is known on a day, and what will have come of it.

    Attributes
    ----------
    goal
        A goal somewhere between what is done and what is planned.
    done_mu
        What is done by the day of the goal.
    """

    claims: list[Claim]
    planned_on: dict[str, date]
    as_of: date
    goal: Goal
    done_mu: float


def world(chance: np.random.Generator) -> World:
    """A district of 80 to 200 entries, looked at after three to four of its five years."""
    count = int(chance.integers(80, 200))
    planned = chance.integers(0, _DAYS, count)
    town = chance.integers(0, chance.integers(6, 13), count)
    ended = planned + _delays(chance, town, planned // 365)
    never = chance.random(count) < chance.uniform(0.02, 0.12)
    withdrawn = never & (chance.random(count) < 0.5)
    withdrawn_on = planned + chance.lognormal(np.log(200), 0.7, count)
    area = np.round(chance.lognormal(np.log(30), 0.6, count), 2)
    today = int(365 * chance.uniform(3.2, 4.2))
    done, will_be_done = (area[~never & (ended <= day)].sum() for day in (today, _DAYS))
    needed = done + chance.uniform(0.2, 1.0) * (area.sum() - done)
    claims = [
        Claim(
            str(number),
            ClaimKind.VACATED,
            ClaimStatus.PLANNED if never[number] else ClaimStatus.DONE,
            None if never[number] else _day(ended[number]),
            _day(withdrawn_on[number]) if withdrawn[number] else None,
            Fraction(round(area[number] * 100), 100) / MU_PER_M2,
            str(town[number]),
            "",
            "",
        )
        for number in range(count)
    ]
    planned_on = {str(number): _day(day) for number, day in enumerate(planned)}
    goal = Goal("goal", KINDS, Fraction(round(needed * 100), 100), _day(_DAYS))
    return World(claims, planned_on, _day(today), goal, float(will_be_done))


def _delays(chance: np.random.Generator, town: np.ndarray, year: np.ndarray) -> np.ndarray:
    count = len(town)
    usual = chance.lognormal(np.log(90), 0.8, count)
    heavy = 60 * (1 + chance.pareto(1.5, count))
    stretch = chance.normal(0, 0.4, 12)[town] + np.cumsum(chance.normal(0, 0.2, 6))[year]
    delays = np.where(chance.random(count) < 0.3, heavy, usual) * np.exp(stretch) - 30
    return np.minimum(np.floor(delays), 10_000)


def _day(number: float) -> date:
    return _FIRST + timedelta(days=int(number))
