"""What lists and maps read: a card per contract, how it stands from day to day, saved views."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from geodata.store.migrate import administer

revision = "0015"
down_revision = "0014"

SCHEMA = "parcelwatch"

VERDICTS = "'not_in_force', 'closed', 'idle_confirmed', 'suspect_idle_2y', 'suspect_idle_1y', 'suspect_idle_suspended', 'idle_gov', 'overdue_start', 'overdue_completion', 'overdue_production', 'overdue_target_output', 'payment_overdue', 'undetermined', 'used_not_full', 'shortfall', 'due_soon', 'supplied_unused', 'compliant'"
BUCKETS = "'undelivered', 'undetermined', 'not_due', 'overdue_under_1y', 'overdue_1y_or_more'"
MILESTONES = "'start', 'completion', 'production', 'target_output'"

# Up to the last daily audit, as far as it was known then.
KEEP_VERDICTS = """
INSERT INTO parcelwatch.verdict_span (contract_id, from_on, verdict)
SELECT contract_id, from_on, verdict FROM (
    SELECT contract_id, from_on, verdict,
        lag(verdict) OVER (PARTITION BY contract_id ORDER BY from_on) AS before
    FROM parcelwatch.card_span
) AS span
WHERE before IS DISTINCT FROM verdict AND verdict <> 'not_in_force'
    AND from_on <= (SELECT max(as_of) FROM parcelwatch.daily_audit)
