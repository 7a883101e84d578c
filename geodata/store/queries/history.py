"""When the facts of a contract came to be known, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from geodata.store.queries.contract_rows import period_imports
from geodata.store.tables import CONTRACT_FACT, IMPORT_BATCH


@dataclass(frozen=True, slots=True)
class KnownSince:
    """An import that brought facts of a contract.

    Attributes
    ----------
    known_from
        Instant from which they are known.
    """

    import_id: int
    known_from: datetime
    file_name: str
    actor: str


def read_instants(
    connection: sa.Connection, contract_id: int, known_at: datetime | None, most: int
) -> list[KnownSince]:
    """The imports that changed what is judged of a contract, the newest first.

    Parameters
    ----------
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    """
    fact, log = CONTRACT_FACT.c, IMPORT_BATCH.c
    own = sa.select(fact.import_id).where(fact.contract_id == contract_id)
    brought = sa.union(own, period_imports(contract_id)).subquery("brought")
    query = (
        sa.select(log.import_id, log.imported_at, log.file_name, log.actor)
        .join_from(IMPORT_BATCH, brought, brought.c.import_id == log.import_id)
        .order_by(log.imported_at.desc())
        .limit(most)
    )
    if known_at is not None:
        query = query.where(log.imported_at <= known_at)
    return [KnownSince(*row) for row in connection.execute(query)]
