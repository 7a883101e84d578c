"""The shapes that outlines of parcels were made of by a repair, as their files have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from geodata.geometry.repair import OriginalShape
from geodata.model.quality_lists import RepairPolicy
from geodata.store.queries import versions
from geodata.store.tables import IMPORT_BATCH, ORIGINAL_SHAPE, PARCEL, PARCEL_FACT


@dataclass(frozen=True, slots=True)
class StoredOriginal:
    """A shape as its file has it.

    Attributes
    ----------
    original
        The shape, and what was done to it.
    file_name, imported_at
        The file it came with.
    """

    original: OriginalShape
    file_name: str
    imported_at: datetime


def write_originals(
    connection: sa.Connection,
    version: versions.Version,
    originals: Sequence[OriginalShape],
    parcels: Mapping[int, str],
) -> None:
    """Keep the shapes that the outlines of an import were made of.

    A shape is left out where it made no new outline: then it is known already, or was declined.

    Parameters
    ----------
    connection
        Within the transaction in which the outlines were written.
    version
        The import that brought them.
    originals
        The shapes.
    parcels
        Code of the parcel of each row that was taken over.
    """
    taken = [each for each in originals if each.row_no in parcels]
    begun = _begun(connection, version, {parcels[each.row_no] for each in taken})
    rows = [
        {
            "fact_id": begun[parcels[each.row_no]],
            "row_no": each.row_no,
            "import_id": version.import_id,
            "policies": [policy.value for policy in each.policies],
            "change_share": each.change,
            "shape": each.shape,
            "crs": each.crs,
        }
        for each in taken
        if parcels[each.row_no] in begun
    ]
    if rows:
        connection.execute(sa.insert(ORIGINAL_SHAPE), rows)


def read_originals(
    connection: sa.Connection, parcel_code: str, known_at: datetime | None = None
) -> list[StoredOriginal]:
    """The shapes that the outline of a parcel was made of, in the order of their rows.

    Parameters
    ----------
    connection
        A connection.
    parcel_code
        The parcel.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    """
    kept, log = ORIGINAL_SHAPE.c, IMPORT_BATCH.c
    query = (
        sa.select(
            *(kept.row_no, kept.policies, kept.change_share, kept.shape, kept.crs),
            *(log.file_name, log.imported_at),
        )
        .join_from(ORIGINAL_SHAPE, PARCEL_FACT, PARCEL_FACT.c.fact_id == kept.fact_id)
        .join(PARCEL, PARCEL.c.parcel_id == PARCEL_FACT.c.parcel_id)
        .join(IMPORT_BATCH, log.import_id == kept.import_id)
        .where(PARCEL.c.parcel_code == parcel_code, versions.seen(PARCEL_FACT, known_at))
        .order_by(kept.row_no)
    )
    return [
        StoredOriginal(
            OriginalShape(
                row_no=row.row_no,
                policies=tuple(map(RepairPolicy.of, row.policies)),
                change=row.change_share,
                shape=bytes(row.shape),
                crs=row.crs,
            ),
            row.file_name,
            row.imported_at,
        )
        for row in connection.execute(query)
    ]


def _begun(
    connection: sa.Connection, version: versions.Version, parcels: set[str]
) -> dict[str, int]:
    """The outlines an import has begun, by code of the parcel."""
    query = (
        sa.select(PARCEL.c.parcel_code, PARCEL_FACT.c.fact_id)
        .join_from(PARCEL, PARCEL_FACT, PARCEL.c.parcel_id == PARCEL_FACT.c.parcel_id)
        .where(
            PARCEL_FACT.c.import_id == version.import_id,
            PARCEL.c.parcel_code == sa.any_(versions.array(sorted(parcels), sa.Text)),
        )
    )
    return {row.parcel_code: row.fact_id for row in connection.execute(query)}
