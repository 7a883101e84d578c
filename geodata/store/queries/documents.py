"""Documents of cases as they are kept; the database guards what is issued (migration 0027)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from geodata.model.case_documents import CaseDocument, DocumentService, DocumentState, Issue
from geodata.model.case_lists import DocumentKind, ServiceWay
from geodata.store.tables import CASE_DOCUMENT, DOCUMENT_SERVICE

_DOCUMENT, _SERVICE = CASE_DOCUMENT.c, DOCUMENT_SERVICE.c
_ISSUE: Final = tuple(field.name for field in fields(Issue))
_DIGESTS: Final = ("content_digest", "pdf_digest", "facts_digest", "log_hash")
_CHANGING: Final = ("state", "version", "content", "edited_by", "approved_by", *_ISSUE)


def add_document(connection: sa.Connection, document: CaseDocument) -> None:
    """Keep a draft."""
    connection.execute(sa.insert(CASE_DOCUMENT).values(_values(document)))


def change_document(connection: sa.Connection, document: CaseDocument) -> bool:
    """Keep the next version of a draft; False where somebody has changed it meanwhile."""
    values = _values(document)
    was = sa.and_(
        _DOCUMENT.document_id == document.document_id,
        _DOCUMENT.version == document.version - 1,
        _DOCUMENT.state == DocumentState.DRAFT,
    )
    changed = {name: values[name] for name in _CHANGING}
    return connection.execute(sa.update(CASE_DOCUMENT).where(was).values(changed)).rowcount == 1


def is_number_given(connection: sa.Connection, number: str) -> bool:
    """Whether a document has the number already."""
    return connection.scalar(sa.select(sa.exists().where(_DOCUMENT.number == number))) is True


def find_document(connection: sa.Connection, document_id: UUID) -> CaseDocument | None:
    """A document that is seen."""
    query = sa.select(CASE_DOCUMENT).where(_DOCUMENT.document_id == document_id)
    row = connection.execute(query).mappings().one_or_none()
    return _document(row) if row else None


def documents_of(
    connection: sa.Connection, case_ids: Sequence[UUID]
) -> dict[UUID, list[CaseDocument]]:
    """The documents of some cases, the oldest first."""
    query = sa.select(CASE_DOCUMENT).where(_DOCUMENT.case_id.in_(case_ids))
    found: dict[UUID, list[CaseDocument]] = {case_id: [] for case_id in case_ids}
    ordered = query.order_by(_DOCUMENT.drafted_at, _DOCUMENT.document_id)
    for row in connection.execute(ordered).mappings():
        found[row["case_id"]].append(_document(row))
    return found


def issued_documents(connection: sa.Connection) -> list[CaseDocument]:
    """Every document that was issued, in the order of issue."""
    query = sa.select(CASE_DOCUMENT).where(_DOCUMENT.state == DocumentState.ISSUED)
    ordered = query.order_by(_DOCUMENT.issued_at, _DOCUMENT.document_id)
    return [_document(row) for row in connection.execute(ordered).mappings()]


def document_of_pdf(connection: sa.Connection, digest: bytes) -> CaseDocument | None:
    """The issued document that a PDF was made of."""
    query = sa.select(CASE_DOCUMENT).where(_DOCUMENT.pdf_digest == digest).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return _document(row) if row else None


def add_service(connection: sa.Connection, service: DocumentService) -> None:
    """Keep a service of an issued document."""
    connection.execute(sa.insert(DOCUMENT_SERVICE).values(asdict(service)))


def services_of(
    connection: sa.Connection, document_ids: Sequence[UUID]
) -> dict[UUID, list[DocumentService]]:
    """The services of some documents, in the order of their days."""
    query = sa.select(DOCUMENT_SERVICE).where(_SERVICE.document_id.in_(document_ids))
    found: dict[UUID, list[DocumentService]] = {document_id: [] for document_id in document_ids}
    ordered = query.order_by(_SERVICE.served_on, _SERVICE.recorded_at)
    for row in connection.execute(ordered).mappings():
        told = {**row, "way": ServiceWay.of(row["way"])}
        found[row["document_id"]].append(DocumentService(**told))
    return found


def facts_at_issue(connection: sa.Connection, case_ids: Sequence[UUID]) -> dict[UUID, set[bytes]]:
    """Digests of the facts at issue of the documents of some cases, by case; none for no issue."""
    query = sa.select(_DOCUMENT.case_id, _DOCUMENT.facts_digest).where(
        _DOCUMENT.case_id.in_(case_ids), _DOCUMENT.state == DocumentState.ISSUED
    )
    found: dict[UUID, set[bytes]] = {}
    for case_id, digest in connection.execute(query):
        found.setdefault(case_id, set()).add(bytes(digest))
    return found


def _values(document: CaseDocument) -> dict[str, Any]:
    told = asdict(document)
    issue: dict[str, Any] | None = told.pop("issue")
    return {**told, **(issue or dict.fromkeys(_ISSUE))}


def _document(row: sa.RowMapping) -> CaseDocument:
    told = dict(row)
    issue: dict[str, Any] = {name: told.pop(name) for name in _ISSUE}
    for name in _DIGESTS:
        issue[name] = bytes(issue[name]) if issue[name] is not None else None
    return CaseDocument(
        **{
            **told,
            "kind": DocumentKind.of(told["kind"]),
            "state": DocumentState.of(told["state"]),
            "issue": Issue(**issue) if issue["number"] is not None else None,
        }
    )
