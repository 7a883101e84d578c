"""Which open entries to take up so that the targets for inefficient land are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from geodata.model.entities import Claim
from geodata.store.engine import Engine
from geodata.store.scope import Scope
from service.compliance.indicators.goals import credited_units, done_units, mu_of, open_claims
from service.compliance.indicators.plan import plan
from service.compliance.indicators.scenario import PlanReport, Scenario, read_scenario
from service.compliance.law import LawBook
from service.operations.open_land import OpenLand, read_open_land

PATIENCE_S: Final = 10.0


def plan_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    fields: Mapping[str, str],
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
    seconds: float = PATIENCE_S,
) -> PlanReport:
    """The plan for the register of the database.

    Parameters
    ----------
    engine, law
        The database, and the book with the targets.
    as_of, known_at
        First day of the plan, and the instant whose knowledge is asked.
    fields
        What is asked, as in `service.compliance.indicators.scenario.read_scenario`.
    scope
        Whose land is seen; by default what the engine was made for.
    seconds
        After how long the best plan found is taken.

    Raises
    ------
    UsageError
        When a field cannot be read, or time is up before any plan is found.
    """
    land = read_open_land(engine, as_of, known_at, scope=scope)
    return plan_land(land, law, as_of, fields, seconds=seconds)


def plan_land(
    land: OpenLand,
    law: LawBook,
    as_of: date,
    fields: Mapping[str, str],
    *,
    seconds: float = PATIENCE_S,
) -> PlanReport:
    """The plan for a register."""
    entries = {claim.claim_code: claim for claim in open_claims(land.claims, as_of)}
    towns = sorted({claim.town for claim in entries.values() if claim.town})
    scenario = read_scenario(fields, law.targets, towns, as_of)
    costs = _costs(entries.values(), scenario)
    goals, limits, credited = scenario.goals, scenario.limits, land.alone
    done = {goal.goal_id: done_units(land.claims, land.in_turn, goal, as_of) for goal in goals}
    return PlanReport(
        as_of=as_of,
        plan=plan(
            land.claims, costs, credited, land.overlaps, goals, limits, as_of, seconds=seconds
        ),
        scenario=scenario,
        targets={target.target_id: target for target in law.targets if target.is_land},
        done_mu={goal_id: mu_of(units) for goal_id, units in done.items()},
        entries=entries,
        costs=costs,
        credited_mu={
            code: mu_of(credited_units(claim, credited)) for code, claim in entries.items()
        },
    )


def _costs(entries: Iterable[Claim], scenario: Scenario) -> dict[str, Fraction]:
    share = scenario.cost_percent / 100
    return {
        claim.claim_code: claim.cost_yuan * share
        for claim in entries
        if claim.cost_yuan is not None
    }
