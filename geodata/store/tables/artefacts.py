"""Files kept in the database under the digest of their bytes."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.store.tables import schema

ARTEFACT = sa.Table(
    "artefact",
    schema.METADATA,
    sa.Column("digest", sa.Text, primary_key=True, comment="SHA-256 of its bytes"),
    sa.Column("byte_count", sa.BigInteger, nullable=False, comment="size in bytes"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it was kept"),
    sa.CheckConstraint("byte_count >= 0", name="byte_count"),
    sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
    comment="存档文件 · files kept under the digest of their bytes",
)

ARTEFACT_PART = sa.Table(
    "artefact_part",
    schema.METADATA,
    sa.Column(
        "digest",
        sa.Text,
        sa.ForeignKey(ARTEFACT.c.digest, ondelete="CASCADE"),
        primary_key=True,
        comment="the artefact",
    ),
    sa.Column("part_no", sa.Integer, primary_key=True, comment="place of the part, from 0"),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="the bytes of the part"),
    comment="存档分段 · the bytes of artefacts, in parts",
)
