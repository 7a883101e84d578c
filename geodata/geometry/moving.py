"""Many shapes moved to other coordinates, on every core."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.blocks import in_blocks
from geodata.geometry.vertices import have_one_ring

Shapes = npt.NDArray[np.object_]
Points = npt.NDArray[np.float64]

_BLOCK: Final = 5_000  # shapes, so that their coordinates need little memory


def moved(shapes: Shapes, move: Callable[[Points], Points]) -> Shapes:
    """The shapes with each of their points elsewhere; heights are left out, a missing one stays so.

    Parameters
    ----------
    shapes
        The shapes.
    move
        Is given points by row and returns where they go; it runs in several threads at once.
    """
    blocks = in_blocks(partial(_moved, shapes, move), len(shapes), _BLOCK)
    return np.concatenate([np.empty(0, dtype=np.object_), *blocks])


def _moved(shapes: Shapes, move: Callable[[Points], Points], rows: slice) -> Shapes:
    block = shapes[rows]
    points = move(shapely.get_coordinates(block))
    if have_one_ring(block) and np.isfinite(points).all():
        return _of_one_ring(block, points)
    return np.asarray(shapely.set_coordinates(block.copy(), points))


def _of_one_ring(shapes: Shapes, points: Points) -> Shapes:
    """Polygons of one ring at other points: made at a fraction of what it costs to change them."""
    ends = np.append(0, np.cumsum(shapely.get_num_coordinates(shapes)))
    offsets = (ends, np.arange(len(ends)))
    return np.asarray(shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, offsets))
