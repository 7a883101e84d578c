"""Reviews of findings: what an auditor says of one, how long it stands, who signs a run off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.codelists import FindingCode, MilestoneKind


@dataclass(frozen=True, slots=True)
class FindingReview:
    """What somebody says of a finding of a run; it is never changed.

    Attributes
    ----------
    contract_id, code, milestone
        The finding; the same in later runs.
    facts_digest
        Digest of the facts of the contract that were looked at.
    expires_on
        Last day on which it stands; None where it stands until the facts change.
    evidence
        What it rests on: numbers of documents, digests of photos; one to a line.
    """

    review_id: UUID
    run_id: int
    contract_id: int
    code: FindingCode
    milestone: MilestoneKind | None
    facts_digest: bytes
    decision: ReviewDecision
    reason: str
    evidence: str
    expires_on: date | None
    actor: str
    at: datetime

    def standing(self, facts_digest: bytes, on: date) -> ReviewStanding:
        """Where the finding stands on a day with the facts known then.

        Time alone changes nothing but what was given a term.
        """
        if facts_digest != self.facts_digest:
            return ReviewStanding.FACTS_CHANGED
        if self.expires_on is not None and self.expires_on < on:
            return ReviewStanding.TERM_ENDED
        return _STANDINGS[self.decision]


_STANDINGS = {
    ReviewDecision.CONFIRM: ReviewStanding.CONFIRMED,
    ReviewDecision.DISPUTE: ReviewStanding.DISPUTED,
    ReviewDecision.DISMISS: ReviewStanding.DISMISSED,
}


@dataclass(frozen=True, slots=True)
class RunSignoff:
    """A run signed off by somebody who neither asked for it nor reviewed its findings."""

    run_id: int
    actor: str
    at: datetime
    statement: str
    open_count: int
