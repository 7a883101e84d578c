"""Which shapes share land, and how much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.blocks import in_blocks

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GROUP: Final = 64
_GROUPS_PER_SAMPLE: Final = 20
_BOUND_APART: Final = 0.8  # of the boundaries: shapes with fewer left when joined have neighbours
_WORTH_LOOKING: Final = 0.25
_PARTS: Final = 32  # groups that cannot be joined at once are joined in so many parts
_BLOCK: Final = 1_024
_PAIRS_AT_ONCE: Final = 50_000  # times the rows of a block: shapes may all lie on each other
_SAMPLE: Final = 100
_NOTHING: Final = np.array([None], dtype=np.object_)
_INTERIORS_MEET: Final = "T********"


@dataclass(frozen=True, slots=True, eq=False)
class SharedLand:
    """Pairs of shapes that share land.

    Attributes
    ----------
    pairs
        Rows of both, the lower one first; the pairs in order.
    shapes, areas
        The land they share, and its area in the square unit of their system.
    is_complete
        False where the search ended before all shapes were compared.
    """

    pairs: Rows
    shapes: Shapes
    areas: Numbers
    is_complete: bool = True


_NOTHING_SHARED: Final = SharedLand(
    np.empty((0, 2), dtype=np.intp), np.empty(0, dtype=np.object_), np.empty(0)
)


def shared_land(shapes: Shapes, smallest: float, enough: float = math.inf) -> SharedLand:
    """The pairs that share more than `smallest`.

    Parameters
    ----------
    shapes
        Valid polygons or multipolygons; a missing one shares nothing.
    smallest
        Area that is drawing noise.
    enough
        Number of such pairs after which the search ends.
    """
    search = _Search(shapes, smallest)
    size = search.block_size()
    found = [_NOTHING_SHARED]
    done = count = 0
    for block in in_blocks(search.shared, len(shapes), size):
        found.append(block)
        done += size
        count += len(block.pairs)
        if count > enough:
            break
    return SharedLand(
        np.concatenate([block.pairs for block in found]),
        np.concatenate([block.shapes for block in found]),
        np.concatenate([block.areas for block in found]),
        is_complete=done >= len(shapes),
    )


class _Search:
    """The search through the shapes, block by block."""

    def __init__(self, shapes: Shapes, smallest: float) -> None:
        self.shapes = shapes
        self.smallest = smallest
        self.bounds = shapely.bounds(shapes)
        self.tree = shapely.STRtree(shapes)
        self.group = _groups(self.bounds)
        self.is_tiling = self._tilings()

    def _tilings(self) -> Flags:
        """Whether the shapes of a group only touch, where looking for such groups pays."""
        rows = np.full((self.group.max(initial=-1) + 1) * _GROUP, -1)
        rows[: len(self.group)] = np.argsort(self.group, kind="stable")
        groups = np.append(self.shapes, [None])[rows].reshape(-1, _GROUP)
        some = groups[::_GROUPS_PER_SAMPLE]
        joined = _joined(some)
        has_neighbours = shapely.length(joined) < _BOUND_APART * _sums(shapely.length(some))
        worth = self._only_touch(some, joined) & has_neighbours
        if worth.sum() < _WORTH_LOOKING * len(some):
            return np.zeros(len(groups), dtype=np.bool_)
        return self._only_touch(groups, _joined(groups))

    def _only_touch(self, groups: Shapes, joined: Shapes) -> Flags:
        """Whether no shapes of a group share land, given what they cover together.

        Edges that bound an even number of shapes cancel in a coverage union, so what it covers is
        the land that belongs to an odd number of them: all their land only if none is shared.
        """
        shared = _sums(shapely.area(groups)) - shapely.area(joined)
        return np.asarray(shapely.is_valid(joined) & (shared <= self.smallest))

    def block_size(self) -> int:
        """Rows whose pairs fit into the memory, judging by some of them."""
        some = self.shapes[:: max(1, len(self.shapes) // _SAMPLE)]
        hits = np.bincount(self.tree.query(some)[0], minlength=1).max()
        return int(np.clip(_PAIRS_AT_ONCE // max(1, hits), 1, _BLOCK))

    def shared(self, rows: slice) -> SharedLand:
        """What the shapes of a block share with later ones.

        Neighbours that only touch are the rule: a prepared predicate tells them apart at a
        fraction of what their intersection costs.
        """
        block = self.shapes[rows]
        pairs = np.add(self.tree.query(block).T, (rows.start, 0))
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        pairs = pairs[self._may_share(*pairs.T)]
        shapely.prepare(block)
        pairs = pairs[shapely.relate_pattern(*self.shapes[pairs.T], _INTERIORS_MEET)]
        shapely.destroy_prepared(block)
        common = shapely.intersection(*self.shapes[pairs.T])
        areas = shapely.area(common)
        real = areas > self.smallest
        return SharedLand(pairs[real], common[real], areas[real])

    def _may_share(self, one: Rows, other: Rows) -> Flags:
        """Not within a tiling, and with enough land in the bounds of both."""
        low, high = self.bounds[:, :2], self.bounds[:, 2:]
        extent = np.minimum(high[one], high[other]) - np.maximum(low[one], low[other])
        is_tiled = (self.group[one] == self.group[other]) & self.is_tiling[self.group[one]]
        return np.asarray((extent.prod(axis=1) > self.smallest) & ~is_tiled)


def _sums(figures: Numbers) -> Numbers:
    """Sum of each group; missing shapes count nothing."""
    return np.asarray(np.nansum(figures, axis=1))


def _joined(groups: Shapes) -> Shapes:
    """What the shapes in each row cover together; None where their edges cross."""
    try:
        return np.asarray(shapely.coverage_union_all(groups, axis=1))
    except shapely.errors.GEOSException:
        size = len(groups) // _PARTS or 1
        parts = (groups[at : at + size] for at in range(0, len(groups), size))
        return np.concatenate([_joined(part) for part in parts]) if len(groups) > 1 else _NOTHING


def _groups(bounds: Numbers) -> Rows:
    """Number of the group of neighbours each shape is put into: strips, cut across."""
    count = len(bounds)
    east, north = bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]
    strips = max(1, round((count / _GROUP) ** 0.5))
    strip = np.empty(count, dtype=np.intp)
    strip[np.argsort(east, kind="stable")] = np.arange(count) * strips // max(1, count)
    group = np.empty(count, dtype=np.intp)
    group[np.lexsort((north, strip))] = np.arange(count) // _GROUP
    return group
