"""Outlines of parcels, and the parks, roads and waters around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG, to_storage
from geodata.model.columns import Flags, Whole
from geodata.store import convert
from geodata.store.bulk import copy_in, copy_out
from geodata.store.convert import Geometries
from geodata.store.digest import outline_digests
from geodata.store.queries import versions
from geodata.store.tables import CONTRACT, MAP_FEATURE, PARCEL_FACT, PARK

PARK_COLUMNS: Final = ("park_code", "name_zh", "name_en", "kind")
FEATURE_COLUMNS: Final = ("kind", "name", "width_m")


@dataclass(frozen=True, slots=True)
class OutlineDifferences:
    """What the geometry of an import adds to the outlines known.

    Attributes
    ----------
    parcel_ids, shapes, digests
        The parcels whose outline is new or other than known.
    outdated
        The versions that are replaced.
    changed_rows
        Rows of the import that belong to one of those parcels.
    """

    parcel_ids: list[int]
    shapes: Geometries
    digests: list[bytes]
    outdated: list[int]
    changed_rows: Flags


def parcel_key(contract_no: str, phase: str, parcel_code: str) -> str:
    """Code under which a parcel is kept; made from the contract where the ledger gives none."""
    return parcel_code or "contract:" + "/".join(filter(None, (contract_no, phase)))


def outline_differences(
    connection: sa.Connection, parcel_ids: Sequence[int], geometry: Geometries | None
) -> OutlineDifferences:
    """Compare the shapes of rows with the outlines known of their parcels.

    Rows that share a parcel (its phases, say) give one outline: the union of their shapes.
    """
    owners = np.array(parcel_ids, dtype=np.int64)
    shapes = np.full(len(owners), None) if geometry is None else geometry
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    parcels, outlines = _outlines(owners[drawn], shapes[drawn])
    digests = outline_digests(outlines)
    found = versions.differences(connection, PARCEL_FACT, parcels.tolist(), digests)
    rows = found.rows
    return OutlineDifferences(
        parcel_ids=parcels[rows].tolist(),
        shapes=outlines[rows],
        digests=[digests[row] for row in rows],
        outdated=found.outdated,
        changed_rows=np.isin(owners, parcels[rows]) & drawn,
    )


def write_outlines(
    connection: sa.Connection, version: versions.Version, outlines: OutlineDifferences
) -> None:
    """Write the outlines that are new."""
    cells: dict[str, Sequence[object]] = {
        "parcel_id": outlines.parcel_ids,
        "content_digest": outlines.digests,
        "geom": convert.geometry_cells(outlines.shapes),
    }
    versions.write_versions(connection, PARCEL_FACT, version, outlines.outdated, cells)


def read_outlines(
    connection: sa.Connection, contract_id: Whole, known_at: datetime | None = None
) -> Geometries:
    """Outline of the parcel of each contract in EPSG:4490; None where none is known."""
    outline = sa.and_(
        PARCEL_FACT.c.parcel_id == CONTRACT.c.parcel_id, versions.seen(PARCEL_FACT, known_at)
    )
    query = (
        sa.select(CONTRACT.c.contract_id, PARCEL_FACT.c.geom)
        .join_from(CONTRACT, PARCEL_FACT, outline)
        .where(
            CONTRACT.c.contract_id == sa.any_(versions.array(contract_id.tolist(), sa.BigInteger))
        )
    )
    table = copy_out(connection, query)
    known = dict(
        zip(
            convert.numbers(table, "contract_id").tolist(),
            convert.geometries(table, "geom"),
            strict=True,
        )
    )
    return np.array([known.get(contract) for contract in contract_id.tolist()], dtype=np.object_)


def replace_parks(connection: sa.Connection, parks: gpd.GeoDataFrame) -> None:
    """Replace all parks and towns; `parks` has `PARK_COLUMNS`, any known reference system."""
    _replace(connection, PARK, PARK_COLUMNS, parks)


def read_parks(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Parks and towns in order of their code, EPSG:4490."""
    return _read(connection, PARK, PARK_COLUMNS, PARK.c.park_code)


def replace_features(connection: sa.Connection, features: gpd.GeoDataFrame) -> None:
    """Replace all roads, waters and outlines; `features` has `FEATURE_COLUMNS`."""
    _replace(connection, MAP_FEATURE, FEATURE_COLUMNS, features)


def read_features(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Roads, waters and outlines in the order they were written, EPSG:4490."""
    return _read(connection, MAP_FEATURE, FEATURE_COLUMNS, MAP_FEATURE.c.feature_id)


def _outlines(owners: Whole, shapes: Geometries) -> tuple[Whole, Geometries]:
    """Parcels and the shape of each, as multipolygon."""
    parcels, first, place, counts = np.unique(
        owners, return_index=True, return_inverse=True, return_counts=True
    )
    outlines = shapes[first]
    for shared in np.flatnonzero(counts > 1):
        outlines[shared] = shapely.union_all(shapes[place == shared])
    return parcels, convert.multipolygons(outlines)


def _replace(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], frame: gpd.GeoDataFrame
) -> None:
    stored = to_storage(frame)
    values = stored[list(names)].astype(object)
    cells = {name: values[name].where(values[name].notna(), None).tolist() for name in names}
    cells["geom"] = convert.geometry_cells(stored.geometry.to_numpy())
    connection.execute(sa.delete(table))
    copy_in(connection, table, cells)


def _read(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], order: sa.Column[object]
) -> gpd.GeoDataFrame:
    columns = (table.c[name] for name in names)
    found = copy_out(connection, sa.select(*columns, table.c.geom).order_by(order))
    shapes = convert.geometries(found, "geom")
    return gpd.GeoDataFrame(found.select(names).to_pandas(), geometry=shapes, crs=STORAGE_EPSG)
