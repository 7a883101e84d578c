"""Which outlines of two layers are about the same land."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]


def same_land(one: Shapes, other: Shapes, least_share: float) -> tuple[Rows, Rows]:
    """Rows of both that have at least this share of their joint land in common.

    Parameters
    ----------
    one, other
        Valid polygons or multipolygons in one reference system; a missing one is like no other.
    least_share
        Above 0, at most 1.
    """
    theirs, ours = shapely.STRtree(one).query(other)
    areas = np.stack([shapely.area(one[ours]), shapely.area(other[theirs])])
    # What two shapes share is no larger than what their bounds do.
    likely = _common_bounds(one[ours], other[theirs]) >= least_share * areas.max(axis=0)
    ours, theirs, areas = ours[likely], theirs[likely], areas[:, likely]
    common = shapely.area(shapely.intersection(one[ours], other[theirs]))
    alike = common >= least_share * (areas.sum(axis=0) - common)
    return ours[alike], theirs[alike]


def _common_bounds(one: Shapes, other: Shapes) -> npt.NDArray[np.float64]:
    first, second = shapely.bounds(one), shapely.bounds(other)
    extent = np.minimum(first[:, 2:], second[:, 2:]) - np.maximum(first[:, :2], second[:, :2])
    return np.asarray(np.maximum(extent, 0).prod(axis=1))
