"""Which shapes share land, and how much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.blocks import in_blocks
from geodata.geometry.curve import along_curve

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GROUPS: Final = (1_024, 128, 16)
"""Shapes that are joined at a time; those of a group that share land are tried in smaller ones."""
_GROUPS_AT_ONCE: Final = 8
_PARTS: Final = 4  # groups that cannot be joined at once are joined in so many parts
_SOME: Final = 2**62  # a quarter of all names: the same points are looked at in every shape
_NEIGHBOURLY: Final = 0.5  # of the points of a shape belong to others too
_WORTH_LOOKING: Final = 0.25  # of the shapes have neighbours
_BLOCK: Final = 1_024
_PAIRS_AT_ONCE: Final = 50_000  # times the rows of a block: shapes may all lie on each other
_SAMPLE: Final = 100
_MIXED: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)
"""Odd numbers with ones and zeros in no order, by which two coordinates become one name."""
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


def near_pairs(shapes: Shapes, smallest: float) -> Rows:
    """All pairs that may share more than `smallest`, the lower row first, in order.

    Parameters
    ----------
    shapes, smallest
        As in `shared_land`, which looks closer.
    """
    search = _Search(shapes, smallest)
    blocks = in_blocks(search.near, len(shapes), search.block_size())
    return np.concatenate([_NOTHING_SHARED.pairs, *blocks])


class _Search:
    """The search through the shapes, block by block."""

    def __init__(self, shapes: Shapes, smallest: float) -> None:
        self.shapes = shapes
        self.shapes_or_none = np.append(shapes, _NOTHING)  # the last for -1
        self.smallest = smallest
        self.bounds = shapely.bounds(shapes)
        self.tree = shapely.STRtree(shapes)
        self.tiling = self._tilings()

    def _tilings(self) -> Rows:
        """Number of the tiling each shape is part of, in which shapes only touch; -1 of none."""
        tiling = np.full(len(self.shapes), -1)
        order = along_curve(self.bounds)
        order = order[_have_neighbours(self.shapes)[order]]
        if len(order) < _WORTH_LOOKING * len(self.shapes):
            return tiling
        for size in _GROUPS:
            members = np.append(order, np.full(-len(order) % size, -1)).reshape(-1, size)
            members = members[tiling[members[:, 0]] < 0]
            touch = in_blocks(partial(self._only_touch, members), len(members), _GROUPS_AT_ONCE)
            sound = members[np.concatenate([*touch, np.empty(0, dtype=np.bool_)])]
            numbers = np.arange(len(sound)) + tiling.max(initial=-1) + 1
            real = sound >= 0
            tiling[sound[real]] = np.repeat(numbers, size)[real.ravel()]
        return tiling

    def _only_touch(self, members: Rows, block: slice) -> Flags:
        """Whether no shapes of a group share land.

        Edges that bound an even number of shapes cancel in a coverage union, so what it covers is
        the land that belongs to an odd number of them: all their land only if none is shared.
        """
        groups = self.shapes_or_none[members[block]]
        joined = _joined(groups)
        shared = np.nansum(shapely.area(groups), axis=1) - shapely.area(joined)
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
        block, pairs = self.shapes[rows], self.near(rows)
        shapely.prepare(block)
        pairs = pairs[shapely.relate_pattern(*self.shapes[pairs.T], _INTERIORS_MEET)]
        shapely.destroy_prepared(block)
        common = shapely.intersection(*self.shapes[pairs.T])
        areas = shapely.area(common)
        real = areas > self.smallest
        return SharedLand(pairs[real], common[real], areas[real])

    def near(self, rows: slice) -> Rows:
        """Pairs of a block with later shapes that may share land."""
        pairs = np.add(self.tree.query(self.shapes[rows]).T, (rows.start, 0))
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        return np.asarray(pairs[self._may_share(*pairs.T)])

    def _may_share(self, one: Rows, other: Rows) -> Flags:
        """Not within a tiling, and with enough land in the bounds of both."""
        low, high = self.bounds[:, :2], self.bounds[:, 2:]
        extent = np.minimum(high[one], high[other]) - np.maximum(low[one], low[other])
        is_tiled = (self.tiling[one] == self.tiling[other]) & (self.tiling[one] >= 0)
        return np.asarray((extent.prod(axis=1) > self.smallest) & ~is_tiled)


def _joined(groups: Shapes) -> Shapes:
    """What the shapes in each row cover together; None where their edges cross."""
    try:
        return np.asarray(shapely.coverage_union_all(groups, axis=1))
    except shapely.errors.GEOSException:
        size = len(groups) // _PARTS or 1
        parts = (groups[at : at + size] for at in range(0, len(groups), size))
        return np.concatenate([_joined(part) for part in parts]) if len(groups) > 1 else _NOTHING


def _some_points(shapes: Shapes, rows: slice) -> tuple[npt.NDArray[np.uint64], Rows]:
    """Names of some points of a block, and the row each belongs to."""
    points, owner = shapely.get_coordinates(shapes[rows], return_index=True)
    names = points.view(np.uint64) @ _MIXED
    seen = names < _SOME
    return names[seen], owner[seen] + rows.start


def _have_neighbours(shapes: Shapes) -> Flags:
    """Shapes that share most of their points with others; judged by some of the points."""
    blocks = [
        (np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.intp)),
        *in_blocks(partial(_some_points, shapes), len(shapes), _BLOCK),
    ]
    names, owner = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    order = np.argsort(names)
    is_same = names[order[1:]] == names[order[:-1]]
    is_shared = np.zeros(len(names), dtype=np.bool_)
    is_shared[order[1:][is_same]] = is_shared[order[:-1][is_same]] = True
    all_points, shared = (
        np.bincount(owners, minlength=len(shapes)) for owners in (owner, owner[is_shared])
    )
    return np.asarray((shared > 0) & (shared >= _NEIGHBOURLY * all_points))
