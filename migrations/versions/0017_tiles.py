"""Contracts counted by squares of the ground."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"


def upgrade() -> None:
    op.create_table(
        "card_cell",
        sa.Column("as_of", sa.Date(), nullable=False, comment="day the contracts are counted as of"),
        sa.Column("revision", sa.BigInteger(), nullable=False, comment="card_state.revision they were counted at"),
        sa.Column("cell_x", sa.Integer(), nullable=True, comment="column of the tile at zoom 13; null = without an outline"),
        sa.Column("cell_y", sa.Integer(), nullable=True, comment="row of the tile at zoom 13"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="结论 · verdict"),
        sa.Column("groups", sa.SmallInteger(), nullable=False, comment="组别 · one bit for each group, in order"),
        sa.Column("milestone", sa.Text(), nullable=True, comment="待履约节点 · first milestone not met yet"),
        sa.Column("park", sa.Text(), nullable=True, comment="所属园区 · park"),
        sa.Column("land_use", sa.Text(), nullable=True, comment="土地用途 · land use"),
        sa.Column("count", sa.Integer(), nullable=False, comment="contracts"),
        sa.Column("area_m2", sa.Float(), nullable=False, comment="sum of the areas known (m2)"),
        schema=SCHEMA,
        comment="格网统计 · contracts by square of the ground, counted when a day is first asked for",
    )  # fmt: skip
    op.create_index("ix_card_cell_cell", "card_cell", ["as_of", "cell_x", "cell_y"], schema=SCHEMA)
    op.execute(
        f"ALTER TABLE {SCHEMA}.card_cell ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    )
    op.execute(
        f"CREATE POLICY scope ON {SCHEMA}.card_cell"
        f" USING ((SELECT {SCHEMA}.sees_all()) OR park = ANY ((SELECT {SCHEMA}.seen_parks())::text[]))"
        f" WITH CHECK ((SELECT {SCHEMA}.sees_all()))"
    )
    op.execute(f"GRANT SELECT, INSERT, DELETE ON {SCHEMA}.card_cell TO {SITE}")


def downgrade() -> None:
    op.drop_table("card_cell", schema=SCHEMA)
