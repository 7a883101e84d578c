"""Documents of cases as they are kept: drafted, agreed to, issued for good, and served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from geodata.model.case_lists import CasePath, DocumentKind, ServiceWay
from geodata.model.codelist import Codelist, Tone
from geodata.model.transitions import TRANSITIONS


class DocumentState(Codelist):
    """Where a document of a case stands."""

    DRAFT = ("draft", "草稿", "draft", Tone.DUE_SOON)
    ISSUED = ("issued", "已制发", "issued", Tone.COMPLIANT)
    WITHDRAWN = ("withdrawn", "草稿已撤回", "draft withdrawn", Tone.CLOSED)


class DocumentFlaw(Codelist):
    """In what an issued document differs from the event log."""

    CONTENT = ("content", "正文与其哈希值不符", "its text has another hash", Tone.IDLE)
    ISSUE = (
        "issue",
        "与日志所记的制发内容不符",
        "it is not what the log says was issued",
        Tone.IDLE,
    )
    SERVICE = (
        "service",
        "送达记录与日志不符",
        "its services are not those of the log",
        Tone.IDLE,
    )
    UNLOGGED = ("unlogged", "日志未记载其制发", "the log does not tell of its issue", Tone.IDLE)
    MISSING = (
        "missing",
        "日志记载已制发，库中却没有",
        "the log tells of its issue, and it is not there",
        Tone.IDLE,
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """What is locked when a document is issued.

    Attributes
    ----------
    number
        Given by the office; no two documents have the same.
    content_digest, pdf_digest
        SHA-256 of the content and of the PDF made of it then.
    facts_digest
        Digest of the facts of the contract on that day.
    log_hash
        Head of the event log, as printed at the foot of every page.
    """

    number: str
    recipient: str
    issued_by: str
    issued_on: date
    issued_at: datetime
    content_digest: bytes
    pdf_digest: bytes
    facts_digest: bytes
    log_hash: bytes


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document of a case.

    Attributes
    ----------
    version
        Number of changes; who acts on an older one is told so.
    drafted
        The content as it was drafted from the facts, in canonical form; never changed.
    content
        The content as it stands, in the same form.
    edited_by
        Who changed the text last.
    approved_by
        The second person, who agreed to the content as it stands.
    issue
        None until it is issued.
    """

    document_id: UUID
    case_id: UUID
    kind: DocumentKind
    state: DocumentState
    version: int
    drafted_by: str
    drafted_at: datetime
    drafted: str
    content: str
    edited_by: str | None = None
    approved_by: str | None = None
    issue: Issue | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it can still be edited."""
        return self.state is DocumentState.DRAFT


@dataclass(frozen=True, slots=True)
class DocumentService:
    """One attempt to serve an issued document; never changed.

    Attributes
    ----------
    served_on
        The day of handing over, of receipt, of return, or on which it was announced.
    counts_on
        The day on which it counts as served; None where it was returned.
    receiver, evidence
        Who took it, and the receipt or record that proves it.
    """

    service_id: UUID
    document_id: UUID
    way: ServiceWay
    served_on: date
    counts_on: date | None
    receiver: str
    evidence: str
    recorded_by: str
    recorded_at: datetime


def is_of_two(path: CasePath, kind: DocumentKind) -> bool:
    """Whether a second person agrees to a document: where a step that needs it is of two."""
    return any(way.is_of_two for way in TRANSITIONS if way.path is path and kind in way.documents)
