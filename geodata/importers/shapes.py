"""Shapes of a file brought into the storage system, repaired where they can be."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np

from geodata.errors import CoordinateError
from geodata.geometry.crs import to_storage
from geodata.geometry.validity import CheckedShapes, check_polygons

_FARTHEST: Final = np.array([180.0, 90.0, 180.0, 90.0])  # west, south, east, north in degrees


def stored_polygons(shapes: gpd.GeoSeries) -> CheckedShapes:
    """Valid multipolygons in EPSG:4490, one per shape, and the defects met.

    Raises
    ------
    CoordinateError
        When the shapes carry no reference system, or one that their coordinates contradict.
    """
    checked = check_polygons(gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True)))
    return CheckedShapes(stored(checked.frame), checked.defects)


def stored(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in EPSG:4490, with coordinates that are degrees.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system, or one that its coordinates contradict.
    """
    moved = to_storage(frame)
    bounds = moved.geometry.total_bounds
    known = moved.geometry.notna() & ~moved.geometry.is_empty
    if known.any() and not (np.abs(bounds) <= _FARTHEST).all():
        raise CoordinateError(
            "The coordinates are not what the reference system {crs} says: they reach {east},"
            " {north}, which is no place on earth.",
            "Check the reference system of the file; longitude comes before latitude.",
            crs=str(frame.crs),
            east=bounds[2],
            north=bounds[3],
        )
    return moved
