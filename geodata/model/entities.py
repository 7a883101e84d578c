"""The things the product keeps and names: entries of inefficient land, overlaps, audits.

Contracts and parcels are kept as columns (`geodata.model.columns`): no object per row is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from geodata.model.codelists import ClaimKind, ClaimStatus, Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import Means


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry of the inefficient-land register.

    Attributes
    ----------
    claim_code
        The bureau's number of the entry.
    kind, status
        Vacated or upgraded; planned, in progress or done and verified.
    done_on, reversed_on
        Day on which the evidence was complete; day on which the claim was withdrawn.
    area_m2
        Registered area (the polygon only says where it overlaps others, R0.9).
    town, park, evidence
        Where it lies and what proves it.
    planned_on, cost_yuan, means
        Day on which it is to be done, what that costs, and by what means; None where nobody said.
    """

    claim_code: str
    kind: ClaimKind
    status: ClaimStatus
    done_on: date | None
    reversed_on: date | None
    area_m2: Fraction
    town: str
    park: str
    evidence: str
    planned_on: date | None = None
    cost_yuan: Fraction | None = None
    means: Means | None = None

    @property
    def is_done(self) -> bool:
        """Done and verified on a day that is known."""
        return self.status is ClaimStatus.DONE and self.done_on is not None


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """Which of two figures of policy papers that disagree is shown first.

    Attributes
    ----------
    conflict_id, quantity_id
        The two figures, and the one chosen (`service.compliance.indicators.conflicts`).
    reason, chosen_by, chosen_at
        Why, who and when.
    """

    conflict_id: str
    quantity_id: str
    reason: str
    chosen_by: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Land that two entries claim.

    Attributes
    ----------
    claim_code, other_code
        The two entries; the first one is credited.
    area_m2
        Area of the overlap in the plane of the measuring grid.
    """

    claim_code: str
    other_code: str
    area_m2: float


@dataclass(frozen=True, slots=True)
class IdleClaim:
    """Land of an entry that stands as idle: it is not inefficient land beside that (R5.2).

    Attributes
    ----------
    claim_code, contract
        The entry, and the contract on the same land.
    verdict
        How the contract stands.
    area_m2
        Land they share, on the ellipsoid.
    """

    claim_code: str
    contract: ContractKey
    verdict: Verdict
    area_m2: float


@dataclass(frozen=True, slots=True)
class AuditRun:
    """An audit; its result follows from ``as_of``, rules, facts, the book and the scope.

    Attributes
    ----------
    as_of
        Day the contracts were judged as of.
    known_at
        Instant whose knowledge of the facts was judged.
    book, book_digest, rule_digest
        Rule book of the district, the digest of what it holds, and that of book and rules.
    code_version
        Version of the product.
    facts_digest
        Digest of the facts judged.
    scope
        Parks judged, joined by ``;``; empty for all.
    started_at, actor
        When and by whom the run was started.
    contract_count
        Contracts judged.
    inputs_digest, result_digest
        Digests of the input columns kept with the run, and of its judgements; the store fills
        them in. Runs kept by versions that did not record them have None, also for
        ``book_digest`` and ``code_version``.
    run_id
        Number in the store; None before it is written.
    """

    as_of: date
    known_at: datetime
    book: str
    book_digest: str | None
    rule_digest: str
    code_version: str | None
    facts_digest: str
    scope: str
    started_at: datetime
    actor: str
    contract_count: int
    inputs_digest: str | None = None
    result_digest: str | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class DailyAudit:
    """An audit of what fell due since the one before; every contract then stands as of its day.

    Attributes
    ----------
    as_of
        Day the contracts were judged as of.
    known_at
        Instant whose knowledge of the facts was judged.
    book, rule_digest
        Rule book of the district, and the digest of book and rules.
    code_version
        Version of the product.
    started_at, actor
        When and by whom it was started.
    due_count
        Contracts that fell due.
    """

    as_of: date
    known_at: datetime
    book: str
    rule_digest: str
    code_version: str
    started_at: datetime
    actor: str
    due_count: int
