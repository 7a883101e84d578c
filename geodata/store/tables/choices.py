"""Which of two figures that disagree is shown first, as people chose it."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.store.tables import schema

FIGURE_CHOICE = sa.Table(
    "figure_choice",
    schema.METADATA,
    schema.key("choice_id", "number of the choice"),
    sa.Column(
        "conflict_id",
        sa.Text,
        nullable=False,
        index=True,
        comment="the two figures that disagree, joined by /",
    ),
    sa.Column(
        "quantity_id", sa.Text, nullable=False, comment="首显指标 · the figure to be shown first"
    ),
    sa.Column("reason", sa.Text, nullable=False, comment="理由 · why"),
    sa.Column("chosen_by", sa.Text, nullable=False, comment="选定人 · name of the account"),
    sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False, comment="选定时间 · when"),
    sa.CheckConstraint("reason <> ''", name="reason"),
    comment="指标口径选定 · which of two figures that disagree is shown first; the last one holds",
)