"""


def upgrade() -> None:
    administer(op.get_bind(), "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    _create_card()
    _create_span()
    _create_state()
    _create_view()
    op.drop_table("verdict_span", schema=SCHEMA)


def downgrade() -> None:
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
    op.execute(KEEP_VERDICTS)
    for table in ("saved_view", "card_state", "card_span", "contract_card"):
        op.drop_table(table, schema=SCHEMA)
    # The extension stays: others may use it.


def _create_card() -> None:
    op.create_table(
        "contract_card",
        sa.Column("contract_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the contract"),
        sa.Column("contract_no", sa.Text(), nullable=False, comment="合同编号 · contract number"),
        sa.Column("phase", sa.Text(), nullable=False, comment="分期 · phase"),
        sa.Column("parcel_code", sa.Text(), nullable=False, comment="宗地代码 · parcel code"),
        sa.Column("supervision_no", sa.Text(), comment="电子监管号 · electronic supervision number"),
        sa.Column("project_name", sa.Text(), comment="项目名称 · project"),
        sa.Column("grantee", sa.Text(), comment="受让人 · grantee"),
        sa.Column("uscc", sa.Text(), comment="统一社会信用代码 · unified social credit code"),
        sa.Column("town", sa.Text(), comment="所属镇 · town"),
        sa.Column("park", sa.Text(), comment="所属园区 · park"),
        sa.Column("land_use", sa.Text(), comment="土地用途 · land use"),
        sa.Column("area_m2", sa.Float(), comment="出让面积 · contract area, rounded (m2)"),
        sa.Column("next_change_on", sa.Date(), comment="可能变化日期 · first day on which it can change that was not looked at yet; null = never"),
        sa.Column("search", sa.Text(), nullable=False, comment="检索文本 · its names and numbers as searched, names in Latin letters too"),
        sa.Column("outline", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), comment="宗地界线 · outline of its parcel (EPSG:3857)"),
        sa.Column("place", Geometry("POINT", srid=3857, spatial_index=False), sa.Computed("st_pointonsurface(outline)", persisted=True), comment="位置点 · a point within its outline (EPSG:3857)"),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract_card")),
        schema=SCHEMA,
        comment="合同卡片 · what lists and maps show of each contract known by now",
    )  # fmt: skip
    op.create_index("ix_contract_card_search", "contract_card", ["search"], schema=SCHEMA, postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"})  # fmt: skip
    for column in ("outline", "place"):
        op.create_index(f"ix_contract_card_{column}", "contract_card", [column], schema=SCHEMA, postgresql_using="gist")  # fmt: skip
    op.create_index("ix_contract_card_key", "contract_card", ["contract_no", "phase", "parcel_code"], schema=SCHEMA)  # fmt: skip
    for column in ("park", "next_change_on"):
        op.create_index(f"ix_contract_card_{column}", "contract_card", [column], schema=SCHEMA)
    _guard_owner("contract_card")


def _create_span() -> None:
    op.create_table(
        "card_span",
        sa.Column("contract_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the contract"),
        sa.Column("from_on", sa.Date(), autoincrement=False, nullable=False, comment="first day of the span"),
        sa.Column("until_on", sa.Date(), nullable=False, comment="first day of the next span; infinity = none before the end of card_state.until_on"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="结论 · verdict"),
        sa.Column("in_overdue", sa.Boolean(), nullable=False, comment="逾期 · in group"),
        sa.Column("in_idle", sa.Boolean(), nullable=False, comment="闲置（疑似及已认定） · in group"),
        sa.Column("in_supplied_unused", sa.Boolean(), nullable=False, comment="供而未用 · in group"),
        sa.Column("bucket", sa.Text(), comment="供而未用时长 · how long it is supplied and unused"),
        sa.Column("milestone", sa.Text(), comment="待履约节点 · first milestone not met yet"),
        sa.Column("due_on", sa.Date(), comment="下一到期日 · next day on which a milestone falls due"),
        sa.Column("since_on", sa.Date(), comment="起始日期 · first day of the finding the verdict rests on"),
        sa.Column("worst_days", sa.Integer(), nullable=False, comment="最长天数 · days for which the gravest matter had lasted on the first day"),
        sa.Column("is_running", sa.Boolean(), nullable=False, comment="持续计日 · one more on every later day"),
        sa.CheckConstraint("from_on < until_on", name=op.f("ck_card_span_order")),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_card_span_verdict")),
        sa.CheckConstraint(f"bucket IN ({BUCKETS})", name=op.f("ck_card_span_bucket")),
        sa.CheckConstraint(f"milestone IN ({MILESTONES})", name=op.f("ck_card_span_milestone")),
        sa.PrimaryKeyConstraint("contract_id", "from_on", name=op.f("pk_card_span")),
        schema=SCHEMA,
        comment="合同时段 · how each contract stands from day to day, a year ahead too",
    )  # fmt: skip
    op.create_index("ix_card_span_verdict", "card_span", ["verdict", "until_on", "from_on"], schema=SCHEMA)  # fmt: skip
    _guard_owner("card_span")


def _create_state() -> None:
    op.create_table(
        "card_state",
        sa.Column("is_only", sa.Boolean(), server_default=sa.text("true"), nullable=False, comment="there is one row"),
        sa.Column("revision", sa.BigInteger(), nullable=False, comment="版本 · one more with every change of a card or a span"),
        sa.Column("known_at", sa.DateTime(timezone=True), comment="instant whose knowledge the cards show"),
        sa.Column("rule_digest", sa.Text(), nullable=False, comment="digest of law book and rules"),
        sa.Column("until_on", sa.Date(), nullable=False, comment="last day looked ahead to"),
        sa.CheckConstraint("is_only", name=op.f("ck_card_state_is_only")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_card_state")),
        schema=SCHEMA,
        comment="卡片状态 · what the cards and their spans were made from",
    )  # fmt: skip


def _create_view() -> None:
    op.create_table(
        "saved_view",
        sa.Column("view_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the view"),
        sa.Column("account", sa.Text(), nullable=False, comment="name of the account that saved it"),
        sa.Column("title", sa.Text(), nullable=False, comment="名称 · what the account calls it"),
        sa.Column("query", sa.Text(), nullable=False, comment="filters, order and columns of an address"),
        sa.CheckConstraint("title <> '' AND length(title) <= 80", name=op.f("ck_saved_view_title")),
        sa.CheckConstraint("length(query) <= 4000", name=op.f("ck_saved_view_query")),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("account", "title", name=op.f("uq_saved_view_account_title")),
        schema=SCHEMA,
        comment="保存的视图 · lists that accounts come back to",
    )  # fmt: skip


def _guard_owner(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER refuse_stray AFTER INSERT ON {SCHEMA}.{table}"
        " REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_stray('contract_id', 'contract')"
    )
