"""Cases as they are opened and moved; the database guards both (migration 0026)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.case_lists import (
    CaseAction,
    CaseOutcome,
    CasePath,
    CaseState,
    DisposalOption,
    DocumentKind,
)
from geodata.model.cases import Case, CaseStep, Comment, Proposal, ProposalState, Taken
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.store.tables import (
    CASE,
    CASE_COMMENT,
    CASE_PROPOSAL,
    CASE_STEP,
    CONTRACT,
    CONTRACT_CARD,
    CONTRACT_PARK,
    ledger,
)

_CASE, _STEP, _ASKED, _SAID = CASE.c, CASE_STEP.c, CASE_PROPOSAL.c, CASE_COMMENT.c
_TAKEN = ("action", "acted_on", "reason", "documents", "amount_yuan", "option")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case and what people call its contract.

    Attributes
    ----------
    title
        Project, else grantee, else contract number.
    has_stale_issue
        Whether the facts changed since a document of it was issued; told where it is asked for.
    """

    case: Case
    key: ContractKey
    title: str
    park: str
    has_stale_issue: bool = False


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are wanted; what is left out does not filter."""

    is_open: bool | None = None
    path: CasePath | None = None
    state: CaseState | None = None
    ground: FindingCode | None = None
    park: str | None = None
    uscc: str | None = None
    opened_by: str | None = None


def add_case(connection: sa.Connection, case: Case) -> bool:
    """Keep a case; False where one is open about the contract on that ground."""
    added = insert(CASE).values(asdict(case)).on_conflict_do_nothing()
    return connection.scalar(added.returning(_CASE.case_id)) is not None


def find_case(connection: sa.Connection, case_id: UUID, *, keep: bool = False) -> CaseRow | None:
    """A case; where wanted, kept as it is until the transaction ends."""
    query = _rows().where(_CASE.case_id == case_id)
    kept = query.with_for_update(of=CASE) if keep else query
    row = connection.execute(kept).mappings().one_or_none()
    return _row(row) if row else None


def find_open(connection: sa.Connection, contract_id: int, ground: FindingCode) -> UUID | None:
    """The open case about a contract on a ground."""
    query = sa.select(_CASE.case_id).where(
        _CASE.contract_id == contract_id,
        _CASE.ground == ground,
        _CASE.state != CaseState.CLOSED,
    )
    return connection.scalar(query)


def list_cases(connection: sa.Connection, wanted: CaseFilter) -> list[CaseRow]:
    """The cases that pass the filters, the one opened last first."""
    query = _rows().order_by(_CASE.opened_on.desc(), _CASE.case_id)
    for name in ("path", "state", "ground", "opened_by"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(_CASE[name] == value)
    if wanted.is_open is not None:
        is_closed = _CASE.state == CaseState.CLOSED
        query = query.where(sa.not_(is_closed) if wanted.is_open else is_closed)
    if wanted.park is not None:
        query = query.where(CONTRACT_PARK.c.park == wanted.park)
    if wanted.uscc is not None:
        query = query.where(CONTRACT_CARD.c.uscc == wanted.uscc)
    return [_row(row) for row in connection.execute(query).mappings()]


def cases_of(connection: sa.Connection, contract_id: int) -> list[Case]:
    """Every case there ever was about a contract, the one opened last first."""
    query = sa.select(CASE).where(_CASE.contract_id == contract_id)
    newest = query.order_by(_CASE.opened_on.desc(), _CASE.case_id)
    return [_case(row) for row in connection.execute(newest).mappings()]


def add_step(connection: sa.Connection, step: CaseStep) -> None:
    """Take a step, which moves the case."""
    connection.execute(sa.insert(CASE_STEP).values(_joined(step)))


def steps_of(connection: sa.Connection, case_ids: Sequence[UUID]) -> dict[UUID, list[CaseStep]]:
    """The steps of some cases, in their order."""
    query = sa.select(CASE_STEP).where(_STEP.case_id.in_(case_ids))
    steps: dict[UUID, list[CaseStep]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(query.order_by(_STEP.version)).mappings():
        told, taken = _split(row)
        for end in ("from_state", "to_state"):
            told[end] = CaseState.of(told[end])
        steps[row["case_id"]].append(CaseStep(**told, taken=taken))
    return steps


def add_proposal(connection: sa.Connection, proposal: Proposal) -> bool:
    """Ask for a step; False where one of the case waits already."""
    added = insert(CASE_PROPOSAL).values(_joined(proposal)).on_conflict_do_nothing()
    return connection.scalar(added.returning(_ASKED.proposal_id)) is not None


def waiting_proposals(
    connection: sa.Connection, case_ids: Sequence[UUID] | None = None
) -> dict[UUID, Proposal]:
    """The step that waits for a second person, by case."""
    query = sa.select(CASE_PROPOSAL).where(_ASKED.state == ProposalState.WAITING)
    if case_ids is not None:
        query = query.where(_ASKED.case_id.in_(case_ids))
    found = (_proposal(row) for row in connection.execute(query).mappings())
    return {proposal.case_id: proposal for proposal in found}


def find_proposal(connection: sa.Connection, proposal_id: UUID) -> Proposal | None:
    """A step that was asked for."""
    query = sa.select(CASE_PROPOSAL).where(_ASKED.proposal_id == proposal_id)
    row = connection.execute(query).mappings().one_or_none()
    return _proposal(row) if row else None


def decide_proposal(
    connection: sa.Connection,
    proposal_id: UUID,
    state: ProposalState,
    decided_by: str,
    decided_at: datetime,
    decision: str,
) -> bool:
    """Agree to a step or refuse it; False where somebody else has decided first."""
    waiting = sa.and_(_ASKED.proposal_id == proposal_id, _ASKED.state == ProposalState.WAITING)
    change = sa.update(CASE_PROPOSAL).where(waiting).values(state=state, decided_by=decided_by)
    decided = connection.execute(change.values(decided_at=decided_at, decision=decision))
    return decided.rowcount == 1


def add_comment(connection: sa.Connection, comment: Comment) -> None:
    """Keep what was said about a case."""
    connection.execute(sa.insert(CASE_COMMENT).values(asdict(comment)))


def comments_of(connection: sa.Connection, case_id: UUID) -> list[Comment]:
    """What was said about a case, the oldest first."""
    query = sa.select(CASE_COMMENT).where(_SAID.case_id == case_id)
    rows = connection.execute(query.order_by(_SAID.at, _SAID.comment_id)).mappings()
    return [Comment(**row) for row in rows]


def _rows() -> sa.Select[Any]:
    card = CONTRACT_CARD.c
    names = (sa.func.nullif(card[name], "") for name in ("project_name", "grantee"))
    title = sa.func.coalesce(*names, CONTRACT.c.contract_no).label("title")
    park = sa.func.coalesce(CONTRACT_PARK.c.park, "").label("park")
    return (
        sa.select(CASE, *(CONTRACT.c[part] for part in ledger.IDENTITY), title, park)
        .join(CONTRACT, CONTRACT.c.contract_id == _CASE.contract_id)
        .outerjoin(CONTRACT_PARK, CONTRACT_PARK.c.contract_id == _CASE.contract_id)
        .outerjoin(CONTRACT_CARD, card.contract_id == _CASE.contract_id)
    )


def _row(row: sa.RowMapping) -> CaseRow:
    key = ContractKey(*(row[part] for part in ledger.IDENTITY))
    return CaseRow(_case(row), key, row["title"], row["park"])


def _case(row: sa.RowMapping) -> Case:
    told = {column.name: row[column] for column in _CASE}
    return Case(
        **{
            **told,
            "ground": FindingCode.of(told["ground"]),
            "path": CasePath.of(told["path"]),
            "state": CaseState.of(told["state"]),
            "outcome": CaseOutcome.of(told["outcome"]) if told["outcome"] else None,
            "facts_digest": bytes(told["facts_digest"]),
        }
    )


def _joined(record: CaseStep | Proposal) -> dict[str, Any]:
    """A row with what somebody says of the action."""
    told = asdict(record)
    taken: dict[str, Any] = told.pop("taken")
    return taken | told


def _split(row: sa.RowMapping) -> tuple[dict[str, Any], Taken]:
    """A row without what somebody said of the action, and that."""
    told = dict(row)
    said = {name: told.pop(name) for name in _TAKEN}
    return told, Taken(
        action=CaseAction.of(said["action"]),
        acted_on=said["acted_on"],
        reason=said["reason"],
        documents={DocumentKind.of(kind): no for kind, no in said["documents"].items()},
        amount_yuan=said["amount_yuan"],
        option=DisposalOption.of(said["option"]) if said["option"] else None,
    )


def _proposal(row: sa.RowMapping) -> Proposal:
    told, taken = _split(row)
    return Proposal(**{**told, "state": ProposalState.of(told["state"])}, taken=taken)
