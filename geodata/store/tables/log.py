"""The event log: added to, and never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from geodata.store.tables import schema


def _said(name: str, kind: sa.types.TypeEngine[Any], comment: str) -> sa.Column[Any]:
    """A column that cannot differ from the text of the event."""
    cast = "::bigint" if isinstance(kind, sa.BigInteger) else ""
    read = f"((said)::jsonb ->> '{name}'){cast}"
    return sa.Column(name, kind, sa.Computed(read, persisted=True), nullable=False, comment=comment)


EVENT = sa.Table(
    "event",
    schema.METADATA,
    _said("seq", sa.BigInteger(), "编号 · number of the event, from 1, without gaps"),
    sa.Column("said", sa.Text, nullable=False, comment="内容 · the event in canonical form"),
    _said("at", sa.Text(), "时间 · when, in UTC"),
    _said("actor", sa.Text(), "操作人 · who did it"),
    _said("kind", sa.Text(), "事件 · what was done"),
    _said("subject", sa.Text(), "对象类别 · what it is about"),
    _said("subject_id", sa.Text(), "对象 · its name among its kind"),
    sa.Column(
        "previous", sa.LargeBinary, nullable=False, comment="前一哈希 · hash of the event before"
    ),
    sa.Column(
        "hash", sa.LargeBinary, nullable=False, comment="哈希 · SHA-256 of 0x01, previous and said"
    ),
    sa.PrimaryKeyConstraint("seq"),
    sa.CheckConstraint("octet_length(previous) = 32 AND octet_length(hash) = 32", name="hashes"),
    sa.Index("ix_event_subject", "subject", "subject_id"),
    comment="事件日志 · what was done, each event bound to the one before by its hash",
)
