"""Documents of cases: drafted from the facts, edited, agreed to, and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID, uuid4

from geodata.errors import NothingFoundError, UsageError
from geodata.model.case_documents import (
    CaseDocument,
    DocumentState,
)
from geodata.model.case_lists import CasePath, DocumentKind
from geodata.model.codelists import Confidence
from geodata.model.roles import Actor, Permission
from geodata.model.transitions import TRANSITIONS
from geodata.store.engine import Connection
from geodata.store.queries import cases as case_rows
from geodata.store.queries import documents as rows
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import today
from service.operations.case_facts import CaseRecord, case_facts
from service.operations.cases import Cases, found_case
from service.operations.dossier import stored_contract
from service.reports.official.drafting import draft
from service.reports.papers.blocks import Doubt
from service.reports.papers.document import Document, missing_facts
from service.reports.papers.editing import rewritten
from service.reports.papers.stored import from_text, to_text

_REMINDERS: Final = (DocumentKind.START_REMINDER, DocumentKind.COMPLETION_REMINDER)


@dataclass(frozen=True, slots=True)
class Edits:
    """What is changed of the words of a draft (`service.reports.papers.editing.rewritten`)."""

    texts: Mapping[int, str] = field(default_factory=dict)
    blanks: Mapping[str, str] = field(default_factory=dict)


def kinds_of(path: CasePath) -> tuple[DocumentKind, ...]:
    """The documents of a path, in the order of their list: what its steps need, and reminders."""
    needed = {kind for way in TRANSITIONS if way.path is path for kind in way.documents}
    needed.discard(DocumentKind.SERVICE_RECEIPT)
    return tuple(kind for kind in DocumentKind if kind in needed or kind in _REMINDERS)


def draft_document(cases: Cases, actor: Actor, case_id: UUID, kind: DocumentKind) -> CaseDocument:
    """Draft a document from what is known of a case; what is missing stands in it as a blank.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor works on no cases, or sees no such case.
    UsageError
        When the path of the case has no such document, or the case is closed.
    LawBookError
        When the law of the district lacks what it rests on.
    """
    actor.require(Permission.CASES)
    now = cases.clock()
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        record = record_of(connection, case_id)
        if kind not in kinds_of(record.case.path) or not record.case.is_open:
            raise UsageError(
                "This case has no such document: {document}.",
                "Choose one of the documents the case offers.",
                document=kind,
            )
        on = today(cases.clock)
        facts = case_facts(connection, cases.law, record, on)
        text = to_text(draft(kind, facts, cases.law, on))
        drafted = CaseDocument(
            *(uuid4(), case_id, kind, DocumentState.DRAFT, 0, actor.name, now, text, text)
        )
        rows.add_document(connection, drafted)
    return drafted


def edit_document(
    cases: Cases, actor: Actor, document_id: UUID, version: int, edits: Edits
) -> CaseDocument:
    """Change the words of a draft; who agreed to it before has to agree anew.

    Raises
    ------
    NotAllowedError, NothingFoundError, UsageError
        When the actor works on no cases, sees no such draft, or somebody has changed it meanwhile.
    """
    actor.require(Permission.CASES)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        was = kept_draft(connection, document_id, version)
        content = to_text(rewritten(from_text(was.content), edits.texts, edits.blanks))
        if content == was.content:
            return was
        return keep_next(
            connection, replace(was, content=content, edited_by=actor.name, approved_by=None)
        )


def approve_document(cases: Cases, actor: Actor, document_id: UUID, version: int) -> CaseDocument:
    """Agree to a draft as it stands.

    Raises
    ------
    NotAllowedError, NothingFoundError, UsageError
        When the actor agrees to nothing, sees no such draft, wrote it, or it was changed meanwhile.
    """
    actor.require(Permission.AGREE)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        was = kept_draft(connection, document_id, version)
        if actor.name in (was.drafted_by, was.edited_by):
            raise UsageError("Nobody agrees to what the same person wrote.", "Ask a second person.")
        require_whole(from_text(was.content))
        return keep_next(connection, replace(was, approved_by=actor.name))


def withdraw_document(cases: Cases, actor: Actor, document_id: UUID, version: int) -> CaseDocument:
    """Take a draft back; it stays on record.

    Raises
    ------
    NotAllowedError, NothingFoundError, UsageError
        When the actor works on no cases, sees no such draft, or somebody has changed it meanwhile.
    """
    actor.require(Permission.CASES)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        was = kept_draft(connection, document_id, version)
        return keep_next(connection, replace(was, state=DocumentState.WITHDRAWN))


def found_document(connection: Connection, document_id: UUID) -> CaseDocument:
    """A document of a case.

    Raises
    ------
    NothingFoundError
        When there is none that is seen.
    """
    found = rows.find_document(connection, document_id)
    if found is None:
        raise no_document(document_id)
    return found


def lacking(document: Document) -> tuple[str, ...]:
    """Blanks of a document, and words that say of themselves that they are to be confirmed."""
    doubts = (
        run.text(document.language)
        for text in document.texts()
        for run in text
        if isinstance(run, Doubt) and run.confidence is Confidence.UNCERTAIN
    )
    return (*missing_facts(document), *dict.fromkeys(doubts))


def record_of(connection: Connection, case_id: UUID) -> CaseRecord:
    """A case with everything its documents rest on."""
    row = found_case(connection, case_id)
    documents = rows.documents_of(connection, [case_id])[case_id]
    return CaseRecord(
        case=row.case,
        stored=stored_contract(connection, row.key),
        steps=case_rows.steps_of(connection, [case_id])[case_id],
        documents=documents,
        services=rows.services_of(connection, [one.document_id for one in documents]),
    )


def kept_draft(connection: Connection, document_id: UUID, version: int) -> CaseDocument:
    """A draft as the actor had seen it.

    Raises
    ------
    NothingFoundError, UsageError
        When there is none, it is a draft no more, or somebody has changed it meanwhile.
    """
    found = found_document(connection, document_id)
    if not found.is_draft:
        raise UsageError(
            "The document is “{state}” and is not changed any more.",
            "Draft a new one where something has to be said otherwise.",
            state=found.state,
        )
    if found.version != version:
        raise _moved_on(found)
    return found


def keep_next(connection: Connection, document: CaseDocument) -> CaseDocument:
    """Keep the next version of a draft.

    Raises
    ------
    UsageError
        When somebody has changed it meanwhile.
    """
    following = replace(document, version=document.version + 1)
    if not rows.change_document(connection, following):
        raise _moved_on(found_document(connection, document.document_id))
    return following


def _moved_on(found: CaseDocument) -> UsageError:
    return UsageError(
        "{account} has changed the draft meanwhile.",
        "Nothing was changed. Look at the draft as it stands now.",
        account=found.approved_by or found.edited_by or found.drafted_by,
    )


def require_whole(document: Document) -> None:
    """Raise `UsageError` where something has to be filled in or confirmed."""
    facts = lacking(document)
    if facts:
        raise UsageError(
            "Of the document has to be filled in or confirmed: {facts}.",
            "Edit the draft first.",
            facts="、".join(facts),
        )


def no_document(document_id: UUID) -> NothingFoundError:
    """What is said where there is no such document."""
    return NothingFoundError(
        "There is no document {number}.", "Look at the case.", number=document_id
    )
