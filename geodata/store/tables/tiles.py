"""Contracts counted by squares of the ground, for tiles of wide areas."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.store.tables import schema

CARD_CELL = sa.Table(
    "card_cell",
    schema.METADATA,
    sa.Column("as_of", sa.Date, nullable=False, comment="day the contracts are counted as of"),
    sa.Column(
        "revision",
        sa.BigInteger,
        nullable=False,
        comment="card_state.revision they were counted at",
    ),
    sa.Column(
        "cell_x", sa.Integer, comment="column of the tile at zoom 13; null = without an outline"
    ),
    sa.Column("cell_y", sa.Integer, comment="row of the tile at zoom 13"),
    sa.Column("verdict", sa.Text, nullable=False, comment="结论 · verdict"),
    sa.Column(
        "groups", sa.SmallInteger, nullable=False, comment="组别 · one bit for each group, in order"
    ),
    sa.Column("milestone", sa.Text, comment="待履约节点 · first milestone not met yet"),
    sa.Column("park", sa.Text, comment="所属园区 · park"),
    sa.Column("land_use", sa.Text, comment="土地用途 · land use"),
    sa.Column("count", sa.Integer, nullable=False, comment="contracts"),
    sa.Column("area_m2", sa.Float, nullable=False, comment="sum of the areas known (m2)"),
    sa.Index("ix_card_cell_cell", "as_of", "cell_x", "cell_y"),
    comment="格网统计 · contracts by square of the ground, counted when a day is first asked for",
)
