"""Which entries to take up so that the goals are reached at least cost (mixed-integer programme).

An entry is taken up whole, in one year, or not at all; of two that overlap, one at most. Land and
money are whole numbers, and no plan is given out that whole numbers do not confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TypeVar

from geodata.model.entities import Claim, Overlap
from service.compliance.indicators.goals import (
    Goal,
    credited_units,
    done_units,
    mu_of,
    open_claims,
)
from service.compliance.indicators.limits import FEN_PER_YUAN, Limit, Measure
from service.compliance.indicators.plan_results import Excess, NoPlan, Plan, Shortfall, Taken
from service.compliance.indicators.programme import Row, Solution, solve

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class _Choice:
    """An entry in a year in which it may be taken up."""

    claim: Claim
    year: int
    units: int
    fen: int


def plan(
    claims: Sequence[Claim],
    costs: Mapping[str, Fraction],
    credited: Mapping[str, Fraction],
    overlaps: Sequence[Overlap],
    goals: Sequence[Goal],
    limits: Sequence[Limit],
    as_of: date,
    *,
    seconds: float = 10,
) -> Plan | NoPlan:
    """Choose the open entries to take up. Changed goals, costs and limits answer “what if”.

    Parameters
    ----------
    claims
        All entries of the register; what is done by the day counts towards the goals.
    costs
        Yuan by claim code, or any other effort to be kept small, rounded up to hundredths.
    credited
        Share of the land each entry is credited with, by claim code; 1 where it is missing. Land
        that an open entry shares with one that is done has to be taken off here.
    overlaps
        Pairs of entries of which one at most is taken up, whatever the area they share.
    goals, limits
        What has to be reached, and what must not be exceeded.
    as_of
        First day of the plan; years run from its year to that of the last goal.
    seconds
        After how long the best plan found is taken, proven or not.

    Raises
    ------
    UsageError
        When time is up before any plan is found.
    """
    still_open = open_claims(claims, as_of)
    priced = [claim for claim in still_open if claim.claim_code in costs]
    unpriced = tuple(claim.claim_code for claim in still_open if claim.claim_code not in costs)
    choices = [
        _Choice(
            claim,
            year,
            credited_units(claim, credited),
            ceil(costs[claim.claim_code] * FEN_PER_YUAN),
        )
        for claim in priced
        for year in _years(goals, limits, as_of)
    ]
    wanted = [_goal_row(g, choices, done_units(claims, credited, g, as_of)) for g in goals]
    allowed = [_limit_row(limit, choices) for limit in limits]
    once = tuple(_once(choices, overlaps))
    fen = [choice.fen for choice in choices]
    found = solve(fen, [*wanted, *allowed, *once], seconds)
    if found is None:
        return _no_plan(goals, wanted, limits, allowed, once, unpriced, len(fen), seconds)
    taken = (c for c, chosen in zip(choices, found.chosen, strict=True) if chosen)
    return Plan(
        tuple(Taken(choice.claim.claim_code, choice.year) for choice in taken),
        Fraction(found.cost, FEN_PER_YUAN),
        Fraction(found.lower_bound, FEN_PER_YUAN),
        unpriced,
    )


def _years(goals: Sequence[Goal], limits: Sequence[Limit], as_of: date) -> list[int]:
    """Years of the plan; of consecutive ones that no goal or limit tells apart, the last."""
    last = max(goal.until_on.year for goal in goals)
    told_apart = {goal.until_on.year for goal in goals}
    for limit in limits:
        if limit.year is not None:
            told_apart |= {limit.year - 1, limit.year}
    return [year for year in range(as_of.year, last + 1) if year in told_apart]


def _goal_row(goal: Goal, choices: Sequence[_Choice], done: int) -> Row:
    counted = {
        place: choice.units
        for place, choice in enumerate(choices)
        if choice.claim.kind in goal.kinds and choice.year <= goal.until_on.year
    }
    return Row(counted, at_least=goal.units - done)


def _limit_row(limit: Limit, choices: Sequence[_Choice]) -> Row:
    counted = {
        place: choice.units if limit.measure is Measure.MU else choice.fen
        for place, choice in enumerate(choices)
        if limit.town in (None, choice.claim.town) and limit.year in (None, choice.year)
    }
    return Row(counted, at_most=limit.whole)


def _once(choices: Sequence[_Choice], overlaps: Sequence[Overlap]) -> Iterator[Row]:
    """Every entry in one year at most, and of two that overlap one at most."""
    places: dict[str, list[int]] = {}
    for place, choice in enumerate(choices):
        places.setdefault(choice.claim.claim_code, []).append(place)
    pairs = {frozenset((overlap.claim_code, overlap.other_code)) for overlap in overlaps}
    chosen_between = [pair for pair in pairs if pair <= places.keys()]
    for codes in [*(frozenset((code,)) for code in places), *chosen_between]:
        together = sorted(place for code in codes for place in places[code])
        if len(together) > 1:
            yield Row(dict.fromkeys(together, 1), at_most=1)


def _no_plan(
    goals: Sequence[Goal],
    wanted: Sequence[Row],
    limits: Sequence[Limit],
    allowed: Sequence[Row],
    once: Sequence[Row],
    unpriced: tuple[str, ...],
    count: int,
    seconds: float,
) -> NoPlan:
    """What gives way: the goals while the limits are kept, and the limits while the goals are."""
    missable = [replace(row, price=1.0) for row in wanted]
    short = solve([0] * count, [*missable, *allowed, *once], seconds)
    dearer = [
        replace(row, price=1 / max(limit.whole, 1))
        for limit, row in zip(limits, allowed, strict=True)
    ]
    over = solve([0] * count, [*wanted, *dearer, *once], seconds)
    return NoPlan(
        tuple(Shortfall(goal, mu_of(by)) for goal, by in _missed(goals, wanted, short)),
        tuple(Excess(limit, limit.raised_by(by)) for limit, by in _missed(limits, allowed, over)),
        all(found is None or found.is_proven for found in (short, over)),
        unpriced,
    )


def _missed(
    named: Sequence[Named], rows: Sequence[Row], found: Solution | None
) -> Iterator[tuple[Named, int]]:
    """The rows a solution misses and by how much; none without a solution."""
    for name, row in zip(named, rows, strict=True):
        if found and (by := row.missed_by(found.chosen)):
            yield name, by
