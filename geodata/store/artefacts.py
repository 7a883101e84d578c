"""Files in the database, each kept once, under the digest of its bytes."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.errors import DatabaseStateError
from geodata.store.tables import ARTEFACT, ARTEFACT_PART

_PART_BYTES: Final = 8 * 2**20


def digest_of(content: bytes) -> str:
    """``sha256:`` and the hash of the bytes."""
    return f"sha256:{sha256(content).hexdigest()}"


def keep_artefact(connection: sa.Connection, content: bytes, created_at: datetime) -> str:
    """Keep a file unless it is there already; return its digest."""
    digest = digest_of(content)
    row = {"digest": digest, "byte_count": len(content), "created_at": created_at}
    entry = insert(ARTEFACT).values(row).on_conflict_do_nothing().returning(ARTEFACT.c.digest)
    if connection.scalar(entry) is not None:
        for part_no, start in enumerate(range(0, len(content), _PART_BYTES)):
            part = {"part_no": part_no, "content": content[start : start + _PART_BYTES]}
            connection.execute(sa.insert(ARTEFACT_PART).values(digest=digest, **part))
    return digest


def read_artefact(connection: sa.Connection, digest: str) -> bytes:
    """The bytes of a file.

    Raises
    ------
    DatabaseStateError
        When the bytes have another digest: they were changed, or part of them is missing.
    """
    query = sa.select(ARTEFACT_PART.c.content).where(ARTEFACT_PART.c.digest == digest)
    parts = connection.scalars(query.order_by(ARTEFACT_PART.c.part_no))
    content = b"".join(parts)
    found = digest_of(content)
    if found != digest:
        raise DatabaseStateError(
            "The artefact {digest} was changed: its bytes have the digest {found}.",
            "Bring the database back from a backup in which it is whole.",
            digest=digest,
            found=found,
        )
    return content
