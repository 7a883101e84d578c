"""Keys of requests that programs may repeat and that are answered once."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("account", sa.Text(), nullable=False, comment="name of the account that asked"),
        sa.Column("key", sa.Text(), nullable=False, comment="key of the request, drawn by the program"),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the request"),
        sa.Column("answer", JSONB(none_as_null=True), nullable=True, comment="what was answered; null = not known"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when it was asked"),
        sa.CheckConstraint("key <> '' AND length(key) <= 255", name=op.f("ck_idempotency_key_key")),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("ck_idempotency_key_digest")),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_idempotency_key")),
        schema=SCHEMA,
        comment="幂等键 · requests of programs that are answered once, kept for a day",
    )  # fmt: skip
    op.create_index("ix_idempotency_key_at", "idempotency_key", ["at"], schema=SCHEMA)
    op.execute(
        f"GRANT SELECT, INSERT, UPDATE (answer), DELETE ON {SCHEMA}.idempotency_key TO {SITE}"
    )


def downgrade() -> None:
    op.drop_table("idempotency_key", schema=SCHEMA)
