"""The boundary points of polygons: which repeat the one before, and which are tips of spikes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Vertices:
    """Boundary points ring by ring, without the point that closes a ring.

    Attributes
    ----------
    points
        Coordinates, one row per point.
    ring, shape
        Number of the ring, and row of the shape it belongs to.
    """

    points: Numbers
    ring: Rows
    shape: Rows

    @cached_property
    def _edges(self) -> Numbers:
        """The edge that leads to each point, around its ring."""
        first, last = self._ends
        before = np.roll(self.points, 1, axis=0)
        before[first] = self.points[last]
        return self.points - before

    @cached_property
    def _ends(self) -> tuple[Rows, Rows]:
        """Rows of the first and of the last point of each ring."""
        is_first = np.diff(self.ring, prepend=-1) != 0
        return np.flatnonzero(is_first), np.flatnonzero(np.roll(is_first, -1))

    def only(self, where: Flags) -> Vertices:
        """Some of the points."""
        if where.all():
            return self
        return Vertices(self.points[where], self.ring[where], self.shape[where])

    def without(self, rows: Rows) -> Vertices:
        """All but some of the points."""
        return self.only(~np.isin(np.arange(len(self.points)), rows))

    def repeats(self, distance: float) -> Flags:
        """True for a point no farther than `distance` from the one before."""
        squares = np.einsum("ij,ij->i", self._edges, self._edges)
        return np.asarray(squares <= distance**2)

    def tips(self, sharper_than_degrees: float, narrower_than: float) -> tuple[Rows, Numbers]:
        """Tips of spikes, and the angle between the two edges of each in degrees.

        A tip is a corner, sharper than a right angle, whose edges stay close to each other.
        """
        (back_x, back_y), (ahead_x, ahead_y) = (arm.T for arm in self._arms())
        across = np.abs(back_x * ahead_y - back_y * ahead_x)
        along = back_x * ahead_x + back_y * ahead_y
        # Nearly no corner is that sharp: the others are not worth an angle.
        sharp = np.flatnonzero(across <= np.tan(np.radians(sharper_than_degrees)) * along)
        angles = np.arctan2(across[sharp], along[sharp])
        arms = (np.hypot(x[sharp], y[sharp]) for x, y in ((back_x, back_y), (ahead_x, ahead_y)))
        narrow = 2 * np.minimum(*arms) * np.sin(angles / 2) <= narrower_than
        return sharp[narrow], np.degrees(angles[narrow])

    def _arms(self) -> tuple[Numbers, Numbers]:
        """From each point to the one before, and to the one after."""
        first, last = self._ends
        ahead = np.roll(self._edges, -1, axis=0)
        ahead[last] = self._edges[first]
        return -self._edges, ahead


def vertices_of(shapes: Shapes) -> Vertices:
    """The boundary points of polygons and multipolygons."""
    if have_one_ring(shapes):
        points, ring = shapely.get_coordinates(shapes, return_index=True)
        owner = np.arange(len(shapes))
    else:
        parts, shape = shapely.get_parts(shapes, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        owner = shape[part]
    closing = np.diff(ring, append=-1) != 0
    ring = ring[~closing]
    return Vertices(points[~closing], ring, owner[ring])


def have_one_ring(shapes: Shapes) -> bool:
    """Whether all are polygons without holes, as nearly all are: much is quicker for those."""
    is_polygon = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    is_whole = (shapely.get_num_interior_rings(shapes) == 0) & ~shapely.is_empty(shapes)
    return bool((is_polygon & is_whole).all())
