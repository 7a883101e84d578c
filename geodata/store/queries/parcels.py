"""Outlines of parcels, and the parks, roads and waters around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG, to_storage
from geodata.model.columns import Whole
from geodata.store import convert
from geodata.store.bulk import Column, copy_in, copy_out
from geodata.store.convert import Geometries
from geodata.store.queries import versions
from geodata.store.queries.identities import identity_at
from geodata.store.queries.imports import ImportBatch, ImportCounts, lock_imports, log_import
from geodata.store.tables import MAP_FEATURE, PARCEL_FACT, PARK
from geodata.store.tables.land import FEATURE_LAYERS

_KIND: Final = "district"

PARK_COLUMNS: Final = ("park_code", "name_zh", "name_en", "kind")
FEATURE_COLUMNS: Final = ("kind", "name", "width_m")


def read_outlines(
    connection: sa.Connection, contract_id: Whole, known_at: datetime | None = None
) -> Geometries:
    """Outline of the parcel of each contract in EPSG:4490; None where none is known."""
    contract = identity_at(known_at)
    outline = sa.and_(
        PARCEL_FACT.c.parcel_id == contract.c.parcel_id, versions.seen(PARCEL_FACT, known_at)
    )
    query = (
        sa.select(contract.c.contract_id, PARCEL_FACT.c.geom)
        .join_from(contract, PARCEL_FACT, outline)
        .where(
            contract.c.contract_id == sa.any_(versions.array(contract_id.tolist(), sa.BigInteger))
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


def import_backdrop(
    connection: sa.Connection, batch: ImportBatch, layers: Mapping[str, gpd.GeoDataFrame]
) -> ImportCounts:
    """Replace the layers of the map that came, leave the others, and log the file.

    A backdrop has no history: every row of a layer counts as added.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    layers
        ``parks`` with `PARK_COLUMNS`; ``outline``, ``roads`` and ``water`` with
        `FEATURE_COLUMNS`; in any known reference system.
    """
    known_from = lock_imports(connection, _KIND, batch.imported_at)
    for layer, frame in layers.items():
        if layer == "parks":
            connection.execute(sa.delete(PARK))
            _write(connection, PARK, frame[[*PARK_COLUMNS, frame.geometry.name]])
        else:
            connection.execute(sa.delete(MAP_FEATURE).where(MAP_FEATURE.c.layer == layer))
            features = frame[[*FEATURE_COLUMNS, frame.geometry.name]].assign(layer=layer)
            _write(connection, MAP_FEATURE, features)
    rows = sum(map(len, layers.values()))
    counts = ImportCounts(rows, added=rows, changed=0, unchanged=0, declined=0, rejected=0)
    log_import(connection, _KIND, batch, counts, known_from)
    return counts


def read_parks(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Parks and towns in order of their code, EPSG:4490."""
    return _read(connection, PARK, PARK_COLUMNS, PARK.c.park_code)


def read_features(connection: sa.Connection) -> dict[str, gpd.GeoDataFrame]:
    """Outline, roads and water by layer, in the order they were written, EPSG:4490."""
    names = ("layer", *FEATURE_COLUMNS)
    found = _read(connection, MAP_FEATURE, names, MAP_FEATURE.c.feature_id)
    return {
        layer: found[found["layer"] == layer].drop(columns="layer").reset_index(drop=True)
        for layer in FEATURE_LAYERS
    }


def _write(connection: sa.Connection, table: sa.Table, frame: gpd.GeoDataFrame) -> None:
    stored = to_storage(frame)
    values = stored.drop(columns=stored.geometry.name).astype(object)
    cells: dict[str, Column] = {
        str(name): cell.where(cell.notna(), None).tolist() for name, cell in values.items()
    }
    cells["geom"] = convert.geometry_cells(stored.geometry.to_numpy())
    copy_in(connection, table, cells)


def _read(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], order: sa.Column[object]
) -> gpd.GeoDataFrame:
    columns = (table.c[name] for name in names)
    found = copy_out(connection, sa.select(*columns, table.c.geom).order_by(order))
    shapes = convert.geometries(found, "geom")
    attributes = pd.DataFrame(found.select(names).to_pydict(), dtype=object)  # a blank is None
    return gpd.GeoDataFrame(attributes, geometry=shapes, crs=STORAGE_EPSG)
