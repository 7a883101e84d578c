"""Issued documents and their services, held against what the event log tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from geodata.model.case_documents import CaseDocument, DocumentFlaw, DocumentService, Issue
from geodata.model.case_lists import DocumentKind
from geodata.model.chain import Event, EventKind, EventSubject, canonical
from geodata.store.engine import Connection
from geodata.store.log import read_events
from geodata.store.queries.documents import issued_documents, services_of
from service.operations.case_issuing import issued_event, served_event


@dataclass(frozen=True, slots=True)
class DocumentBreak:
    """A document that is not as it was issued.

    Attributes
    ----------
    number
        Its number, as the log has it where the log knows it.
    """

    kind: DocumentKind
    number: str
    flaw: DocumentFlaw


def held_against_log(connection: Connection) -> tuple[int, list[DocumentBreak]]:
    """How many documents were issued by the log, and those that are not what it tells of them.

    The log itself is proved apart (`geodata.model.chain.prove`): a document holds as far as it
    does.

    Parameters
    ----------
    connection
        Of somebody who sees every event and every document.
    """
    events = read_events(connection, None, EventSubject.DOCUMENT)
    told = [logged.event for logged in reversed(events)]
    issues = {one.subject_id: one for one in told if one.kind is EventKind.DOCUMENT_ISSUED}
    served: dict[str, list[Event]] = {}
    for one in told:
        if one.kind is EventKind.DOCUMENT_SERVED:
            served.setdefault(one.subject_id, []).append(one)
    return len(issues), list(_breaks(connection, issues, served))


def _breaks(
    connection: Connection, issues: dict[str, Event], served: dict[str, list[Event]]
) -> Iterator[DocumentBreak]:
    documents = {str(one.document_id): one for one in issued_documents(connection)}
    services = services_of(connection, [one.document_id for one in documents.values()])
    for name, event in issues.items():
        if name not in documents:
            kind, number = DocumentKind.of(event.payload["kind"]), event.payload["number"]
            yield DocumentBreak(kind, number, DocumentFlaw.MISSING)
    for name, document in documents.items():
        attempts = (services[document.document_id], served.get(name, []))
        issue, logged = document.issue, issues.get(name)
        assert issue is not None, "the database has every issued document state its issue"
        flaw = _flaw(document, issue, logged, *attempts)
        if flaw is not None:
            number = logged.payload["number"] if logged else issue.number
            yield DocumentBreak(document.kind, number, flaw)


def _flaw(
    document: CaseDocument,
    issue: Issue,
    logged: Event | None,
    services: Sequence[DocumentService],
    served: Sequence[Event],
) -> DocumentFlaw | None:
    if logged is None:
        return DocumentFlaw.UNLOGGED
    if sha256(document.content.encode()).digest() != issue.content_digest:
        return DocumentFlaw.CONTENT
    if not _tells(logged, issued_event(document, issue)):
        return DocumentFlaw.ISSUE
    left = list(services)
    for event in served:
        same = [one for one in left if _tells(event, served_event(document, one))]
        if not same:
            return DocumentFlaw.SERVICE
        left.remove(same[0])
    return DocumentFlaw.SERVICE if left else None


def _tells(logged: Event, made: Event) -> bool:
    """Whether an event of the log says the same; one of an older version says less."""
    said = {name: made.payload.get(name) for name in logged.payload}
    return canonical(asdict(logged)) == canonical(asdict(replace(made, payload=said)))
