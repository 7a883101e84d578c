"""What a map shows around the parcels: what is the same stays, what came is there, nothing else."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.testing import assert_geodataframe_equal
from samples import NOON, batch, squares

from geodata.model.changes import ImportCounts
from geodata.store.queries.backdrop import draft_features, write_features, write_parks
from geodata.store.queries.imports import last_import_at
from geodata.store.queries.parcels import read_features, read_parks

A, B, C = squares(0, 2, 4)


def frame(**columns: Any) -> gpd.GeoDataFrame:
    shapes = np.array(columns.pop("geometry"), dtype=np.object_)
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=shapes, crs=4490)


def features(layer: str, *names: str | None) -> gpd.GeoDataFrame:
    count = len(names)
    return frame(
        layer=[layer] * count,
        kind=[None] * count,
        name=list(names),
        width_m=[None] * count,
        geometry=[A] * count,
    )


def counts(added: int) -> ImportCounts:
    return ImportCounts(added, added, 0, 0, 0, 0)


def put(connection: Any, hours: int, found: gpd.GeoDataFrame, *layers: str) -> tuple[int, int]:
    """Write features as an import does; return how many are new, and how many are gone."""
    draft = draft_features(connection, found, layers)
    gone = draft.missing["feature_id"].tolist()
    fresh = found[draft.is_new]
    write_features(connection, batch(hours), counts(len(fresh)), fresh, gone)
    return len(fresh), len(gone)


def shown(connection: Any) -> dict[str, list[str]]:
    return {layer: found["name"].tolist() for layer, found in read_features(connection).items()}


def test_parks_that_did_not_come_stay(connection):
    parks = frame(
        park_code=["01", "02"],
        name_zh=["工业区", "枫泾镇"],
        name_en=["Industrial Zone", "Fengjing"],
        kind=["park", "town"],
        geometry=[shapely.MultiPolygon([A]), shapely.MultiPolygon([B, C])],
    )
    write_parks(connection, batch(), counts(2), parks)
    assert_geodataframe_equal(read_parks(connection), parks)
    write_parks(connection, batch(1), counts(1), parks[1:].assign(name_zh="枫泾"))
    assert read_parks(connection)["name_zh"].tolist() == ["工业区", "枫泾"]
    write_parks(connection, batch(2), counts(0), parks[:0], ["01"])
    assert read_parks(connection)["park_code"].tolist() == ["02"]


def test_features_keep_their_order_and_their_gaps(connection):
    roads = frame(
        layer=["roads"] * 3,
        kind=["trunk", None, "track"],
        name=["演示大道", None, "村路"],
        width_m=[46.0, 0.0, None],
        geometry=[shapely.LineString([(121, 30), (121.1, 30.1)]), A, shapely.MultiPolygon([B, C])],
    )
    put(connection, 0, roads, "roads")
    found = read_features(connection)["roads"]
    assert_geodataframe_equal(found, roads.drop(columns="layer"))
    for name, gaps in (("kind", [1]), ("name", [1]), ("width_m", [2])):
        assert [row for row, cell in enumerate(found[name]) if cell is None] == gaps
    assert put(connection, 1, roads, "roads") == (0, 0)


def test_only_the_layers_that_came_are_replaced(connection):
    both = pd.concat([features("outline", "区界"), features("roads", "旧路")], ignore_index=True)
    assert put(connection, 0, both, "outline", "roads") == (2, 0)
    assert put(connection, 1, features("roads", "新路"), "roads") == (1, 1)
    assert shown(connection) == {"outline": ["区界"], "roads": ["新路"], "water": []}


def test_features_that_say_the_same_are_counted_apart(connection):
    put(connection, 0, features("roads", "路", "路", None), "roads")
    assert put(connection, 1, features("roads", "路", None, None), "roads") == (1, 1)
    assert shown(connection)["roads"] == ["路", None, None]


def test_every_import_of_a_backdrop_is_logged(connection):
    assert last_import_at(connection, "district") is None
    put(connection, 0, features("water"), "water")
    assert last_import_at(connection, "district") == NOON
