"""What is wrong with a polygon in itself, and what of a broken one is land."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.blocks import in_blocks

Shapes = npt.NDArray[np.object_]
Texts = npt.NDArray[np.object_]

MISSING: Final = "geometry is missing"
EMPTY: Final = "geometry is empty"
NO_POLYGON: Final = "not a polygon"
INFINITE: Final = "Invalid Coordinate"

_BLOCK: Final = 10_000
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def faults_of(shapes: Shapes) -> Texts:
    """Why each shape is not a valid polygon or multipolygon; empty where it is.

    The reason is the first fault met and where it lies, in the shape's own coordinates.
    """
    blocks = list(in_blocks(partial(_faults, shapes), len(shapes), _BLOCK))
    return np.concatenate(blocks) if blocks else np.empty(0, dtype=np.object_)


def _faults(shapes: Shapes, rows: slice) -> Texts:
    block = shapes[rows]
    faults = np.full(len(block), "", dtype=np.object_)
    broken = np.flatnonzero(~shapely.is_valid(block))
    faults[broken] = shapely.is_valid_reason(block[broken])
    others = np.flatnonzero(~np.isin(shapely.get_type_id(block), _AREAS))
    faults[others] = [f"{NO_POLYGON}: {getattr(shape, 'geom_type', '')}" for shape in block[others]]
    faults[shapely.is_empty(block)] = EMPTY
    faults[shapely.is_missing(block)] = MISSING
    return faults


def polygonal(shapes: Shapes) -> Shapes:
    """Of each shape the parts that have an area, as one multipolygon; None where there are none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, place = shapely.get_parts(parts, return_index=True)
    is_land = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(
        parts
    )
    land = np.full(len(shapes), None)
    owners = owner[place[is_land]]
    shapely.multipolygons(parts[is_land], indices=owners, out=land)
    return land
