"""What programs ask for once only: the keys of their requests, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)

IDEMPOTENCY_KEY = sa.Table(
    "idempotency_key",
    schema.METADATA,
    sa.Column("account", sa.Text, primary_key=True, comment="name of the account that asked"),
    sa.Column("key", sa.Text, primary_key=True, comment="key of the request, drawn by the program"),
    sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of the request"),
    sa.Column("answer", JSONB(none_as_null=True), comment="what was answered; null = not known"),
    sa.Column("at", _INSTANT, nullable=False, comment="when it was asked"),
    sa.CheckConstraint("key <> '' AND length(key) <= 255", name="key"),
    sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
    sa.Index("ix_idempotency_key_at", "at"),
    comment="幂等键 · requests of programs that are answered once, kept for a day",
)
