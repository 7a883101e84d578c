"""Lists, registers and the holds they entail; statements about land; projects checked on entry."""
# ruff: noqa: E501 - frozen: one column, rule or policy to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

INSTANT = sa.DateTime(timezone=True)
TABLES = ("roll_entry", "site_statement", "project")

PERMISSIONS = "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'choose', 'administer'"
WITH_LISTS = PERMISSIONS.replace("'administer'", "'list', 'administer'")

# Registers of policy are for everybody; who is watched is seen by who sees the land of that one.
# What was entered stays: only the end of an entry is set, once.
GUARDS = f"""
CREATE POLICY parks ON {SCHEMA}.roll_entry FOR SELECT TO {SITE} USING (
    (SELECT cardinality({SCHEMA}.seen_parks())) > 0 AND (
        roll IN ('positive', 'negative', 'cultivation') OR EXISTS (
            SELECT FROM {SCHEMA}.contract_card AS other
            WHERE other.uscc = nullif(roll_entry.uscc, '') OR other.grantee = nullif(roll_entry.name, '')
        )
    )
);
CREATE POLICY ended ON {SCHEMA}.roll_entry AS RESTRICTIVE FOR UPDATE TO {SITE}
    USING (until_on IS NULL) WITH CHECK (until_on IS NOT NULL);
CREATE POLICY parks ON {SCHEMA}.site_statement FOR SELECT TO {SITE} USING (
    EXISTS (SELECT FROM {SCHEMA}.contract_park AS other WHERE other.contract_id = site_statement.contract_id)
);
CREATE POLICY parks ON {SCHEMA}.project TO {SITE}
    USING (park = ANY ((SELECT {SCHEMA}.seen_parks())::text[]));
GRANT SELECT, INSERT, UPDATE (until_on, ended_by, ended_at, end_reason) ON {SCHEMA}.roll_entry TO {SITE};
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.site_statement
    FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.project
    FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change();
GRANT SELECT, INSERT ON {SCHEMA}.site_statement, {SCHEMA}.project TO {SITE};
"""  # noqa: S608 - nothing of it comes from outside


def upgrade() -> None:
    _create_roll_entry()
    _create_site_statement()
    _create_project()
    for table in TABLES:
        op.execute(
            f"ALTER TABLE {SCHEMA}.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        op.execute(f"CREATE POLICY whole ON {SCHEMA}.{table} USING ((SELECT {SCHEMA}.sees_all()))")
    op.execute(GUARDS)
    _permit(WITH_LISTS)


def downgrade() -> None:
    op.execute(
        f"UPDATE {SCHEMA}.api_token SET permissions = array_remove(permissions, 'list')"  # noqa: S608 - nothing of it comes from outside
    )
    _permit(PERMISSIONS)
    for table in reversed(TABLES):
        op.drop_table(table, schema=SCHEMA)


def _permit(permissions: str) -> None:
    """What tokens may allow at most."""
    name = op.f("ck_api_token_permissions")
    op.drop_constraint(name, "api_token", schema=SCHEMA)
    op.create_check_constraint(
        name, "api_token", f"permissions <@ ARRAY[{permissions}]", schema=SCHEMA
    )


def _grounds() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("source", sa.Text(), nullable=False, comment="依据 · document or statement"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由 · why"),
    )


def _entered() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("entered_by", sa.Text(), nullable=False, comment="录入人 · name of the account"),
        sa.Column("entered_at", INSTANT, nullable=False, comment="录入时间 · when"),
    )


