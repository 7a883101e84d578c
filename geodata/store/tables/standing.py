"""Where every contract stands, and the daily audits that found out."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState, Verdict
from geodata.store.tables import schema
from geodata.store.tables.runs import milestone_column

DAILY_AUDIT = sa.Table(
    "daily_audit",
    schema.METADATA,
    schema.key("daily_audit_id", "number of the daily audit"),
    sa.Column("as_of", sa.Date, nullable=False, comment="day the contracts were judged as of"),
    sa.Column(
        "known_at",
        sa.DateTime(timezone=True),
        nullable=False,
        comment="instant whose knowledge was judged",
    ),
    sa.Column("book", sa.Text, nullable=False, comment="rule book of the district"),
    sa.Column(
        "rule_digest", sa.Text, nullable=False, comment="digest of the rule book and the rules"
    ),
    sa.Column("code_version", sa.Text, nullable=False, comment="version of parcelwatch"),
    sa.Column(
        "started_at", sa.DateTime(timezone=True), nullable=False, comment="when it was started"
    ),
    sa.Column("actor", sa.Text, nullable=False, comment="who started it"),
    sa.Column("due_count", sa.Integer, nullable=False, comment="contracts that fell due"),
    sa.CheckConstraint("due_count >= 0", name="due_count"),
    comment="每日审计 · daily audits: each judged what fell due since the one before",
)


def _contract() -> sa.Column[int]:
    return schema.reference("contract_id", "contract.contract_id", "the contract", primary_key=True)


STANDING = sa.Table(
    "standing",
    schema.METADATA,
    _contract(),
    sa.Column("judged_on", sa.Date, nullable=False, comment="day from which it is known so"),
    sa.Column("verdict", sa.Text, nullable=False, comment="结论 · verdict"),
    *(
        sa.Column(milestone_column(kind, part), column_type, comment=f"{kind.zh} · {kind.en}: {en}")
        for kind in MilestoneKind
        for part, column_type, en in (("state", sa.Text, "state"), ("due_on", sa.Date, "due on"))
    ),
    sa.Column("findings", ARRAY(sa.Text), nullable=False, comment="发现 · codes of what was found"),
    sa.Column(
        "next_change_on",
        sa.Date,
        comment="可能变化日期 · first later day on which it can change; null = never",
    ),
    sa.Index("ix_standing_next_change_on", "next_change_on"),
    sa.CheckConstraint(schema.one_of("verdict", Verdict), name="verdict"),
    *(
        sa.CheckConstraint(
            schema.one_of(milestone_column(kind, "state"), MilestoneState),
            name=milestone_column(kind, "state"),
        )
        for kind in MilestoneKind
    ),
    sa.CheckConstraint(
        f"findings <@ ARRAY[{', '.join(repr(str(code)) for code in FindingCode)}]::text[]",
        name="findings",
    ),
    comment="现状 · where each contract stands since the last daily audit that found a change",
)
