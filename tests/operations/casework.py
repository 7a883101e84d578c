"""What tests of cases share: people, a district with a contract that is late, and taking steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

from geodata.model.case_documents import (
    CaseDocument,
    DocumentService,
    DocumentState,
    Issue,
)
from geodata.model.case_lists import (
    CaseAction,
    CasePath,
    DisposalOption,
    DocumentKind,
    ServiceWay,
)
from geodata.model.cases import Case, CaseStep, Proposal, Taken
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Role
from geodata.model.transitions import Transition, actions_from
from geodata.store.engine import Connection
from geodata.store.queries import documents as document_rows
from geodata.store.queries.cases import find_case
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from service.operations.cases import Cases, act, decide, open_case
from tests.operations.test_entries import FACTS, KEY, TODAY, actor

AUDITOR, LEGAL, REVIEWER = actor(Role.AUDITOR), actor(Role.LEGAL), actor(Role.REVIEWER)
OPENED = date(2026, 4, 2)
WHOLE = {**FACTS, "grantee": "示例精密制造有限公司", "grantor": "示例市自然资源和规划局"}


def opened(
    cases: Cases,
    path: CasePath = CasePath.IDLE_LAND,
    ground: FindingCode = FindingCode.SUSPECT_IDLE_1Y,
    on: date = OPENED,
    key: ContractKey = KEY,
) -> Case:
    return open_case(cases, AUDITOR, key, ground, path, on, "现场核实")


def stated(way: Transition, on: date = TODAY) -> Taken:
    """An action with everything it has to state."""
    return Taken(
        action=way.action,
        acted_on=on,
        reason="依法办理",
        documents={kind: f"沪示例〔2026〕{kind.position}号" for kind in way.documents},
        amount_yuan=Decimal("1200.50") if way.asks_amount else None,
        option=DisposalOption.EXTEND_START if way.asks_option else None,
    )


def issued(cases: Cases, case: Case, way: Transition, on: date) -> dict[DocumentKind, str]:
    """Issue and serve what a step needs on its day, short of setting pages; its numbers."""
    numbers = {kind: f"{kind}-{uuid4()}" for kind in way.documents}
    with unit_of_work(cases.engine, EVERYTHING) as connection:
        for kind, number in numbers.items():
            if kind is not DocumentKind.SERVICE_RECEIPT:
                _issue(connection, cases, case, kind, number, on)
    return numbers


def _issue(
    connection: Connection, cases: Cases, case: Case, kind: DocumentKind, number: str, on: date
) -> None:
    now, digest = cases.clock(), sha256(b"{}").digest()
    draft = CaseDocument(
        *(uuid4(), case.case_id, kind, DocumentState.DRAFT, 0, AUDITOR.name, now, "{}", "{}")
    )
    digests = (digest, digest, case.facts_digest, digest)
    issue = Issue(number, "某公司", LEGAL.name, on, now, *digests)
    agreed = replace(draft, version=1, approved_by=REVIEWER.name)
    document_rows.add_document(connection, draft)
    document_rows.change_document(connection, agreed)
    final = replace(agreed, version=2, state=DocumentState.ISSUED, issue=issue)
    document_rows.change_document(connection, final)
    service = DocumentService(
        *(uuid4(), draft.document_id, ServiceWay.HAND, on, on, "某人", "送达回证", LEGAL.name, now)
    )
    document_rows.add_service(connection, service)


def papered(cases: Cases, case: Case, way: Transition, on: date = TODAY) -> Taken:
    """An action with everything it has to state, and documents that were issued and served."""
    return replace(stated(way, on), documents=issued(cases, case, way, on))


def person_for(way: Transition) -> Actor:
    return next(one for one in (AUDITOR, LEGAL) if one.may(way.permission))


def now(cases: Cases, case_id: UUID) -> Case:
    """A case as it stands."""
    with unit_of_work(cases.engine, EVERYTHING) as connection:
        found = find_case(connection, case_id)
    assert found is not None
    return found.case


def take(cases: Cases, case: Case, way: Transition, taken: Taken) -> CaseStep | None:
    """Take a step, with a second person where the table wants one."""
    on_file = replace(taken, documents=issued(cases, case, way, taken.acted_on))
    done = act(cases, person_for(way), case.case_id, case.version, on_file)
    if isinstance(done, Proposal):
        return decide(cases, REVIEWER, done.proposal_id, agrees=True)
    return done


def walk(cases: Cases, case: Case, steps: Iterable[tuple[CaseAction, date]]) -> Case:
    """Take steps one after another, each with what it needs."""
    for action, on in steps:
        case = now(cases, case.case_id)
        (way,) = [one for one in actions_from(case.path, case.state) if one.action is action]
        take(cases, case, way, replace(stated(way), acted_on=on))
    return now(cases, case.case_id)