def _create_roll_entry() -> None:
    op.create_table(
        "roll_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("roll", sa.Text(), nullable=False, comment="清单 · what it is entered in"),
        sa.Column("name", sa.Text(), nullable=False, comment="名称 · project or enterprise"),
        sa.Column("uscc", sa.Text(), nullable=False, comment="统一社会信用代码 · credit code or blank"),
        sa.Column("from_on", sa.Date(), nullable=False, comment="起始日期 · first day"),
        *_grounds(),
        *_entered(),
        sa.Column("until_on", sa.Date(), nullable=True, comment="终止日期 · last day; null = still standing"),
        sa.Column("ended_by", sa.Text(), nullable=True, comment="移出人 · who set the last day"),
        sa.Column("ended_at", INSTANT, nullable=True, comment="移出时间 · when"),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False, comment="移出理由 · why it ends"),
        sa.CheckConstraint(
            "roll IN ('positive', 'negative', 'cultivation', 'inefficient_development', 'inefficient_operation', 'three_highs')",
            name=op.f("ck_roll_entry_roll"),
        ),
        sa.CheckConstraint("name <> '' OR uscc <> ''", name=op.f("ck_roll_entry_subject")),
        sa.CheckConstraint("source <> '' AND reason <> ''", name=op.f("ck_roll_entry_grounds")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_roll_entry_order")),
        sa.CheckConstraint(
            "(until_on IS NULL) = (ended_at IS NULL) AND (until_on IS NULL) = (ended_by IS NULL)"
            " AND (until_on IS NULL) = (end_reason = '')",
            name=op.f("ck_roll_entry_end"),
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_roll_entry")),
        schema=SCHEMA,
        comment="清单条目 · who was entered in which list or register, from when to when",
    )  # fmt: skip
    op.create_index(
        "uq_roll_entry_standing",
        "roll_entry",
        ["roll", "uscc", "name"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("until_on IS NULL"),
    )


def _create_site_statement() -> None:
    op.create_table(
        "site_statement",
        sa.Column("statement_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the statement"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract whose land it is about"),
        sa.Column("statement", sa.Text(), nullable=False, comment="事项 · what is stated"),
        sa.Column("holds", sa.Boolean(), nullable=False, comment="是否 · yes or no"),
        sa.Column("since_on", sa.Date(), nullable=True, comment="起始日期 · day since which it is so"),
        *_grounds(),
        *_entered(),
        sa.CheckConstraint(
            "statement IN ('vacant', 'contrary_use', 'separable', 'used_part_meets')",
            name=op.f("ck_site_statement_statement"),
        ),
        sa.CheckConstraint("source <> '' AND reason <> ''", name=op.f("ck_site_statement_grounds")),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_site_statement_contract_id")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_site_statement")),
        schema=SCHEMA,
        comment="用地认定 · what offices state of the land of contracts, the last word counts",
    )  # fmt: skip
    op.create_index(
        "ix_site_statement_contract_id",
        "site_statement",
        ["contract_id", "statement", "entered_at"],
        schema=SCHEMA,
    )


def _create_project() -> None:
    op.create_table(
        "project",
        sa.Column("project_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("kind", sa.Text(), nullable=False, comment="项目类型 · by what it gets its place"),
        sa.Column("name", sa.Text(), nullable=False, comment="项目名称 · name of the project"),
        sa.Column("uscc", sa.Text(), nullable=False, comment="统一社会信用代码 · credit code or blank"),
        sa.Column("park", sa.Text(), nullable=False, comment="所属园区 · park, or blank"),
        sa.Column("said", JSONB(), nullable=False, comment="指标 · its figures, as files write them"),
        sa.Column("checked_on", sa.Date(), nullable=False, comment="核对日期 · day of the standard"),
        sa.Column("state", sa.Text(), nullable=False, comment="结果 · what came out"),
        sa.Column("checks", JSONB(), nullable=False, comment="逐项 · requirement by requirement"),
        sa.Column("basis", JSONB(), nullable=False, comment="依据 · places of the papers"),
        sa.Column("confidence", sa.Text(), nullable=True, comment="确定程度 · how sure these are"),
        sa.Column("book", sa.Text(), nullable=False, comment="法规库 · law book"),
        sa.Column("digest", sa.Text(), nullable=False, comment="摘要 · digest of the book"),
        sa.Column("source", sa.Text(), nullable=False, comment="来源 · document with the figures"),
        *_entered(),
        sa.CheckConstraint("kind IN ('new_land', 'rented_plant', 'redevelopment', 'extension')", name=op.f("ck_project_kind")),
        sa.CheckConstraint("state IN ('holds', 'fails', 'unknown', 'not_configured', 'not_yet')", name=op.f("ck_project_state")),
        sa.CheckConstraint("confidence IN ('verified', 'known', 'uncertain', 'convention')", name=op.f("ck_project_confidence")),
        sa.CheckConstraint("name <> '' AND source <> ''", name=op.f("ck_project_grounds")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project")),
        schema=SCHEMA,
        comment="准入项目 · projects recorded, and how each stood against the standard of its kind",
    )  # fmt: skip
    op.create_index("ix_project_entered_at", "project", ["entered_at"], schema=SCHEMA)
