"""From coordinates and a hypothesis to places: longitude and latitude in EPSG:4490."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geodata.geometry.crs import STORAGE_EPSG, way_to_storage
from geodata.geometry.moving import moved
from geodata.geometry.shifts import Points, from_bd09, from_gcj02
from geodata.importers.detective.answers import Hypothesis, Step

Shapes = npt.NDArray[np.object_]

_FALSE_EASTING: Final = np.array([500_000.0, 0.0])

_UNSHIFT: Final[Mapping[Step, Callable[[Points], Points]]] = {
    Step.FROM_GCJ02: from_gcj02,
    Step.FROM_BD09: from_bd09,
}


def apply(geometries: Sequence[shapely.Geometry | None] | Shapes, hypothesis: Hypothesis) -> Shapes:
    """Geometries in EPSG:4490 of geometries in what the hypothesis says; heights are left out.

    Missing geometries stay missing. Coordinates the system has no place for become infinite.
    """
    return moved(_array(geometries), lambda points: place(points, hypothesis))


def from_system(geometries: Sequence[shapely.Geometry | None] | Shapes, crs: CRS) -> Shapes:
    """The same of geometries in a system; those in EPSG:4490 already stay exactly as they are."""
    shapes = _array(geometries)
    if crs == CRS.from_epsg(STORAGE_EPSG):
        return shapes
    return moved(shapes, lambda points: projected_back(points, crs))


def _array(geometries: Sequence[shapely.Geometry | None] | Shapes) -> Shapes:
    shapes = np.empty(len(geometries), dtype=np.object_)
    shapes[:] = geometries
    return shapes


def place(points: Points, hypothesis: Hypothesis) -> Points:
    """Longitudes and latitudes of points as they are written."""
    if Step.AXIS_SWAP in hypothesis.steps:
        points = points[:, ::-1]
    if Step.ADD_FALSE_EASTING in hypothesis.steps:
        points = points + _FALSE_EASTING
    placed = projected_back(points, CRS.from_epsg(hypothesis.epsg))
    for step, unshift in _UNSHIFT.items():
        if step in hypothesis.steps:
            placed = unshift(placed)
    return placed


def projected_back(points: Points, crs: CRS) -> Points:
    """Longitudes and latitudes of points in a system; infinite where it has no place for them."""
    return np.column_stack(way_to_storage(crs).transform(*points.T))
