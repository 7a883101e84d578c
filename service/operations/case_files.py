"""Cases as they are shown: the list, one case with everything about it, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from uuid import UUID

from geodata.errors import NothingFoundError
from geodata.model.case_documents import CaseDocument, DocumentService
from geodata.model.case_lists import CaseState
from geodata.model.cases import CaseStep, Comment, Proposal
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission
from geodata.model.rows import row_cells
from geodata.model.supervised import last_words
from geodata.model.transitions import paths_of
from geodata.store.engine import Connection
from geodata.store.queries import cases as rows
from geodata.store.queries.cases import CaseFilter, CaseRow
from geodata.store.queries.documents import documents_of, facts_at_issue, services_of
from geodata.store.queries.reviews import facts_digests
from geodata.store.queries.supervised import statements_of
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.casework.flags import Raised, Said, Settlement, flags, settlement
from service.compliance.casework.progress import ARRIVED, Way, days_of, nearest, ways_on
from service.operations.case_checks import judged_on
from service.operations.cases import Cases, found_case
from service.operations.dossier import stored_contract


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """A document of a case, and how it was served."""

    document: CaseDocument
    services: tuple[DocumentService, ...]

    @property
    def counts_on(self) -> date | None:
        """The day on which it counts as served."""
        return min((one.counts_on for one in self.services if one.counts_on), default=None)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with everything about it.

    Attributes
    ----------
    steps
        What was done, in order.
    ways
        The ways on, with their last days.
    asked
        The step that waits for a second person.
    documents
        Those the actor sees: drafts are for who works on cases or agrees to them.
    flags, settlement
        What has to be known besides, and what would be paid back on the day asked about, or was
        to be on the day the notice of rescission arrived.
    arrived_on
        Day on which the notice of rescission arrived.
    said
        The last word of offices on each matter of the land.
    """

    row: CaseRow
    steps: tuple[CaseStep, ...]
    ways: tuple[Way, ...]
    asked: Proposal | None
    comments: tuple[Comment, ...]
    documents: tuple[ServedDocument, ...]
    flags: tuple[Raised, ...]
    settlement: Settlement
    arrived_on: date | None
    said: Said

    @property
    def next_way(self) -> Way | None:
        """What comes next."""
        return nearest(self.ways)


def list_cases(cases: Cases, actor: Actor, wanted: CaseFilter) -> list[CaseRow]:
    """The cases an actor sees that pass the filters."""
    actor.require(Permission.VIEW)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        return compared(connection, rows.list_cases(connection, wanted))


def cases_known(
    cases: Cases, actor: Actor, wanted: CaseFilter, as_of: date, known_at: datetime | None
) -> list[CaseRow]:
    """The cases that pass the filters and were open or closed by a day, as known at an instant."""
    found = list_cases(cases, actor, wanted)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        steps = rows.steps_of(connection, [row.case.case_id for row in found])
    told = (_as_known(row, steps[row.case.case_id], as_of, known_at) for row in found)
    return [row for row in told if row is not None]


def case_known(
    cases: Cases,
    actor: Actor,
    case_id: UUID,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> CaseRow:
    """A case as it stood on a day, as known at an instant; as it stands where none is named.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such case, or there was none then.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        row = found_case(connection, case_id)
        steps = rows.steps_of(connection, [case_id])[case_id]
    known = _as_known(row, steps, as_of, known_at)
    if known is None:
        raise NothingFoundError(
            "There was no case {number} yet.", "Ask about a later day or instant.", number=case_id
        )
    return known


def case_file(cases: Cases, actor: Actor, case_id: UUID, as_of: date) -> CaseFile:
    """One case with everything about it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such case.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        row = found_case(connection, case_id)
        case, stored = row.case, stored_contract(connection, row.key)
        steps = rows.steps_of(connection, [case_id])[case_id]
        cells = row_cells(stored.columns, 0)
        days = days_of(cases.law, case, steps, cells)
        result = judged_on(cases.law, stored, as_of)
        digests = facts_digests(connection, [case.contract_id])
        said = last_words(statements_of(connection, case.contract_id))
        late = (found.since_on for found in result.findings if found.code is case.ground)
        return CaseFile(
            row=row,
            steps=tuple(steps),
            ways=tuple(ways_on(cases.law, case.path, case.state, days)),
            asked=rows.waiting_proposals(connection, [case_id]).get(case_id),
            comments=tuple(rows.comments_of(connection, case_id)),
            documents=tuple(_documents(connection, actor, case_id)),
            flags=tuple(
                flags(
                    case,
                    cells,
                    days,
                    cases.law,
                    as_of,
                    facts_digest=digests[case.contract_id],
                    issued_digests=facts_at_issue(connection, [case_id]).get(case_id, ()),
                    late_since_on=next(late, None),
                    said=said,
                )
            ),
            said=said,
            arrived_on=days.get(ARRIVED),
            settlement=settlement(
                cells,
                result.milestones[0].due_on,
                cases.law,
                as_of,
                arrived_on=days.get(ARRIVED),
                ground=case.ground,
            ),
        )


def grounds_of(
    cases: Cases, actor: Actor, key: ContractKey, on: date
) -> Mapping[FindingCode, date | None]:
    """The findings of a contract on a day that a case can be opened on, and since when they hold.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor works on no cases, or sees no such contract.
    """
    actor.require(Permission.CASES)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        stored = stored_contract(connection, key)
        contract_id = int(stored.contract_id[0])
        return {
            found.code: found.since_on
            for found in judged_on(cases.law, stored, on).findings
            if paths_of(found.code) and rows.find_open(connection, contract_id, found.code) is None
        }


def _as_known(
    row: CaseRow, steps: Sequence[CaseStep], as_of: date | None, known_at: datetime | None
) -> CaseRow | None:
    """A case before the steps that had not been taken, or were not known; None before all."""
    case = row.case
    if (as_of and case.opened_on > as_of) or (known_at and case.opened_at > known_at):
        return None
    told = list(
        takewhile(
            lambda step: (
                not ((as_of and step.taken.acted_on > as_of) or (known_at and step.at > known_at))
            ),
            steps,
        )
    )
    if len(told) == len(steps):
        return row
    state = told[-1].to_state if told else CaseState.OPENED
    then = replace(case, state=state, version=len(told), closed_on=None, outcome=None)
    return replace(row, case=then)


def sees_drafts(actor: Actor) -> bool:
    """Whether an account sees documents of cases before they are issued."""
    return actor.may(Permission.CASES) or actor.may(Permission.AGREE)


def _documents(connection: Connection, actor: Actor, case_id: UUID) -> Iterator[ServedDocument]:
    found = documents_of(connection, [case_id])[case_id]
    services = services_of(connection, [one.document_id for one in found])
    for one in found:
        if one.issue is not None or sees_drafts(actor):
            yield ServedDocument(one, tuple(services[one.document_id]))


def compared(connection: Connection, found: list[CaseRow]) -> list[CaseRow]:
    """Cases with the facts of their issued documents compared with those known now."""
    issued = facts_at_issue(connection, [row.case.case_id for row in found])
    concerned = [row.case.contract_id for row in found if row.case.case_id in issued]
    digests = facts_digests(connection, concerned) if concerned else {}
    return [
        replace(row, has_stale_issue=not before <= {digests.get(row.case.contract_id)})
        if (before := issued.get(row.case.case_id))
        else row
        for row in found
    ]
