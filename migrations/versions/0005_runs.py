"""Audit runs with their judgements and findings; a run may be deleted with all it holds."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SCHEMA = "parcelwatch"


def upgrade() -> None:
    op.create_table(
        "audit_run",
        sa.Column(
            "run_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the run"
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
        sa.Column("rule_digest", sa.Text(), nullable=False, comment="digest of the rule book"),
        sa.Column("facts_digest", sa.Text(), nullable=False, comment="digest of the facts judged"),
        sa.Column("scope", sa.Text(), nullable=False, comment="parks judged; empty = all"),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), nullable=False, comment="when it was started"
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="who started it"),
        sa.Column("contract_count", sa.Integer(), nullable=False, comment="contracts judged"),
        sa.CheckConstraint("contract_count >= 0", name=op.f("ck_audit_run_contract_count")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_audit_run")),
        sa.UniqueConstraint(
            "as_of", "book", "rule_digest", "facts_digest", "scope", name="uq_audit_run_key"
        ),
        schema=SCHEMA,
        comment="审计 · audit runs",
    )
    op.create_table(
        "judgement",
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="the run"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="结论 · verdict"),
        sa.Column("in_overdue", sa.Boolean(), nullable=False, comment="逾期 · overdue"),
        sa.Column(
            "in_idle",
            sa.Boolean(),
            nullable=False,
            comment="闲置（疑似及已认定） · idle (suspected and determined)",
        ),
        sa.Column(
            "in_supplied_unused",
            sa.Boolean(),
            nullable=False,
            comment="供而未用 · supplied but unused",
        ),
        sa.Column("start_state", sa.Text(), comment="开工 · start of construction: 状态 · state"),
        sa.Column(
            "start_agreed_on",
            sa.Date(),
            comment="开工 · start of construction: 约定日期 · agreed on",
        ),
        sa.Column(
            "start_due_on", sa.Date(), comment="开工 · start of construction: 应完成日期 · due on"
        ),
        sa.Column(
            "start_done_on", sa.Date(), comment="开工 · start of construction: 完成日期 · done on"
        ),
        sa.Column(
            "start_late_days",
            sa.Integer(),
            comment="开工 · start of construction: 逾期天数 · late days",
        ),
        sa.Column(
            "start_damages_yuan",
            sa.Numeric(precision=24, scale=2),
            comment="开工 · start of construction: 违约金 · damages (yuan)",
        ),
        sa.Column(
            "start_rescission_option",
            sa.Boolean(),
            comment="开工 · start of construction: 可解除合同 · rescission is open",
        ),
        sa.Column("completion_state", sa.Text(), comment="竣工 · completion: 状态 · state"),
        sa.Column(
            "completion_agreed_on", sa.Date(), comment="竣工 · completion: 约定日期 · agreed on"
        ),
        sa.Column("completion_due_on", sa.Date(), comment="竣工 · completion: 应完成日期 · due on"),
        sa.Column("completion_done_on", sa.Date(), comment="竣工 · completion: 完成日期 · done on"),
        sa.Column(
            "completion_late_days", sa.Integer(), comment="竣工 · completion: 逾期天数 · late days"
        ),
        sa.Column(
            "completion_damages_yuan",
            sa.Numeric(precision=24, scale=2),
            comment="竣工 · completion: 违约金 · damages (yuan)",
        ),
        sa.Column(
            "completion_rescission_option",
            sa.Boolean(),
            comment="竣工 · completion: 可解除合同 · rescission is open",
        ),
        sa.Column("production_state", sa.Text(), comment="投产 · production: 状态 · state"),
        sa.Column(
            "production_agreed_on", sa.Date(), comment="投产 · production: 约定日期 · agreed on"
        ),
        sa.Column("production_due_on", sa.Date(), comment="投产 · production: 应完成日期 · due on"),
        sa.Column("production_done_on", sa.Date(), comment="投产 · production: 完成日期 · done on"),
        sa.Column(
            "production_late_days", sa.Integer(), comment="投产 · production: 逾期天数 · late days"
        ),
        sa.Column(
            "production_damages_yuan",
            sa.Numeric(precision=24, scale=2),
            comment="投产 · production: 违约金 · damages (yuan)",
        ),
        sa.Column(
            "production_rescission_option",
            sa.Boolean(),
            comment="投产 · production: 可解除合同 · rescission is open",
        ),
        sa.Column("target_output_state", sa.Text(), comment="达产 · target output: 状态 · state"),
        sa.Column(
            "target_output_agreed_on",
            sa.Date(),
            comment="达产 · target output: 约定日期 · agreed on",
        ),
        sa.Column(
            "target_output_due_on", sa.Date(), comment="达产 · target output: 应完成日期 · due on"
        ),
        sa.Column(
            "target_output_done_on", sa.Date(), comment="达产 · target output: 完成日期 · done on"
        ),
        sa.Column(
            "target_output_late_days",
            sa.Integer(),
            comment="达产 · target output: 逾期天数 · late days",
        ),
        sa.Column(
            "target_output_damages_yuan",
            sa.Numeric(precision=24, scale=2),
            comment="达产 · target output: 违约金 · damages (yuan)",
        ),
        sa.Column(
            "target_output_rescission_option",
            sa.Boolean(),
            comment="达产 · target output: 可解除合同 · rescission is open",
        ),
        sa.Column("clock_from", sa.Date(), comment="闲置起算日 · idle clock runs from"),
        sa.Column("paused_days", sa.Integer(), comment="扣除天数 · days paused"),
        sa.Column("one_year_on", sa.Date(), comment="满一年 · one year is full on"),
        sa.Column("two_years_on", sa.Date(), comment="满二年 · two years are full on"),
        sa.Column(
            "fee_yuan", sa.Numeric(precision=24, scale=2), comment="闲置费 · idle-land fee (yuan)"
        ),
        sa.CheckConstraint(
            "completion_state IN ('na', 'not_due', 'due_soon', 'overdue', 'met', 'met_late', 'extended', 'paused_gov', 'undetermined', 'closed')",
            name=op.f("ck_judgement_completion_state"),
        ),
        sa.CheckConstraint(
            "production_state IN ('na', 'not_due', 'due_soon', 'overdue', 'met', 'met_late', 'extended', 'paused_gov', 'undetermined', 'closed')",
            name=op.f("ck_judgement_production_state"),
        ),
        sa.CheckConstraint(
            "start_state IN ('na', 'not_due', 'due_soon', 'overdue', 'met', 'met_late', 'extended', 'paused_gov', 'undetermined', 'closed')",
            name=op.f("ck_judgement_start_state"),
        ),
        sa.CheckConstraint(
            "target_output_state IN ('na', 'not_due', 'due_soon', 'overdue', 'met', 'met_late', 'extended', 'paused_gov', 'undetermined', 'closed')",
            name=op.f("ck_judgement_target_output_state"),
        ),
        sa.CheckConstraint(
            "verdict IN ('not_in_force', 'closed', 'idle_confirmed', 'suspect_idle_2y', 'suspect_idle_1y', 'suspect_idle_suspended', 'idle_gov', 'overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'payment_overdue', 'undetermined', 'used_not_full', 'shortfall', 'due_soon', 'supplied_unused', 'compliant')",
            name=op.f("ck_judgement_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            [f"{SCHEMA}.contract.contract_id"],
            name=op.f("fk_judgement_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            [f"{SCHEMA}.audit_run.run_id"],
            name=op.f("fk_judgement_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "contract_id", name=op.f("pk_judgement")),
        schema=SCHEMA,
        comment="判定 · the judgement of each contract in a run",
    )
    op.create_index(op.f("ix_judgement_contract_id"), "judgement", ["contract_id"], schema=SCHEMA)
    op.create_table(
        "finding",
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="the run"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract"),
        sa.Column(
            "ordinal", sa.Integer(), nullable=False, comment="place among its findings, from 0"
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="发现 · what was found"),
        sa.Column("milestone", sa.Text(), comment="履约节点 · milestone it concerns"),
        sa.Column("since_on", sa.Date(), comment="起始日期 · first day on which it holds"),
        sa.Column("days", sa.Integer(), comment="天数 · days"),
        sa.Column("amount_yuan", sa.Numeric(precision=24, scale=2), comment="金额 · amount (yuan)"),
        sa.Column("bucket", sa.Text(), comment="供而未用阶段 · how long supplied and unused"),
        sa.Column("rescission", sa.Boolean(), comment="可解除合同 · rescission is open"),
        sa.CheckConstraint(
            "bucket IN ('undelivered', 'undetermined', 'not_due', 'overdue_under_1y', 'overdue_1y_or_more')",
            name=op.f("ck_finding_bucket"),
        ),
        sa.CheckConstraint(
            "code IN ('overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'suspect_idle_1y', 'suspect_idle_2y', 'idle_gov', 'suspect_idle_suspended', 'idle_confirmed', 'supplied_unused', 'late_extension', 'ext_over_cap', 'extension_ignored', 'needs_supplement', 'payment_overdue', 'delivery_late_by_grantor', 'rescission_expiring', 'rescission_lapsed', 'in_supervision_scope', 'track_conflict', 'damages_high', 'shortfall_investment', 'shortfall_far', 'excess_far', 'shortfall_output', 'shortfall_tax', 'used_not_full', 'data_gap', 'date_undetermined')",
            name=op.f("ck_finding_code"),
        ),
        sa.CheckConstraint(
            "milestone IN ('start', 'completion', 'production', 'target_output')",
            name=op.f("ck_finding_milestone"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "contract_id"],
            [f"{SCHEMA}.judgement.run_id", f"{SCHEMA}.judgement.contract_id"],
            name=op.f("fk_finding_run_id_contract_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "contract_id", "ordinal", name=op.f("pk_finding")),
        schema=SCHEMA,
        comment="发现 · the findings of each contract in a run",
    )
    op.create_index("ix_finding_code", "finding", ["run_id", "code"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("finding", schema=SCHEMA)
    op.drop_table("judgement", schema=SCHEMA)
    op.drop_table("audit_run", schema=SCHEMA)
