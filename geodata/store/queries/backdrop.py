"""What a map shows around the parcels, as it comes in; it has no history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import sqlalchemy as sa

from geodata.geometry.crs import to_storage
from geodata.model.changes import ImportCounts
from geodata.model.columns import Flags
from geodata.store.bulk import Column, copy_in
from geodata.store.digest import outline_digests
from geodata.store.queries import versions
from geodata.store.queries.imports import ImportBatch, lock_imports, log_import
from geodata.store.queries.parcels import FEATURE_COLUMNS, PARK_COLUMNS, numbered_features
from geodata.store.tables import MAP_FEATURE, PARK

BACKDROP_KIND: Final = "district"
"""The kind of import that brings it."""

_LAYERED: Final = ("layer", *FEATURE_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureDraft:
    """Layers of the map against those known; it holds as long as no others are imported.

    Attributes
    ----------
    features
        ``layer``, `FEATURE_COLUMNS` and shape of each feature, EPSG:4490; a blank is None.
    is_new
        Features that are not known as they are.
    missing
        Features known in the same layers that are not among them, with their ``feature_id``.
    """

    features: gpd.GeoDataFrame
    is_new: Flags
    missing: gpd.GeoDataFrame


def draft_features(
    connection: sa.Connection, features: gpd.GeoDataFrame, layers: Collection[str]
) -> FeatureDraft:
    """Compare features of the map with those known.

    A feature has no name that holds: it is known if one says and covers the same.

    Parameters
    ----------
    connection
        A connection.
    features
        ``layer``, `FEATURE_COLUMNS` and shape, EPSG:4490; a blank is None.
    layers
        The layers that came: ``outline``, ``roads``, ``water``.
    """
    known = numbered_features(connection)
    known = known[known["layer"].isin(list(layers))]
    left: dict[object, list[int]] = defaultdict(list)
    for row, said in enumerate(_said(known)):
        left[said].append(row)
    is_new = np.ones(len(features), dtype=np.bool_)
    for row, said in enumerate(_said(features)):
        if left[said]:
            is_new[row] = False
            left[said].pop(0)
    missing = sorted(row for rows in left.values() for row in rows)
    return FeatureDraft(features, is_new, known.iloc[missing])


def write_features(
    connection: sa.Connection,
    batch: ImportBatch,
    counts: ImportCounts,
    fresh: gpd.GeoDataFrame,
    gone: Sequence[int],
) -> None:
    """Write features that are new, and leave out others.

    Parameters
    ----------
    connection
        Within a transaction of the caller, in which no others were imported since the draft.
    batch, counts
        Where they come from, and what became of the features.
    fresh, gone
        As in `FeatureDraft`; numbers of those that are left out.
    """
    known_from = lock_imports(connection, BACKDROP_KIND, batch.imported_at)
    log_import(connection, BACKDROP_KIND, batch, counts, known_from)
    numbers = versions.array(gone, sa.BigInteger)
    connection.execute(sa.delete(MAP_FEATURE).where(MAP_FEATURE.c.feature_id == sa.any_(numbers)))
    _write(connection, MAP_FEATURE, fresh, _LAYERED)


def write_parks(
    connection: sa.Connection,
    batch: ImportBatch,
    counts: ImportCounts,
    parks: gpd.GeoDataFrame,
    gone: Sequence[str] = (),
) -> None:
    """Write parks that are new or other than known, and leave out those that ended.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    batch, counts
        Where they come from, and what became of the rows.
    parks
        `PARK_COLUMNS` and outlines, in any known reference system.
    gone
        Codes of parks that are known no longer.
    """
    known_from = lock_imports(connection, BACKDROP_KIND, batch.imported_at)
    log_import(connection, BACKDROP_KIND, batch, counts, known_from)
    replaced = versions.array([*gone, *parks["park_code"]], sa.Text)
    connection.execute(sa.delete(PARK).where(PARK.c.park_code == sa.any_(replaced)))
    _write(connection, PARK, to_storage(parks), PARK_COLUMNS)


def _said(features: gpd.GeoDataFrame) -> list[object]:
    """What each feature says and covers."""
    shapes = outline_digests(np.asarray(features.geometry.to_numpy(), dtype=np.object_))
    return list(zip(*(features[name].tolist() for name in _LAYERED), shapes, strict=True))


def _write(
    connection: sa.Connection, table: sa.Table, frame: gpd.GeoDataFrame, names: Sequence[str]
) -> None:
    cells: dict[str, Column] = {name: frame[name].tolist() for name in names}
    cells["geom"] = np.asarray(frame.geometry.to_numpy(), dtype=np.object_)
    copy_in(connection, table, cells)
