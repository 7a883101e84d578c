"""Shapes the geometry tests share: plots on the grid of zone 40, placed near Jinshan."""

from __future__ import annotations

import geopandas as gpd
import shapely

EAST_M = 628_300.0
NORTH_M = 3_402_900.0
GRID = "EPSG:4549"


def plot(left: float, bottom: float, right: float, top: float) -> shapely.Polygon:
    """An upright rectangle, in metres from the corner of the test ground."""
    return shapely.box(EAST_M + left, NORTH_M + bottom, EAST_M + right, NORTH_M + top)


def layer(*shapes: shapely.Geometry | None, crs: str | None = GRID) -> gpd.GeoDataFrame:
    """A layer of the shapes given."""
    return gpd.GeoDataFrame({"number": range(len(shapes))}, geometry=list(shapes), crs=crs)


def claims(*rows: tuple[str, str, str | None, shapely.Geometry | None]) -> gpd.GeoDataFrame:
    """Claims from ``(claim_code, column, done_on, shape)``."""
    codes, columns, days, shapes = zip(*rows, strict=True) if rows else ((), (), (), ())
    return gpd.GeoDataFrame(
        {"claim_code": list(codes), "column": list(columns), "done_on": list(days)},
        geometry=list(shapes),
        crs=GRID,
    )
