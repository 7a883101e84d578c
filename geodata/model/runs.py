"""One judgement of a district's contracts: which day, which knowledge, which rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AuditRun:
    """An audit; its result follows from ``as_of``, the two digests, the book and the scope.

    Attributes
    ----------
    as_of
        Day the contracts were judged as of.
    known_at
        Instant whose knowledge of the facts was judged.
    book, rule_digest
        Rule book of the district, and the digest of its numbers.
    facts_digest
        Digest of the facts judged.
    scope
        Parks judged, joined by ``;``; empty for all.
    started_at, actor
        When and by whom the run was started.
    contract_count
        Contracts judged.
    run_id
        Number in the store; None before it is written.
    """

    as_of: date
    known_at: datetime
    book: str
    rule_digest: str
    facts_digest: str
    scope: str
    started_at: datetime
    actor: str
    contract_count: int
    run_id: int | None = None
