"""Audit runs: what was judged, by which rules, and with what result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from geodata.model.codelists import (
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.store.tables import schema
from geodata.store.tables.artefacts import ARTEFACT

AMOUNT = sa.Numeric(24, 2)

RUN_KEY = ("as_of", "book", "rule_digest", "facts_digest", "scope")
"""What makes two runs the same: the result follows from these alone."""

AUDIT_RUN = sa.Table(
    "audit_run",
    schema.METADATA,
    schema.key("run_id", "number of the run"),
    sa.Column("as_of", sa.Date, nullable=False, comment="day the contracts were judged as of"),
    sa.Column(
        "known_at",
        sa.DateTime(timezone=True),
        nullable=False,
        comment="instant whose knowledge was judged",
    ),
    sa.Column("book", sa.Text, nullable=False, comment="rule book of the district"),
    sa.Column("rule_digest", sa.Text, nullable=False, comment="digest of the rule book"),
    sa.Column("facts_digest", sa.Text, nullable=False, comment="digest of the facts judged"),
    sa.Column("scope", sa.Text, nullable=False, comment="parks judged; empty = all"),
    sa.Column(
        "started_at", sa.DateTime(timezone=True), nullable=False, comment="when it was started"
    ),
    sa.Column("actor", sa.Text, nullable=False, comment="who started it"),
    sa.Column("contract_count", sa.Integer, nullable=False, comment="contracts judged"),
    sa.Column("book_digest", sa.Text, comment="digest of the rule book; null = not recorded"),
    sa.Column("code_version", sa.Text, comment="version of parcelwatch; null = not recorded"),
    sa.Column(
        "inputs_digest",
        sa.Text,
        sa.ForeignKey(ARTEFACT.c.digest),
        comment="artefact of the input columns; null = not kept",
    ),
    sa.Column("result_digest", sa.Text, comment="digest of the judgements; null = not recorded"),
    sa.Index("ix_audit_run_facts_digest", "facts_digest"),
    sa.UniqueConstraint(*RUN_KEY, name="uq_audit_run_key"),
    sa.CheckConstraint("contract_count >= 0", name="contract_count"),
    comment="审计 · audit runs",
)


def milestone_column(kind: MilestoneKind, part: str) -> str:
    """Column of one part of the judgement of a milestone."""
    return f"{kind.value}_{part}"


def _milestone(kind: MilestoneKind) -> Iterator[sa.Column[Any]]:
    parts: tuple[tuple[str, Any, str], ...] = (
        ("state", sa.Text, "状态 · state"),
        ("agreed_on", sa.Date, "约定日期 · agreed on"),
        ("due_on", sa.Date, "应完成日期 · due on"),
        ("done_on", sa.Date, "完成日期 · done on"),
        ("late_days", sa.Integer, "逾期天数 · late days"),
        ("damages_yuan", AMOUNT, "违约金 · damages (yuan)"),
        ("rescission_option", sa.Boolean, "可解除合同 · rescission is open"),
    )
    for part, column_type, words in parts:
        comment = f"{kind.zh} · {kind.en}: {words}"
        yield sa.Column(milestone_column(kind, part), column_type, comment=comment)


def _word_rule(column: str, words: Iterable[str]) -> sa.CheckConstraint:
    return sa.CheckConstraint(schema.one_of(column, words), name=column)


JUDGEMENT = sa.Table(
    "judgement",
    schema.METADATA,
    # Run and contract are asked for once per statement, by a trigger: foreign keys of a million
    # rows would cost more than the rows. Another trigger deletes what belongs to a deleted run.
    sa.Column("run_id", sa.BigInteger, primary_key=True, comment="the run"),
    sa.Column("contract_id", sa.BigInteger, primary_key=True, comment="the contract"),
    sa.Column("verdict", sa.Text, nullable=False, comment="结论 · verdict"),
    *(
        sa.Column(f"in_{g.value}", sa.Boolean, nullable=False, comment=f"{g.zh} · {g.en}")
        for g in Group
    ),
    *(column for kind in MilestoneKind for column in _milestone(kind)),
    sa.Column("clock_from", sa.Date, comment="闲置起算日 · idle clock runs from"),
    sa.Column("paused_days", sa.Integer, comment="扣除天数 · days paused"),
    sa.Column("one_year_on", sa.Date, comment="满一年 · one year is full on"),
    sa.Column("two_years_on", sa.Date, comment="满二年 · two years are full on"),
    sa.Column("fee_yuan", AMOUNT, comment="闲置费 · idle-land fee (yuan)"),
    sa.Column(
        "next_change_on",
        sa.Date,
        comment="可能变化日期 · first later day on which it can change; null = never",
    ),
    _word_rule("verdict", Verdict),
    *(_word_rule(milestone_column(kind, "state"), MilestoneState) for kind in MilestoneKind),
    comment="判定 · the judgement of each contract in a run",
)

FINDING = sa.Table(
    "finding",
    schema.METADATA,
    sa.Column("run_id", sa.BigInteger, primary_key=True, comment="the run"),
    sa.Column("contract_id", sa.BigInteger, primary_key=True, comment="the contract"),
    sa.Column("ordinal", sa.Integer, primary_key=True, comment="place among its findings, from 0"),
    sa.Column("code", sa.Text, nullable=False, comment="发现 · what was found"),
    sa.Column("milestone", sa.Text, comment="履约节点 · milestone it concerns"),
    sa.Column("since_on", sa.Date, comment="起始日期 · first day on which it holds"),
    sa.Column("days", sa.Integer, comment="天数 · days"),
    sa.Column("amount_yuan", AMOUNT, comment="金额 · amount (yuan)"),
    sa.Column("bucket", sa.Text, comment="供而未用阶段 · how long supplied and unused"),
    sa.Column("rescission", sa.Boolean, comment="可解除合同 · rescission is open"),
    _word_rule("code", FindingCode),
    _word_rule("milestone", MilestoneKind),
    _word_rule("bucket", UnusedBucket),
    comment="发现 · the findings of each contract in a run",
)
