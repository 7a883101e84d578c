"""The order of places along a curve that fills the plane: what is near in it is near on the map."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Cells = npt.NDArray[np.int64]

_BITS: Final = 16


def along_curve(bounds: Numbers) -> Rows:
    """Rows of rectangles in the order in which a Hilbert curve meets their middles.

    Parameters
    ----------
    bounds
        West, south, east, north by row; those that are nan come last.
    """
    known = np.asarray(np.isfinite(bounds).all(axis=1))
    middles = np.where(known[:, None], bounds[:, :2] + bounds[:, 2:], 0.0)
    low, high = _extent(middles[known])
    scale = (2**_BITS - 1) / np.where(high > low, high - low, 1.0)
    cells = np.clip((middles - low) * scale, 0, 2**_BITS - 1).astype(np.int64)
    return np.lexsort((_distance(*cells.T), ~known))


def _extent(points: Numbers) -> tuple[Any, Any]:
    return (points.min(axis=0), points.max(axis=0)) if len(points) else (0.0, 0.0)


def _distance(x: Cells, y: Cells) -> Cells:
    """Distance along the curve, quadrant by quadrant from the largest."""
    distance = np.zeros(len(x), dtype=np.int64)
    for bit in reversed(range(_BITS)):
        size = 1 << bit
        is_east, is_north = (x & size) > 0, (y & size) > 0
        distance += size * size * ((3 * is_east) ^ is_north)
        turned = ~is_north & is_east
        x, y = np.where(turned, ~x, x), np.where(turned, ~y, y)
        x, y = np.where(is_north, x, y), np.where(is_north, y, x)
    return distance
