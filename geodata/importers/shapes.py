"""Shapes of a file brought into the storage system, repaired where they can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import CoordinateError
from geodata.geometry.faults import Texts
from geodata.geometry.repair import Repair
from geodata.geometry.validity import check_polygons, without_heights
from geodata.importers.detective import NOTHING, NOWHERE, Declaration, Ground, Settled, settle
from geodata.settings import USUAL, Tolerances

_FARTHEST: Final = np.array([180.0, 90.0, 180.0, 90.0])  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True, eq=False)
class StoredShapes:
    """Valid polygons and multipolygons in EPSG:4490 or missing.

    Attributes
    ----------
    settled
        The shapes, and how their place was found.
    given
        The shapes as the file has them, without heights; those with a coordinate that is no number
        are missing.
    faults
        Why each was no valid polygon; empty where it was.
    repairs
        What was made valid or could not be.
    """

    settled: Settled
    given: npt.NDArray[np.object_]
    faults: Texts
    repairs: tuple[Repair, ...]

    @property
    def geometry(self) -> gpd.GeoSeries:
        """The shapes."""
        return self.settled.frame.geometry


def stored_polygons(
    shapes: gpd.GeoSeries,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    declared: Declaration = NOTHING,
    tolerances: Tolerances = USUAL,
) -> StoredShapes:
    """Valid polygons and multipolygons in EPSG:4490, one per shape, and the faults met.

    Other parameters and errors as in `stored`.

    Parameters
    ----------
    tolerances
        By how much of its area a repair may change a shape.
    """
    given = without_heights(np.asarray(shapes.to_numpy(), dtype=np.object_))
    checked = check_polygons(given, tolerances)
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(checked.shapes, crs=shapes.crs))
    settled = stored(frame, crs=crs, ground=ground, declared=declared)
    return StoredShapes(settled, given, checked.faults, checked.repairs)


def stored(
    frame: gpd.GeoDataFrame,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    declared: Declaration = NOTHING,
) -> Settled:
    """The frame in EPSG:4490, with coordinates that are degrees.

    Parameters
    ----------
    crs
        What a person says the reference system is; by default the file's own, or what the
        detective is certain of.
    ground
        What is known of the place, for the detective.
    declared
        What the file says of its coordinates in words.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system and more or less than one fits, one that its
        coordinates contradict, or one without a public shift to CGCS2000.
    UsageError
        When `crs` is not understood.
    """
    settled = settle(frame, crs=crs, ground=ground, declared=declared)
    shapes = settled.frame.geometry
    bounds = shapes.total_bounds
    is_known = ~shapely.is_missing(shapes.to_numpy()) & ~shapes.is_empty.to_numpy()
    if is_known.any() and not (np.abs(bounds) <= _FARTHEST).all():
        raise CoordinateError(
            "The coordinates are not what the reference system {crs} says: they reach {east},"
            " {north}, which is no place on earth.",
            "Check the reference system of the file; longitude comes before latitude.",
            crs=crs or str(frame.crs),
            east=bounds[2],
            north=bounds[3],
        )
    return settled
