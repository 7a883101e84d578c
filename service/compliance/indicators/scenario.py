"""What a plan is asked for: targets, a factor on costs, and limits per town and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Final

from geodata.errors import UsageError
from geodata.model.entities import Claim
from geodata.model.scalars import CellError, read_number
from service.compliance.indicators.goals import Goal, goals_of
from service.compliance.indicators.limits import Limit, Measure
from service.compliance.indicators.plan_results import NoPlan, Plan
from service.compliance.law.targets import Target

EACH_TOWN: Final = "town"
EACH_YEAR: Final = "year"
_LIMIT: Final = "limit:"
_TARGET: Final = "target:"
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_MOST_YEARS: Final = 30


@dataclass(frozen=True, slots=True)
class Scenario:
    """A question to the plan.

    Attributes
    ----------
    goals
        What is to be reached.
    cost_percent
        Costs of the entries, in per cent of what the register says.
    limits
        What must not be exceeded.
    """

    goals: tuple[Goal, ...]
    cost_percent: Fraction
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """An answer of the plan with what it is told with.

    Attributes
    ----------
    plan
        What to take up, or why nothing reaches the goals.
    scenario
        What was asked.
    targets
        The target of each goal, by its id.
    done_mu
        Done by the day, by goal.
    entries, costs, credited_mu
        Open entries, what they cost in the scenario in yuan, and the land each brings, by code.
    """

    as_of: date
    plan: Plan | NoPlan
    scenario: Scenario
    targets: Mapping[str, Target]
    done_mu: Mapping[str, Fraction]
    entries: Mapping[str, Claim]
    costs: Mapping[str, Fraction]
    credited_mu: Mapping[str, Fraction]


def usual_fields(targets: Iterable[Target], as_of: date) -> dict[str, str]:
    """The question as it is asked without any change: every target by the end of its term.

    Where the term has ended, by the end of the year of the day.
    """
    land = [target for target in targets if target.is_land]
    until = max([as_of.year, *(target.until_year for target in land)])
    asked = {f"{_TARGET}{target.target_id}": f"{float(target.target_mu):.15g}" for target in land}
    return {"until": str(until), **asked, "costs": "100"}


def read_scenario(
    fields: Mapping[str, str], targets: Iterable[Target], towns: Sequence[str], as_of: date
) -> Scenario:
    """The question that fields ask; a blank one asks for nothing.

    Parameters
    ----------
    fields
        ``until`` (year), ``costs`` (per cent), ``target:<id>`` (mu) and
        ``limit:[<town>:][<year>:]mu|yuan``, where ``town`` and ``year`` stand for each of them.
    targets, towns
        Targets of the law book, and the towns of the register.
    as_of
        First day of the plan.

    Raises
    ------
    UsageError
        When a field cannot be read, or nothing is to be reached.
    """
    asked = {key: text.strip() for key, text in fields.items() if text.strip()}
    until = _until(asked.get("until", str(as_of.year)), as_of)
    goals = [
        replace(goal, mu=_number(f"{_TARGET}{goal.goal_id}", asked))
        for goal in goals_of(targets, until)
        if f"{_TARGET}{goal.goal_id}" in asked
    ]
    goals = [goal for goal in goals if goal.mu]
    if not goals:
        raise UsageError("The plan has nothing to reach.", "Name a target above 0 mu.")
    years = range(as_of.year, until + 1)
    limits = [
        limit
        for key in asked
        if key.startswith(_LIMIT)
        for limit in _limits(key, _number(key, asked), towns, years)
    ]
    costs = _number("costs", asked) if "costs" in asked else Fraction(100)
    return Scenario(tuple(goals), costs, tuple(limits))


def _until(text: str, as_of: date) -> int:
    year = int(text) if _YEAR.fullmatch(text) else 0
    if not as_of.year <= year <= as_of.year + _MOST_YEARS:
        raise UsageError(
            "A plan cannot run until {value}.",
            "Name a year from {first} to {last}.",
            value=text,
            first=as_of.year,
            last=as_of.year + _MOST_YEARS,
        )
    return year


def _number(key: str, asked: Mapping[str, str]) -> Fraction:
    try:
        return read_number(asked[key])
    except CellError as error:
        raise UsageError(
            "The field {field} cannot be “{value}”.",
            "Write a number that is not negative, such as 1500 or 0.5.",
            field=key,
            value=asked[key],
        ) from error


def _limits(
    key: str, at_most: Fraction, towns: Sequence[str], years: Sequence[int]
) -> Iterator[Limit]:
    """The limits a field stands for."""
    *places, measure = key.removeprefix(_LIMIT).split(":")
    known = {"mu": Measure.MU, "yuan": Measure.YUAN}
    chosen_towns: Sequence[str | None] = [None]
    chosen_years: Sequence[int | None] = [None]
    for place in places:
        if place == EACH_YEAR:
            chosen_years = years
        elif _YEAR.fullmatch(place):
            chosen_years = [int(place)]
        elif place == EACH_TOWN:
            chosen_towns = towns
        elif place in towns:
            chosen_towns = [place]
        else:
            raise _unknown_limit(key, towns)
    if measure not in known:
        raise _unknown_limit(key, towns)
    for town, year in product(chosen_towns, chosen_years):
        yield Limit(known[measure], at_most, town, year)


def _unknown_limit(key: str, towns: Sequence[str]) -> UsageError:
    return UsageError(
        "There is no limit {limit}.",
        "Write a place, a year or both, and mu or yuan: year:mu, town:2027:yuan, {town}:mu.",
        limit=key.removeprefix(_LIMIT),
        town=towns[0] if towns else EACH_TOWN,
    )
