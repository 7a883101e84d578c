"""Work that was asked for; what the worker takes it from is procrastinate's (migration 0019)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geodata.model.tasks import TaskState
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)

TASK = sa.Table(
    "task",
    schema.METADATA,
    sa.Column("task_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    sa.Column("kind", sa.Text, nullable=False, comment="what is to be done"),
    sa.Column("arguments", JSONB, nullable=False, comment="what the operation is told"),
    sa.Column("asked_by", sa.Text, nullable=False, comment="name of the account"),
    sa.Column("asked_at", _INSTANT, nullable=False, comment="when it was asked for"),
    sa.Column(
        "parks", ARRAY(sa.Text), comment="所属园区 · parks whose land the account saw; null = all"
    ),
    sa.Column(
        "state",
        sa.Text,
        nullable=False,
        server_default=TaskState.WAITING.value,
        comment="状态 · where it stands",
    ),
    sa.Column(
        "done_count", sa.Integer, nullable=False, server_default=sa.text("0"), comment="steps done"
    ),
    sa.Column(
        "total_count",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="steps to be done; 0 = not known",
    ),
    sa.Column("step", JSONB(none_as_null=True), comment="sentence: what is being done"),
    sa.Column("result", JSONB(none_as_null=True), comment="sentence and page: what it brought"),
    sa.Column("problem", JSONB(none_as_null=True), comment="sentence and next step: why it failed"),
    sa.Column("started_at", _INSTANT, comment="when the worker last took it up"),
    sa.Column("finished_at", _INSTANT, comment="when it was done or failed"),
    sa.CheckConstraint(schema.one_of("state", TaskState), name="state"),
    sa.CheckConstraint("done_count BETWEEN 0 AND total_count", name="progress"),
    sa.CheckConstraint(
        "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)"
        " AND (state = 'done') = (result IS NOT NULL)"
        " AND (state = 'failed') = (problem IS NOT NULL)",
        name="end",
    ),
    sa.Index("ix_task_asked", "asked_by", sa.text("asked_at DESC")),
    comment="任务 · work that was asked for on a page and is done by the worker",
)
