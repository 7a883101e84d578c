"""Documents of cases are issued for good, and served; their periods run from the service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from geodata.errors import UsageError
from geodata.model.case_documents import (
    CaseDocument,
    DocumentService,
    DocumentState,
    Issue,
    is_of_two,
)
from geodata.model.case_lists import CasePath, ServiceWay
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.roles import Actor, Permission
from geodata.store.log import append, head
from geodata.store.queries import documents as rows
from geodata.store.queries.reviews import facts_digests
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import today
from service.compliance.casework.deadlines import deadline
from service.compliance.law import LawBook
from service.operations.case_checks import require_past
from service.operations.case_documents import (
    found_document,
    keep_next,
    kept_draft,
    require_whole,
)
from service.operations.cases import Cases, found_case
from service.operations.entry_forms import ground as line
from service.reports.official.wording import day_text
from service.reports.papers.blocks import Words
from service.reports.papers.document import Document
from service.reports.papers.pdf import pdf
from service.reports.papers.stored import from_text, to_text

ANNOUNCED: Final = "service_by_announcement"
"""Act of the procedure sheet: when an announcement counts as service."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """What the office adds when it issues a document."""

    number: str
    recipient: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Serving:
    """What is said of an attempt to serve a document.

    Attributes
    ----------
    served_on
        The day of handing over, of receipt, of return, or on which it was announced.
    """

    way: ServiceWay
    served_on: date
    receiver: str
    evidence: str


def issue_document(
    cases: Cases, actor: Actor, document_id: UUID, version: int, issuing: Issuing
) -> CaseDocument:
    """Issue a draft: text, number, recipient, day and facts are locked for good.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor may not, or sees no such draft.
    UsageError
        When something is missing or to be confirmed, a second person has not agreed, the number is
        another document's, the day has not come, or somebody has changed the draft meanwhile.
    """
    actor.require(Permission.ISSUE)
    number, recipient = line(issuing.number), line(issuing.recipient)
    require_past(issuing.issued_on, today(cases.clock))
    now = cases.clock()
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        was = kept_draft(connection, document_id, version)
        row = found_case(connection, was.case_id, keep=True)
        require_whole(from_text(was.content))
        _require_agreed(row.case.path, was, actor)
        if rows.is_number_given(connection, number):
            raise UsageError(
                "Another document has the number {number}.", "Give its own.", number=number
            )
        log = head(connection)
        final = _locked(from_text(was.content), number, issuing.issued_on, log.text)
        content = to_text(final)
        issue = Issue(
            number=number,
            recipient=recipient,
            issued_by=actor.name,
            issued_on=issuing.issued_on,
            issued_at=now,
            content_digest=sha256(content.encode()).digest(),
            pdf_digest=sha256(pdf(final)).digest(),
            facts_digest=facts_digests(connection, [row.case.contract_id])[row.case.contract_id],
            log_hash=log.hash,
        )
        state = DocumentState.ISSUED
        issued = keep_next(connection, replace(was, state=state, content=content, issue=issue))
        append(connection, issued_event(issued, issue))
    return issued


def record_service(
    cases: Cases, actor: Actor, document_id: UUID, serving: Serving
) -> DocumentService:
    """Record that an issued document was served or came back; its periods run from that day.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor works on no cases, or sees no such document.
    UsageError
        When it is not issued, the day is before its own or has not come, or no proof is named.
    """
    actor.require(Permission.CASES)
    evidence, receiver = line(serving.evidence), line(serving.receiver, is_needed=False)
    require_past(serving.served_on, today(cases.clock))
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        document = found_document(connection, document_id)
        if document.issue is None or serving.served_on < document.issue.issued_on:
            raise UsageError(
                "Only what was issued is served, on {day} or later.",
                "Issue the document first, and name the day on which it was served.",
                day=document.issue.issued_on if document.issue else serving.served_on,
            )
        service = DocumentService(
            service_id=uuid4(),
            document_id=document_id,
            way=serving.way,
            served_on=serving.served_on,
            counts_on=counts_on(cases.law, serving.way, serving.served_on),
            receiver=receiver,
            evidence=evidence,
            recorded_by=actor.name,
            recorded_at=cases.clock(),
        )
        rows.add_service(connection, service)
        append(connection, served_event(document, service))
    return service


def counts_on(law: LawBook, way: ServiceWay, served_on: date) -> date | None:
    """The day on which a document counts as served; None where it came back.

    An announcement counts once the period of the law book is over. By mail, the day of receipt is
    what is stated.
    """
    if way is ServiceWay.RETURNED:
        return None
    return (
        deadline(law, ANNOUNCED, served_on).opens_on
        if way is ServiceWay.ANNOUNCEMENT
        else served_on
    )


def _require_agreed(path: CasePath, document: CaseDocument, actor: Actor) -> None:
    if is_of_two(path, document.kind) and document.approved_by is None:
        raise UsageError(
            "A second person has to agree to this document before it is issued.",
            "Ask somebody who may agree to steps of cases.",
        )
    if document.approved_by == actor.name:
        raise UsageError("Nobody issues what the same person agreed to.", "Ask a second person.")


def _locked(document: Document, number: str, issued_on: date, log_hash: str) -> Document:
    """A document as it is issued: with number and day, and the head of the log on every page."""
    return replace(
        document,
        is_draft=False,
        dated_on=issued_on,
        head=replace(document.head, number=number) if document.head else None,
        signature=replace(document.signature, date=(Words(day_text(issued_on)),))
        if document.signature
        else None,
        mark=log_hash,
    )


def issued_event(document: CaseDocument, issue: Issue) -> Event:
    """What the log tells of a document that is issued."""
    payload = {
        "case_id": document.case_id,
        "kind": document.kind,
        "number": issue.number,
        "recipient": issue.recipient,
        "issued_on": issue.issued_on,
        "version": document.version,
        "drafted_by": document.drafted_by,
        "drafted_at": document.drafted_at,
        "drafted_digest": sha256(document.drafted.encode()).hexdigest(),
        "edited_by": document.edited_by,
        "approved_by": document.approved_by,
        "content_digest": issue.content_digest.hex(),
        "pdf_digest": issue.pdf_digest.hex(),
        "facts_digest": issue.facts_digest.hex(),
        "log_hash": issue.log_hash.hex(),
    }
    subject_id = str(document.document_id)
    return Event(
        *(issue.issued_at, issue.issued_by, EventKind.DOCUMENT_ISSUED, EventSubject.DOCUMENT),
        *(subject_id, payload),
    )


def served_event(document: CaseDocument, service: DocumentService) -> Event:
    """What the log tells of a document that is served, or came back."""
    payload = {
        "service_id": service.service_id,
        "case_id": document.case_id,
        "way": service.way,
        "served_on": service.served_on,
        "counts_on": service.counts_on,
        "receiver": service.receiver,
        "evidence": service.evidence,
    }
    subject_id = str(document.document_id)
    return Event(
        *(service.recorded_at, service.recorded_by, EventKind.DOCUMENT_SERVED),
        *(EventSubject.DOCUMENT, subject_id, payload),
    )
