"""The dates of a contract one after another, with forecasts where the anchor has not happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geodata.model.codelists import TermUnit
from geodata.model.law_lists import PeriodKind
from service.compliance.calendar import WorkingDays
from service.compliance.casework.deadlines import last_day
from service.compliance.law import Period


@dataclass(frozen=True, slots=True)
class Clause:
    """A relative date of a contract: ``delivery`` 45 working days after ``payment``."""

    event: str
    count: int
    unit: TermUnit
    after: str


@dataclass(frozen=True, slots=True)
class Expected:
    """When an event of a contract is due.

    Attributes
    ----------
    event
        What is due, as the clause names it.
    due_on
        Last day for it; None where its anchor is not known or a year has no working-day table.
    is_forecast
        It hangs on an event that has not happened: it may never be held against anybody.
    """

    event: str
    due_on: date | None
    is_forecast: bool


def timeline(
    clauses: Sequence[Clause], happened: Mapping[str, date], working_days: WorkingDays
) -> list[Expected]:
    """When each event is due, in the order of the clauses.

    Parameters
    ----------
    clauses
        Each after the one it hangs on.
    happened
        Days of the events that have happened, the signing first of all. Where an anchor has
        not, its own due date stands in for it.
    working_days
        Due dates roll to the next working day (民法典 Art. 203).
    """
    expected: dict[str, Expected] = {}
    for clause in clauses:
        before = expected.get(clause.after)
        anchor_on = happened.get(clause.after) or (before.due_on if before else None)
        period = Period(PeriodKind.WITHIN, clause.count, clause.unit, rolls=True)
        expected[clause.event] = Expected(
            event=clause.event,
            due_on=last_day(period, anchor_on, working_days) if anchor_on else None,
            is_forecast=clause.after not in happened,
        )
    return list(expected.values())
