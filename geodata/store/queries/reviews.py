"""Findings of runs with what was said of them, and runs that were signed off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from geodata.model.reviews import FindingReview, RunSignoff
from geodata.store.queries import versions
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.tables import (
    CONTRACT,
    CONTRACT_CARD,
    CONTRACT_FACT,
    CONTRACT_PARK,
    FINDING,
    FINDING_REVIEW,
    RUN_SIGNOFF,
    ledger,
)

_FINDING, _REVIEW = FINDING.c, FINDING_REVIEW.c
_NAME: Final = ("contract_id", "code", "milestone")

Standings = Mapping[UUID, ReviewStanding]
"""Where a finding stands with the review made of it last, by review."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A finding of a run, what people call its contract, and the last review of it.

    Attributes
    ----------
    contract_id, code, milestone
        Name it, in this run and in others.
    title
        Project, else grantee, else contract number.
    """

    contract_id: int
    code: FindingCode
    milestone: MilestoneKind | None
    since_on: date | None
    days: int | None
    amount_yuan: Decimal | None
    key: ContractKey
    title: str
    park: str
    review: FindingReview | None


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings of a run are wanted; what is left out does not filter."""

    standing: ReviewStanding | None = None
    code: FindingCode | None = None
    park: str | None = None
    contract_id: int | None = None


def facts_digests(
    connection: sa.Connection, contract_ids: Sequence[int], run: AuditRun | None = None
) -> dict[int, bytes]:
    """SHA-256 of the facts of some contracts that a run judged; without one, of those known now."""
    known_at, true_on = (run.known_at, run.as_of) if run else (None, None)
    fact = CONTRACT_FACT.c
    query = sa.select(fact.contract_id, fact.content_digest).where(
        fact.contract_id == sa.any_(versions.array(contract_ids, sa.BigInteger)),
        versions.seen(CONTRACT_FACT, known_at, true_on),
    )
    periods = read_contract_rows(connection, ContentKind.GOVERNMENT_PERIODS, known_at)
    beside: dict[int, list[bytes]] = {}
    for contract_id, digest in zip(periods.contract_id.tolist(), periods.digests, strict=True):
        beside.setdefault(contract_id, []).append(str(digest).encode())
    return {
        contract_id: sha256(digest + b"".join(sorted(beside.get(contract_id, ())))).digest()
        for contract_id, digest in connection.execute(query)
    }


def read_reviews(
    connection: sa.Connection, run: AuditRun, until: datetime | None = None
) -> list[tuple[FindingReview, ReviewStanding]]:
    """The last review of each finding of a run that has one, and where the finding stands with it.

    Parameters
    ----------
    until
        Reviews made later do not count.
    """
    last, judged = _last_reviews(until), _FINDING.run_id == run.run_id
    query = sa.select(last).join_from(last, FINDING, _same(last.c)).where(judged)
    reviews = [_review(row) for row in connection.execute(query).mappings()]
    digests = facts_digests(connection, sorted({r.contract_id for r in reviews}), run)
    return [
        (review, review.standing(digests.get(review.contract_id, b""), run.as_of))
        for review in reviews
    ]


def count_findings(connection: sa.Connection, run_id: int) -> dict[FindingCode, int]:
    """How many findings of each kind a run has."""
    query = sa.select(_FINDING.code, sa.func.count()).where(_FINDING.run_id == run_id)
    counted = connection.execute(query.group_by(_FINDING.code))
    found = {FindingCode.of(code): count for code, count in counted}
    return {code: found[code] for code in FindingCode if code in found}


def list_findings(
    connection: sa.Connection,
    run_id: int,
    wanted: FindingFilter,
    standings: Standings,
    *,
    most: int,
    offset: int = 0,
    until: datetime | None = None,
) -> tuple[list[FoundRow], int]:
    """Some findings of a run that pass the filters, and how many there are of them.

    Parameters
    ----------
    until
        Reviews made later do not count.
    """
    last = _last_reviews(until)
    query = _found(last).where(_FINDING.run_id == run_id)
    if wanted.standing is ReviewStanding.OPEN:
        query = query.where(last.c.review_id.is_(None))
    elif wanted.standing is not None:
        there = [review for review, standing in standings.items() if standing is wanted.standing]
        query = query.where(last.c.review_id == sa.any_(versions.array(there, sa.Uuid)))
    for column, value in (
        (_FINDING.code, wanted.code),
        (CONTRACT_PARK.c.park, wanted.park),
        (_FINDING.contract_id, wanted.contract_id),
    ):
        if value is not None:
            query = query.where(column == value)
    total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    order = (_severity(), _FINDING.contract_id, _FINDING.ordinal)
    page = query.order_by(*order).limit(most).offset(offset)
    return [_row(row) for row in connection.execute(page).mappings()], total or 0


