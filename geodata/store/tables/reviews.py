"""Reviews of findings, and runs that were signed off."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from geodata.model.case_lists import ReviewDecision
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.store.tables import schema

_INSTANT: Final = sa.DateTime(timezone=True)

FINDING_REVIEW = sa.Table(
    "finding_review",
    schema.METADATA,
    sa.Column("review_id", sa.Uuid, primary_key=True, comment="number of the review"),
    schema.reference("run_id", "audit_run.run_id", "the run it was made in"),
    schema.reference("contract_id", "contract.contract_id", "the contract"),
    sa.Column("code", sa.Text, nullable=False, comment="发现 · what was found"),
    sa.Column("milestone", sa.Text, comment="履约节点 · milestone it concerns"),
    sa.Column(
        "facts_digest",
        sa.LargeBinary,
        nullable=False,
        comment="SHA-256 of the facts of the contract that were looked at",
    ),
    sa.Column("decision", sa.Text, nullable=False, comment="核查意见 · what was said of it"),
    sa.Column("reason", sa.Text, nullable=False, comment="理由 · why"),
    sa.Column("evidence", sa.Text, nullable=False, comment="证据 · what it rests on; may be blank"),
    sa.Column("expires_on", sa.Date, comment="有效期至 · last day on which it stands"),
    sa.Column("actor", sa.Text, nullable=False, comment="核查人 · name of the account"),
    sa.Column("at", _INSTANT, nullable=False, comment="核查时间 · when"),
    sa.CheckConstraint(schema.one_of("code", FindingCode), name="code"),
    sa.CheckConstraint(schema.one_of("milestone", MilestoneKind), name="milestone"),
    sa.CheckConstraint(schema.one_of("decision", ReviewDecision), name="decision"),
    sa.CheckConstraint("octet_length(facts_digest) = 32", name="facts_digest"),
    sa.CheckConstraint("reason <> ''", name="reason"),
    # A finding that is dismissed has a reason somebody can look up, and does not stay so for ever.
    sa.CheckConstraint(
        f"decision <> '{ReviewDecision.DISMISS}' OR (evidence <> '' AND expires_on IS NOT NULL)",
        name="dismissed",
    ),
    sa.Index("ix_finding_review_finding", "contract_id", "code", "milestone", "at"),
    sa.Index("ix_finding_review_run_id", "run_id"),
    comment="发现核查 · what was said of findings; never changed",
)

RUN_SIGNOFF = sa.Table(
    "run_signoff",
    schema.METADATA,
    schema.reference("run_id", "audit_run.run_id", "the run", primary_key=True),
    sa.Column("actor", sa.Text, nullable=False, comment="签署人 · name of the account"),
    sa.Column("at", _INSTANT, nullable=False, comment="签署时间 · when"),
    sa.Column("statement", sa.Text, nullable=False, comment="签署意见 · what was declared"),
    sa.Column(
        "open_count", sa.Integer, nullable=False, comment="待核查 · findings nobody had reviewed"
    ),
    sa.CheckConstraint("statement <> ''", name="statement"),
    sa.CheckConstraint("open_count >= 0", name="open_count"),
    comment="判定签署 · runs signed off by a second person; never changed",
)
