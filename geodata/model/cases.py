"""Cases as they are kept: what they are about, their steps, what is asked for, what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from geodata.model.case_lists import (
    CaseAction,
    CaseOutcome,
    CasePath,
    CaseState,
    DisposalOption,
    DocumentKind,
)
from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import FindingCode


class ProposalState(Codelist):
    """Where a step stands that a second person has to agree to."""

    WAITING = ("waiting", "待复核", "waiting for a second person", Tone.DUE_SOON)
    AGREED = ("agreed", "已同意", "agreed to", Tone.COMPLIANT)
    REFUSED = ("refused", "不予同意", "refused", Tone.CLOSED)


@dataclass(frozen=True, slots=True)
class Case:
    """A case about one contract on one ground.

    Attributes
    ----------
    case_id
        Names it in addresses.
    contract_id, ground
        Of which one case is open at most.
    version
        Number of steps taken; who acts on an older one is told so.
    opened_on, closed_on
        The days in law.
    facts_digest
        Digest of the facts of the contract when it was opened.
    """

    case_id: UUID
    contract_id: int
    ground: FindingCode
    path: CasePath
    state: CaseState
    version: int
    opened_by: str
    opened_at: datetime
    opened_on: date
    reason: str
    facts_digest: bytes
    closed_on: date | None = None
    outcome: CaseOutcome | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state is not CaseState.CLOSED


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody says of an action when taking it.

    Attributes
    ----------
    acted_on
        The day in law: of service, of arrival, of payment.
    documents
        Number or name of each document on file.
    amount_yuan
        What is demanded, paid, waived or refunded.
    """

    action: CaseAction
    acted_on: date
    reason: str = ""
    documents: Mapping[DocumentKind, str] = field(default_factory=dict)
    amount_yuan: Decimal | None = None
    option: DisposalOption | None = None


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step that was taken; it is never changed.

    Attributes
    ----------
    version
        Number of the step, from 1.
    second_person
        Who agreed to it, where two have to.
    """

    case_id: UUID
    version: int
    from_state: CaseState
    to_state: CaseState
    taken: Taken
    actor: str
    at: datetime
    second_person: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that one person asks for and another agrees to, or not.

    Attributes
    ----------
    version
        Number the step will have.
    """

    proposal_id: UUID
    case_id: UUID
    version: int
    taken: Taken
    proposed_by: str
    proposed_at: datetime
    state: ProposalState = ProposalState.WAITING
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """Something said about a case."""

    comment_id: UUID
    case_id: UUID
    account: str
    at: datetime
    text: str
