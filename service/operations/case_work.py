"""What is to be done about open cases, and whose work it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.model.cases import Proposal
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection
from geodata.store.queries import cases as rows
from geodata.store.queries.cases import CaseFilter, CaseRow
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.casework.progress import Way, days_of, nearest, ways_on
from service.compliance.law import LawBook
from service.operations.case_checks import cells_of
from service.operations.case_files import compared
from service.operations.cases import Cases


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What is to be done about an open case.

    Attributes
    ----------
    way
        The nearest way on.
    asked
        The step that waits for a second person instead.
    """

    row: CaseRow
    way: Way | None
    asked: Proposal | None

    @property
    def last_on(self) -> date | None:
        """Its last day."""
        return self.way.last_on if self.way else None

    def is_for(self, actor: Actor) -> bool:
        """Whether an account may do it."""
        if self.asked is not None:
            return actor.may(Permission.AGREE) and self.asked.proposed_by != actor.name
        return self.way is not None and actor.may(self.way.transition.permission)


def work(cases: Cases, actor: Actor) -> list[WorkItem]:
    """What is to be done about the open cases an actor sees, the nearest last day first."""
    actor.require(Permission.VIEW)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        return open_work(connection, cases.law)


def open_work(connection: Connection, law: LawBook) -> list[WorkItem]:
    """What is to be done about the open cases that are seen, the nearest last day first."""
    found = compared(connection, rows.list_cases(connection, CaseFilter(is_open=True)))
    ids = [row.case.case_id for row in found]
    steps, asked = rows.steps_of(connection, ids), rows.waiting_proposals(connection, ids)
    known = cells_of(connection, [row.case for row in found])
    items = []
    for row in found:
        case = row.case
        days = days_of(law, case, steps[case.case_id], known.get(case.contract_id, {}))
        way = nearest(ways_on(law, case.path, case.state, days))
        items.append(WorkItem(row, way, asked.get(case.case_id)))
    return sorted(items, key=lambda item: (item.last_on or date.max, item.row.case.opened_on))
