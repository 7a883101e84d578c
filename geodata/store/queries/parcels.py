"""Outlines of parcels, and the parks, roads and waters around them, as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.columns import Texts, Whole
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order, in_passing
from geodata.store.convert import Geometries
from geodata.store.queries import versions
from geodata.store.queries.identities import identity_at
from geodata.store.tables import MAP_FEATURE, PARCEL, PARCEL_FACT, PARK
from geodata.store.tables.land import FEATURE_LAYERS

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


def outlines_near(connection: sa.Connection, shapes: Geometries) -> tuple[Texts, Geometries]:
    """Codes and outlines of the parcels known by now that are near some shapes."""
    current = versions.seen(PARCEL_FACT, None)
    if not len(shapes) or connection.scalar(sa.select(~sa.exists().where(current))):
        return np.empty(0, dtype=np.object_), np.empty(0, dtype=np.object_)
    cells = {"geom": np.asarray(shapes)}
    with in_passing(connection, PARCEL_FACT, cells) as new:
        near = sa.exists().where(PARCEL_FACT.c.geom.op("&&")(new.c.geom))
        query = (
            sa.select(PARCEL.c.parcel_id, PARCEL.c.parcel_code, PARCEL_FACT.c.geom)
            .join_from(PARCEL_FACT, PARCEL, PARCEL.c.parcel_id == PARCEL_FACT.c.parcel_id)
            .where(current, near)
        )
        table = in_order(copy_out(connection, query), "parcel_id")
    return convert.texts(table, "parcel_code"), convert.geometries(table, "geom")


def read_parks(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Parks and towns in order of their code, EPSG:4490."""
    return _read(connection, PARK, PARK_COLUMNS, PARK.c.park_code)


def read_features(connection: sa.Connection) -> dict[str, gpd.GeoDataFrame]:
    """Outline, roads and water by layer, in the order they were written, EPSG:4490."""
    found = numbered_features(connection).drop(columns="feature_id")
    return {
        layer: found[found["layer"] == layer].drop(columns="layer").reset_index(drop=True)
        for layer in FEATURE_LAYERS
    }


def numbered_features(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Number, ``layer`` and `FEATURE_COLUMNS` of outline, roads and water, EPSG:4490."""
    names = ("feature_id", "layer", *FEATURE_COLUMNS)
    return _read(connection, MAP_FEATURE, names, MAP_FEATURE.c.feature_id)


def _read(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], order: sa.Column[object]
) -> gpd.GeoDataFrame:
    columns = (table.c[name] for name in names)
    found = copy_out(connection, sa.select(*columns, table.c.geom).order_by(order))
    shapes = convert.geometries(found, "geom")
    attributes = pd.DataFrame(found.select(names).to_pydict(), dtype=object)  # a blank is None
    return gpd.GeoDataFrame(attributes, geometry=shapes, crs=STORAGE_EPSG)
