"""Cases: how they may move, the steps taken, steps that wait for a second person, and comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geodata.model.case_lists import (
    CaseAction,
    CaseOutcome,
    CasePath,
    CaseState,
    DisposalOption,
)
from geodata.model.cases import ProposalState
from geodata.model.codelists import FindingCode
from geodata.model.personal import Personal
from geodata.store.tables import schema
from geodata.store.tables.runs import AMOUNT

_INSTANT: Final = sa.DateTime(timezone=True)
_CLOSED: Final = f"state = '{CaseState.CLOSED}'"


def _word(name: str, comment: str, *, nullable: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, primary_key=key, comment=comment)


def _words(**lists: Iterable[str]) -> Iterator[sa.CheckConstraint]:
    for column, words in lists.items():
        yield sa.CheckConstraint(schema.one_of(column, words), name=column)


def _case() -> sa.Column[Any]:
    link = sa.ForeignKey(f"{schema.SCHEMA}.case.case_id")
    return sa.Column("case_id", sa.Uuid, link, nullable=False, comment="案件 · the case")


def _taken() -> Iterator[sa.Column[Any]]:
    """What somebody says of an action, taken or asked for."""
    yield sa.Column("version", sa.Integer, nullable=False, comment="步骤 · number of the step")
    yield _word("action", "办理事项 · what is done")
    yield sa.Column("acted_on", sa.Date, nullable=False, comment="发生日期 · its day in law")
    yield _word("reason", "说明 · why; may be blank")
    yield sa.Column(
        "documents", JSONB, nullable=False, comment="文书 · number of each document, by kind"
    )
    yield sa.Column("amount_yuan", AMOUNT, comment="金额 · amount (yuan)")
    yield _word("option", "处置方式 · way of disposal", nullable=True)


TRANSITION = sa.Table(
    "transition",
    schema.METADATA,
    _word("path", "案件类型 · path", key=True),
    _word("from_state", "原状态 · state it leads from", key=True),
    _word("action", "办理事项 · what is done", key=True),
    _word("to_state", "新状态 · state it leads to"),
    _word("permission", "权限 · what who does it has to be allowed"),
    sa.Column(
        "documents", ARRAY(sa.Text), nullable=False, comment="文书 · documents to be on file"
    ),
    _word("act", "程序步骤 · act of the procedure sheet; may be blank"),
    _word("after", "前置期限 · act whose period has to be over; may be blank"),
    _word("unless", "本地程序 · act a law book must not have; may be blank"),
    sa.Column(
        "is_of_two", sa.Boolean, nullable=False, comment="双人 · a second person has to agree"
    ),
    sa.Column("asks_amount", sa.Boolean, nullable=False, comment="金额 · states an amount"),
    sa.Column(
        "asks_option", sa.Boolean, nullable=False, comment="处置方式 · states a way of disposal"
    ),
    _word("outcome", "结果 · what became of a case it closes", nullable=True),
    comment="办案流程 · every way a case may move; never changed by the product",
)

CASE = sa.Table(
    "case",
    schema.METADATA,
    sa.Column("case_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    schema.reference("contract_id", "contract.contract_id", "the contract it is about", index=True),
    _word("ground", "立案事由 · finding it was opened on"),
    _word("path", "案件类型 · path"),
    _word("state", "状态 · where it stands"),
    sa.Column("version", sa.Integer, nullable=False, comment="步骤数 · steps taken"),
    _word("opened_by", "立案人 · name of the account"),
    sa.Column("opened_at", _INSTANT, nullable=False, comment="立案时间 · when it was entered"),
    sa.Column("opened_on", sa.Date, nullable=False, comment="立案日期 · its day in law"),
    _word("reason", "立案理由 · why"),
    sa.Column(
        "facts_digest",
        sa.LargeBinary,
        nullable=False,
        comment="SHA-256 of the facts of the contract when it was opened",
    ),
    sa.Column("closed_on", sa.Date, comment="结案日期 · its day in law"),
    _word("outcome", "结果 · what became of it", nullable=True),
    *_words(ground=FindingCode, path=CasePath, state=CaseState, outcome=CaseOutcome),
    sa.CheckConstraint("version >= 0", name="version"),
    sa.CheckConstraint("reason <> ''", name="reason"),
    sa.CheckConstraint("octet_length(facts_digest) = 32", name="facts_digest"),
    sa.CheckConstraint(
        f"({_CLOSED}) = (closed_on IS NOT NULL) AND ({_CLOSED}) = (outcome IS NOT NULL)",
        name="closed",
    ),
    sa.Index(
        "uq_case_open",
        *("contract_id", "ground"),
        unique=True,
        postgresql_where=sa.text(f"NOT ({_CLOSED})"),
    ),
    comment="案件 · cases about contracts; the steps move them, and nothing else",
)

CASE_STEP = sa.Table(
    "case_step",
    schema.METADATA,
    _case(),
    *_taken(),
    _word("from_state", "原状态 · state it led from"),
    _word("to_state", "新状态 · state it led to"),
    _word("actor", "办理人 · name of the account"),
    sa.Column("at", _INSTANT, nullable=False, comment="办理时间 · when it was entered"),
    _word("second_person", "复核人 · who agreed to it", nullable=True),
    *_words(option=DisposalOption),
    sa.CheckConstraint("second_person <> actor", name="four_eyes"),
    sa.CheckConstraint("amount_yuan >= 0", name="amount_yuan"),
    sa.PrimaryKeyConstraint("case_id", "version"),
    comment="办案步骤 · steps of cases; never changed",
)

CASE_PROPOSAL = sa.Table(
    "case_proposal",
    schema.METADATA,
    sa.Column("proposal_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    _case(),
    *_taken(),
    _word("proposed_by", "提出人 · name of the account"),
    sa.Column("proposed_at", _INSTANT, nullable=False, comment="提出时间 · when"),
    _word("state", "状态 · where it stands"),
    _word("decided_by", "复核人 · who agreed or refused", nullable=True),
    sa.Column("decided_at", _INSTANT, comment="复核时间 · when"),
    _word("decision", "复核意见 · what was said of it; may be blank"),
    *_words(action=CaseAction, option=DisposalOption, state=ProposalState),
    sa.CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
    sa.CheckConstraint("amount_yuan >= 0", name="amount_yuan"),
    sa.CheckConstraint(
        "(decided_by IS NULL) = (state = 'waiting') AND (decided_at IS NULL) = (state = 'waiting')"
        " AND (state <> 'refused' OR decision <> '')",
        name="decided",
    ),
    sa.Index("ix_case_proposal_case_id", "case_id"),
    sa.Index(
        "uq_case_proposal_waiting",
        "case_id",
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    comment="待复核步骤 · steps that one person asks for and another agrees to",
)

CASE_COMMENT = sa.Table(
    "case_comment",
    schema.METADATA,
    sa.Column("comment_id", sa.Uuid, primary_key=True, comment="number of the comment"),
    _case(),
    _word("account", "留言人 · name of the account"),
    sa.Column("at", _INSTANT, nullable=False, comment="留言时间 · when"),
    sa.Column(
        "text",
        sa.Text,
        nullable=False,
        info={schema.PERSONAL: Personal.WORDS},
        comment="留言 · what was said",
    ),
    sa.CheckConstraint("text <> ''", name="text"),
    sa.Index("ix_case_comment_case_id", "case_id"),
    comment="案件留言 · what was said about cases; never changed",
)
