"""What an entry of the tally costs, when and by what means; which figure of a target is first."""
# ruff: noqa: E501 - frozen: one column, rule or grant to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

MEANS = (
    "'reserve', 'purchase', 'reduction', 'restructuring', 'recovery', 'renovation', 'extension',"
    " 'grafting', 'joint_development', 'redevelopment', 'higher_far', 'new_tenant'"
)
COST = (
    "(cost_yuan_num IS NULL) = (cost_yuan_den IS NULL) AND cost_yuan_num >= 0 AND cost_yuan_den > 0"
)
COLUMNS = (
    ("planned_on", sa.Date(), "计划完成日期 · day on which it is to be done"),
    ("cost_yuan_num", sa.BigInteger(), "所需资金 · cost, numerator (yuan)"),
    ("cost_yuan_den", sa.BigInteger(), "所需资金 · cost, denominator (yuan)"),
    ("means", sa.Text(), "盘活方式 · by what means"),
)

PERMISSIONS = (
    "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'administer'"
)
WITH_CHOICES = PERMISSIONS.replace("'administer'", "'choose', 'administer'")


def upgrade() -> None:
    for name, kind, comment in COLUMNS:
        op.add_column("claim_fact", sa.Column(name, kind, comment=comment), schema=SCHEMA)
    _require("claim_fact", "cost_yuan", COST)
    _require("claim_fact", "means", f"means IN ({MEANS})")
    op.create_table(
        "figure_choice",
        sa.Column("choice_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the choice"),
        sa.Column("conflict_id", sa.Text(), nullable=False, comment="the two figures that disagree, joined by /"),
        sa.Column("quantity_id", sa.Text(), nullable=False, comment="首显指标 · the figure to be shown first"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由 · why"),
        sa.Column("chosen_by", sa.Text(), nullable=False, comment="选定人 · name of the account"),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False, comment="选定时间 · when"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_figure_choice_reason")),
        sa.PrimaryKeyConstraint("choice_id", name=op.f("pk_figure_choice")),
        schema=SCHEMA,
        comment="指标口径选定 · which of two figures that disagree is shown first; the last one holds",
    )  # fmt: skip
    op.create_index("ix_figure_choice_conflict_id", "figure_choice", ["conflict_id"], schema=SCHEMA)
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.figure_choice"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {SCHEMA}.figure_choice TO {SITE}")
    _permit(WITH_CHOICES)


def downgrade() -> None:
    op.execute(
        f"UPDATE {SCHEMA}.api_token SET permissions = array_remove(permissions, 'choose')"  # noqa: S608 - nothing of it comes from outside
    )
    _permit(PERMISSIONS)
    op.drop_table("figure_choice", schema=SCHEMA)
    for name, _kind, _comment in COLUMNS:
        op.drop_column("claim_fact", name, schema=SCHEMA)


def _require(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema=SCHEMA)


def _permit(permissions: str) -> None:
    """What tokens may allow at most."""
    op.drop_constraint(op.f("ck_api_token_permissions"), "api_token", schema=SCHEMA)
    _require("api_token", "permissions", f"permissions <@ ARRAY[{permissions}]")
