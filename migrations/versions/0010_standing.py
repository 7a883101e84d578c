"""Where every contract stands, the days of its verdicts, and the log of daily audits."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"

SCHEMA = "parcelwatch"

VERDICTS = "'not_in_force', 'closed', 'idle_confirmed', 'suspect_idle_2y', 'suspect_idle_1y', 'suspect_idle_suspended', 'idle_gov', 'overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'payment_overdue', 'undetermined', 'used_not_full', 'shortfall', 'due_soon', 'supplied_unused', 'compliant'"
STATES = "'na', 'not_due', 'due_soon', 'overdue', 'met', 'met_late', 'extended', 'paused_gov', 'undetermined', 'closed'"
FINDINGS = "'overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'suspect_idle_1y', 'suspect_idle_2y', 'idle_gov', 'suspect_idle_suspended', 'idle_confirmed', 'supplied_unused', 'late_extension', 'ext_over_cap', 'extension_ignored', 'needs_supplement', 'payment_overdue', 'delivery_late_by_grantor', 'rescission_expiring', 'rescission_lapsed', 'in_supervision_scope', 'track_conflict', 'damages_high', 'shortfall_investment', 'shortfall_far', 'excess_far', 'shortfall_output', 'shortfall_tax', 'used_not_full', 'data_gap', 'date_undetermined'"
MILESTONES = {
    "start": "开工 · start of construction",
    "completion": "竣工 · completion",
    "production": "投产 · production",
    "target_output": "达产 · target output",
}


def upgrade() -> None:
    op.create_index("ix_contract_fact_known_from", "contract_fact", ["known_from"], schema=SCHEMA)
    op.create_table(
        "daily_audit",
        sa.Column(
            "daily_audit_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the daily audit",
        ),
        sa.Column(
            "as_of", sa.Date(), nullable=False, comment="day the contracts were judged as of"
        ),
        sa.Column(
            "known_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="instant whose knowledge was judged",
        ),
        sa.Column("book", sa.Text(), nullable=False, comment="rule book of the district"),
        sa.Column(
            "rule_digest",
            sa.Text(),
            nullable=False,
            comment="digest of the rule book and the rules",
        ),
        sa.Column("code_version", sa.Text(), nullable=False, comment="version of parcelwatch"),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), nullable=False, comment="when it was started"
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="who started it"),
        sa.Column("due_count", sa.Integer(), nullable=False, comment="contracts that fell due"),
        sa.CheckConstraint("due_count >= 0", name=op.f("ck_daily_audit_due_count")),
        sa.PrimaryKeyConstraint("daily_audit_id", name=op.f("pk_daily_audit")),
        schema=SCHEMA,
        comment="每日审计 · daily audits: each judged what fell due since the one before",
    )
    op.create_table(
        "standing",
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract"),
        sa.Column("judged_on", sa.Date(), nullable=False, comment="day from which it is known so"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="结论 · verdict"),
        *(
            sa.Column(f"{key}_{part}", column_type, comment=f"{title}: {words}")
            for key, title in MILESTONES.items()
            for part, column_type, words in (
                ("state", sa.Text(), "state"),
                ("due_on", sa.Date(), "due on"),
            )
        ),
        sa.Column(
            "findings", ARRAY(sa.Text()), nullable=False, comment="发现 · codes of what was found"
        ),
        sa.Column(
            "next_change_on",
            sa.Date(),
            comment="可能变化日期 · first later day on which it can change; null = never",
        ),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_standing_verdict")),
        *(
            sa.CheckConstraint(f"{key}_state IN ({STATES})", name=op.f(f"ck_standing_{key}_state"))
            for key in MILESTONES
        ),
        sa.CheckConstraint(
            f"findings <@ ARRAY[{FINDINGS}]::text[]", name=op.f("ck_standing_findings")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            [f"{SCHEMA}.contract.contract_id"],
            name=op.f("fk_standing_contract_id"),
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_standing")),
        schema=SCHEMA,
        comment="现状 · where each contract stands since the last daily audit that found a change",
    )
    op.create_index("ix_standing_next_change_on", "standing", ["next_change_on"], schema=SCHEMA)
    op.create_table(
        "verdict_span",
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract"),
        sa.Column("from_on", sa.Date(), nullable=False, comment="first day of the verdict; it lasts until the next one of the contract begins"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="结论 · verdict"),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_verdict_span_verdict")),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_verdict_span_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", "from_on", name=op.f("pk_verdict_span")),
        schema=SCHEMA,
        comment="结论时段 · the verdicts of each contract in the order of their days",
    )  # fmt: skip


def downgrade() -> None:
    for table in ("verdict_span", "standing", "daily_audit"):
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("ix_contract_fact_known_from", "contract_fact", schema=SCHEMA)
