"""How likely the targets for inefficient land are to be reached, from the register's own record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from geodata.model.entities import Claim
from geodata.store.engine import Engine
from geodata.store.scope import Scope
from service.compliance.indicators.forecast import DRAWS, forecast
from service.compliance.indicators.goals import Goal, done_units, goals_of, mu_of
from service.compliance.indicators.outlooks import Forecast, ForecastReport, Reached
from service.compliance.indicators.progress import days_to_credit
from service.compliance.law import LawBook
from service.operations.open_land import OpenLand, read_open_land

SEED: Final = 2026
"""Where chance starts: the same register and day give the same figures."""


def forecast_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
    *,
    until_year: int | None = None,
    scope: Scope | None = None,
) -> ForecastReport:
    """The forecast of the database.

    Parameters
    ----------
    engine, law
        The database, and the book with the targets.
    as_of, known_at
        Day up to which the record is known, and the instant whose knowledge is asked.
    until_year
        Year by whose end the targets are asked for; by default each by its own, or by the next one
        where all terms have ended.
    scope
        Whose land is seen; by default what the engine was made for.
    """
    land = read_open_land(engine, as_of, known_at, scope=scope)
    return report_on(land, law, as_of, until_year=until_year)


def report_on(
    land: OpenLand,
    law: LawBook,
    as_of: date,
    *,
    until_year: int | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ForecastReport:
    """The forecast of a register."""
    goals = goals_of(law.targets, until_year or _next_year(law, as_of))
    credited = land.in_turn
    found = forecast(land.claims, land.promised, credited, goals, as_of, draws=draws, seed=seed)
    entries = {claim.claim_code: claim for claim in _deciding(land.claims, found)}
    return ForecastReport(
        forecast=found,
        targets={target.target_id: target for target in law.targets if target.is_land},
        entries=entries,
        promised={code: land.promised[code] for code in entries if code in land.promised},
        past={goal.goal_id: _past(land, goal, as_of) for goal in goals},
        draws=draws,
        seed=seed,
    )


def _next_year(law: LawBook, as_of: date) -> int | None:
    """The year after that of the day, where the terms of all targets have ended."""
    terms = [target.until_year for target in law.targets if target.is_land]
    return None if any(year >= as_of.year for year in terms) else as_of.year + 1


def _deciding(claims: Iterable[Claim], found: Forecast) -> list[Claim]:
    levers = {lever.claim_code for each in found.outlooks or () for lever in each.levers}
    return [claim for claim in claims if claim.claim_code in levers]


def _past(land: OpenLand, goal: Goal, as_of: date) -> tuple[Reached, ...]:
    """What counted then, as it is credited today."""
    days = [day for day in days_to_credit(land.claims, as_of) if (day.month, day.day) == (12, 31)]
    return tuple(
        Reached(day, mu_of(done_units(land.claims, land.in_turn, goal, day)))
        for day in sorted({*days, as_of})
    )
