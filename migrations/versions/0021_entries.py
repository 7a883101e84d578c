"""Facts entered by hand; extensions and government periods wait for a second person."""
# ruff: noqa: E501 - frozen: one column, rule or policy to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

INSTANT = sa.DateTime(timezone=True)
OF_TWO = "kind IN ('extension', 'government_period')"
SHARE = "developed_share"


# The site enters and decides, and nothing else: what is stated stays as it was entered, and only
# the owner says that it took effect.
GUARDS = f"""
ALTER TABLE {SCHEMA}.entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY whole ON {SCHEMA}.entry USING ((SELECT {SCHEMA}.sees_all()));
CREATE POLICY parks ON {SCHEMA}.entry TO {SITE}
    USING (EXISTS (SELECT FROM {SCHEMA}.contract_park AS other WHERE other.contract_id = entry.contract_id));
CREATE POLICY entered ON {SCHEMA}.entry AS RESTRICTIVE FOR INSERT TO {SITE}
    WITH CHECK (state = CASE WHEN {OF_TWO} THEN 'waiting' ELSE 'accepted' END);
CREATE POLICY decided ON {SCHEMA}.entry AS RESTRICTIVE FOR UPDATE TO {SITE}
    USING (state = 'waiting') WITH CHECK (state IN ('accepted', 'refused'));
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, decision) ON {SCHEMA}.entry TO {SITE};
"""  # noqa: S608 - nothing of it comes from outside


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("contract_id", sa.BigInteger(), nullable=False, comment="the contract it is about"),
        sa.Column("kind", sa.Text(), nullable=False, comment="录入类别 · what is entered"),
        sa.Column("said", JSONB(), nullable=False, comment="录入内容 · what it states, as files write it, by key"),
        sa.Column("before", JSONB(), nullable=False, comment="录入前 · what was known of the cells it changes, by key"),
        sa.Column("source", sa.Text(), nullable=False, comment="依据 · document or statement"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由 · why it is entered"),
        sa.Column("entered_by", sa.Text(), nullable=False, comment="录入人 · name of the account"),
        sa.Column("entered_at", INSTANT, nullable=False, comment="录入时间 · when it was entered"),
        sa.Column("state", sa.Text(), nullable=False, comment="状态 · where it stands"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="复核人 · who approved or refused it"),
        sa.Column("decided_at", INSTANT, nullable=True, comment="复核时间 · when"),
        sa.Column("decision", sa.Text(), server_default="", nullable=False, comment="复核意见 · why it was refused, or what was said of it"),
        sa.Column("problem", JSONB(), nullable=True, comment="sentence: why it could not take effect"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="import by which it took effect"),
        sa.CheckConstraint("kind IN ('milestone', 'extension', 'government_period', 'observation')", name=op.f("ck_entry_kind")),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'applied', 'refused', 'failed')", name=op.f("ck_entry_state")),
        sa.CheckConstraint("source <> '' AND reason <> ''", name=op.f("ck_entry_grounds")),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_entry_four_eyes")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            f" AND (decided_by IS NOT NULL) = ({OF_TWO} AND state <> 'waiting')"
            f" AND ({OF_TWO} OR state NOT IN ('waiting', 'refused'))",
            name=op.f("ck_entry_decided"),
        ),
        sa.CheckConstraint("state <> 'refused' OR decision <> ''", name=op.f("ck_entry_refusal")),
        sa.CheckConstraint(
            "(state = 'applied') = (import_id IS NOT NULL) AND (state = 'failed') = (problem IS NOT NULL)",
            name=op.f("ck_entry_end"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], [f"{SCHEMA}.contract.contract_id"], name=op.f("fk_entry_contract_id")),
        sa.ForeignKeyConstraint(["import_id"], [f"{SCHEMA}.import_batch.import_id"], name=op.f("fk_entry_import_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry")),
        schema=SCHEMA,
        comment="人工录入 · facts that people entered, each a new version once it is in effect",
    )  # fmt: skip
    for column in ("contract_id", "import_id"):
        op.create_index(f"ix_entry_{column}", "entry", [column], schema=SCHEMA)
    op.create_index("ix_entry_state", "entry", ["state", "entered_at"], schema=SCHEMA)
    op.create_index(
        "uq_entry_open",
        "entry",
        ["contract_id", "kind", "said"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
    )
    op.execute(GUARDS)
    _add_developed_share()


def downgrade() -> None:
    _drop_developed_share()
    op.drop_table("entry", schema=SCHEMA)


def _add_developed_share() -> None:
    """What a patrol saw of the land that is developed."""
    num, den = f"{SHARE}_num", f"{SHARE}_den"
    for name, part in ((num, "numerator"), (den, "denominator")):
        comment = f"已开发比例 · developed share, {part}"
        column = sa.Column(name, sa.BigInteger(), nullable=True, comment=comment)
        op.add_column("observation_fact", column, schema=SCHEMA)
    op.create_check_constraint(
        op.f(f"ck_observation_fact_{SHARE}"),
        "observation_fact",
        f"({num} IS NULL) = ({den} IS NULL) AND {num} >= 0 AND {den} > 0 AND {num} <= {den}",
        schema=SCHEMA,
    )


def _drop_developed_share() -> None:
    for part in ("num", "den"):
        op.drop_column("observation_fact", f"{SHARE}_{part}", schema=SCHEMA)
