"""The recovery ledger: what is due, paid, waived and paid back, case by case."""

from __future__ import annotations

from datetime import date, datetime

from geodata.model.roles import Actor
from geodata.store.queries.cases import CaseFilter, steps_of
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.casework.recovery import recovery
from service.operations.case_files import cases_known
from service.operations.cases import Cases
from service.reports.recovery import LedgerLine


def recovery_ledger(
    cases: Cases, actor: Actor, wanted: CaseFilter, as_of: date, known_at: datetime | None = None
) -> list[LedgerLine]:
    """The cases an actor sees as they stood on a day, with their money, the newest first.

    Raises
    ------
    NotAllowedError
        When the actor sees no contracts.
    """
    known = cases_known(cases, actor, wanted, as_of, known_at)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        steps = steps_of(connection, [row.case.case_id for row in known])
    return [LedgerLine(row, recovery(steps[row.case.case_id][: row.case.version])) for row in known]