def add_review(connection: sa.Connection, review: FindingReview) -> None:
    """Keep what was said of a finding; the database refuses it for a run that is signed off."""
    connection.execute(sa.insert(FINDING_REVIEW).values(asdict(review)))


def reviewers_of(connection: sa.Connection, run_id: int) -> set[str]:
    """Who reviewed findings of a run."""
    query = sa.select(_REVIEW.actor).where(_REVIEW.run_id == run_id).distinct()
    return set(connection.scalars(query))


def add_signoff(connection: sa.Connection, signoff: RunSignoff) -> None:
    """Keep that a run was signed off; the database refuses who had a part in it."""
    connection.execute(sa.insert(RUN_SIGNOFF).values(asdict(signoff)))


def find_signoff(connection: sa.Connection, run_id: int) -> RunSignoff | None:
    """Who signed a run off."""
    query = sa.select(RUN_SIGNOFF).where(RUN_SIGNOFF.c.run_id == run_id)
    row = connection.execute(query).mappings().one_or_none()
    return RunSignoff(**row) if row else None


def _last_reviews(until: datetime | None) -> sa.Subquery:
    """Of every finding the review made of it last, up to an instant."""
    name = [_REVIEW[part] for part in _NAME]
    newest = (*name, _REVIEW.at.desc(), _REVIEW.review_id)
    one_of_each = sa.select(FINDING_REVIEW).ext(distinct_on(*name))
    if until is not None:
        one_of_each = one_of_each.where(_REVIEW.at <= until)
    return one_of_each.order_by(*newest).subquery("last")


def _same(review: Any) -> sa.ColumnElement[bool]:
    """Condition that a review is one of a finding."""
    return sa.and_(
        review.contract_id == _FINDING.contract_id,
        review.code == _FINDING.code,
        review.milestone.is_not_distinct_from(_FINDING.milestone),
    )


def _severity() -> sa.ColumnElement[Any]:
    """Place of a kind of finding in its codelist: what is overdue or idle comes first."""
    return sa.case(FindingCode.positions(), value=_FINDING.code)


def _found(last: sa.Subquery) -> sa.Select[Any]:
    card = CONTRACT_CARD.c
    names = (sa.func.nullif(card[name], "") for name in ("project_name", "grantee"))
    told = (_FINDING[name] for name in (*_NAME, "since_on", "days", "amount_yuan"))
    said = (column.label(f"review_{column.name}") for column in last.c)
    return (
        sa.select(
            *told,
            *(CONTRACT.c[part] for part in ledger.IDENTITY),
            sa.func.coalesce(*names, CONTRACT.c.contract_no).label("title"),
            sa.func.coalesce(CONTRACT_PARK.c.park, "").label("park"),
            *said,
        )
        .join_from(FINDING, CONTRACT, CONTRACT.c.contract_id == _FINDING.contract_id)
        .outerjoin(CONTRACT_PARK, CONTRACT_PARK.c.contract_id == _FINDING.contract_id)
        .outerjoin(CONTRACT_CARD, card.contract_id == _FINDING.contract_id)
        .outerjoin(last, _same(last.c))
    )


def _row(row: sa.RowMapping) -> FoundRow:
    said = {column.name: row[f"review_{column.name}"] for column in FINDING_REVIEW.c}
    return FoundRow(
        contract_id=row["contract_id"],
        code=FindingCode.of(row["code"]),
        milestone=_milestone(row["milestone"]),
        since_on=row["since_on"],
        days=row["days"],
        amount_yuan=row["amount_yuan"],
        key=ContractKey(*(row[part] for part in ledger.IDENTITY)),
        title=row["title"],
        park=row["park"],
        review=_review(said) if said["review_id"] else None,
    )


def _review(row: Mapping[Any, Any]) -> FindingReview:
    return FindingReview(
        **{
            **row,
            "code": FindingCode.of(row["code"]),
            "milestone": _milestone(row["milestone"]),
            "facts_digest": bytes(row["facts_digest"]),
            "decision": ReviewDecision.of(row["decision"]),
        }
    )


def _milestone(code: str | None) -> MilestoneKind | None:
    return MilestoneKind.of(code) if code else None
