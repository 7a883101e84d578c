"""Shapes of a file brought into the storage system, repaired where they can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np

from geodata.errors import CoordinateError
from geodata.geometry.validity import Defect, check_polygons
from geodata.importers.detective import NOWHERE, Ground, Settled, settle
from geodata.importers.issues import Issue
from geodata.settings import Tolerances

_FARTHEST: Final = np.array([180.0, 90.0, 180.0, 90.0])  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class StoredShapes:
    """Multipolygons in EPSG:4490 or missing, the faults met, and how their place was found."""

    frame: gpd.GeoDataFrame
    defects: tuple[Defect, ...]
    notes: tuple[Issue, ...]


def stored_polygons(
    shapes: gpd.GeoSeries,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    tolerances: Tolerances | None = None,
) -> StoredShapes:
    """Valid multipolygons in EPSG:4490, one per shape, and the defects met.

    Other parameters and errors as in `stored`.

    Parameters
    ----------
    tolerances
        By how much of its area a repair may change a shape.
    """
    frame = gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True))
    checked = check_polygons(frame, tolerances)
    settled = stored(checked.frame, crs=crs, ground=ground)
    return StoredShapes(settled.frame, checked.defects, settled.notes)


def stored(frame: gpd.GeoDataFrame, *, crs: str | None = None, ground: Ground = NOWHERE) -> Settled:
    """The frame in EPSG:4490, with coordinates that are degrees.

    Parameters
    ----------
    crs
        What a person says the reference system is; by default the file's own, or what the
        detective is certain of.
    ground
        What is known of the place, for the detective.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system and more or less than one fits, one that its
        coordinates contradict, or one without a public shift to CGCS2000.
    UsageError
        When `crs` is not understood.
    """
    settled = settle(frame, crs=crs, ground=ground)
    shapes = settled.frame.geometry
    bounds = shapes.total_bounds
    known = shapes.notna() & ~shapes.is_empty
    if known.any() and not (np.abs(bounds) <= _FARTHEST).all():
        raise CoordinateError(
            "The coordinates are not what the reference system {crs} says: they reach {east},"
            " {north}, which is no place on earth.",
            "Check the reference system of the file; longitude comes before latitude.",
            crs=crs or str(frame.crs),
            east=bounds[2],
            north=bounds[3],
        )
    return settled
