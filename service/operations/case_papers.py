"""Documents of cases as they are read, and the receipts that go with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from geodata.errors import UsageError
from geodata.model.case_documents import CaseDocument, DocumentService, is_of_two
from geodata.model.case_lists import DocumentKind
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection
from geodata.store.queries.cases import CaseRow
from geodata.store.queries.documents import services_of
from geodata.store.queries.reviews import facts_digests
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.operations.case_documents import (
    found_document,
    lacking,
    no_document,
    record_of,
)
from service.operations.case_facts import case_facts
from service.operations.case_files import sees_drafts
from service.operations.cases import Cases, found_case
from service.reports.official.drafting import draft
from service.reports.official.facts import Holder, Service
from service.reports.papers.document import Document
from service.reports.papers.stored import from_text


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """One document with everything about it.

    Attributes
    ----------
    paper
        Its content as it stands.
    has_stale_facts
        Whether the facts of the contract changed since it was issued.
    """

    row: CaseRow
    document: CaseDocument
    services: tuple[DocumentService, ...]
    paper: Document
    has_stale_facts: bool

    @property
    def lacking(self) -> tuple[str, ...]:
        """What has to be filled in or confirmed before it is issued."""
        return lacking(self.paper)

    @property
    def waits_for_second(self) -> bool:
        """Whether a second person has to agree to it yet."""
        needs = is_of_two(self.row.case.path, self.document.kind)
        return needs and self.document.is_draft and self.document.approved_by is None


def document_file(cases: Cases, actor: Actor, document_id: UUID) -> DocumentFile:
    """One document with everything about it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no persons, or no such document; drafts are for who works on cases.
    """
    actor.require(Permission.PERSONAL)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        document = _seen(connection, actor, document_id)
        row = found_case(connection, document.case_id)
        now = facts_digests(connection, [row.case.contract_id])[row.case.contract_id]
        return DocumentFile(
            row=row,
            document=document,
            services=tuple(services_of(connection, [document_id])[document_id]),
            paper=from_text(document.content),
            has_stale_facts=document.issue is not None and document.issue.facts_digest != now,
        )


def service_receipt(cases: Cases, actor: Actor, document_id: UUID) -> Document:
    """The receipt of an issued document, prepared for its service and signed by hand.

    Raises
    ------
    NotAllowedError, NothingFoundError
        As `document_file`.
    UsageError
        When the document is not issued.
    """
    actor.require(Permission.PERSONAL)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        document = _seen(connection, actor, document_id)
        issue = document.issue
        if issue is None:
            raise UsageError(
                "A draft has no service receipt.", "Issue the document before it is served."
            )
        record = record_of(connection, document.case_id)
        facts = replace(
            case_facts(connection, cases.law, record, issue.issued_on),
            holder=Holder(name=issue.recipient),
            service=Service(document=document.kind, number=issue.number),
            mark=issue.log_hash.hex(),
        )
    return draft(DocumentKind.SERVICE_RECEIPT, facts, cases.law, issue.issued_on)


def _seen(connection: Connection, actor: Actor, document_id: UUID) -> CaseDocument:
    document = found_document(connection, document_id)
    if document.issue is None and not sees_drafts(actor):
        raise no_document(document_id)
    return document
