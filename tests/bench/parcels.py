"""As many parcels as a province has: a jittered lattice whose neighbours share their boundaries."""

from __future__ import annotations

import math
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

Numbers = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

GRID: Final = "EPSG:4549"
CELL_M: Final = 100.0
CORNER_M: Final = (600_000.0, 3_390_000.0)

_NODE_JITTER: Final = 0.2  # of a cell; more could turn a cell inside out
_EDGE_JITTER: Final = 0.02
_ALONG: Final = 6  # parts of every edge from west to east
_UPWARD: Final = (2, 15)  # parts of the edges from south to north: parcels have 16 to 40 vertices
_GROWTH: Final = 1.1
_SHRINKAGE: Final = 0.95


def many_parcels(
    count: int, *, overlapping: float = 0.0, apart: bool = False, seed: int = 1
) -> gpd.GeoDataFrame:
    """Parcels that tile the ground without gaps, on the grid of zone 40, each with a ``key``.

    Parameters
    ----------
    count
        Number of parcels.
    overlapping
        Share of the parcels that are drawn a tenth too large, into all their neighbours.
    apart
        Leave lanes between the parcels, so that none touches another.
    seed
        The same seed gives the same parcels.
    """
    chance = np.random.default_rng(seed)
    across = math.ceil(math.sqrt(count))
    nodes = _nodes(across, math.ceil(count / across), chance)
    along = _edges(nodes[:, :-1], nodes[:, 1:], _ALONG, chance)
    rows = []
    for row in range(len(nodes) - 1):
        parts = int(chance.integers(*_UPWARD))
        rows.append(_cells(along[row], along[row + 1], _upward(nodes, row, parts, chance)))
    shapes = np.concatenate(rows)[:count]
    if apart:
        shapes = _scaled(shapes, _SHRINKAGE)
    grown = chance.random(count) < overlapping
    shapes[grown] = _scaled(shapes[grown], _GROWTH)
    keys = [f"{number:08d}" for number in range(count)]
    return gpd.GeoDataFrame({"key": keys}, geometry=shapes, crs=GRID)


def _nodes(across: int, upward: int, chance: np.random.Generator) -> Numbers:
    """Corners of the cells, row by row from the south."""
    north, east = np.mgrid[: upward + 1, : across + 1].astype(np.float64)
    ideal = np.stack([east, north], axis=-1)
    jitter = chance.uniform(-_NODE_JITTER, _NODE_JITTER, ideal.shape)
    return np.asarray(((ideal + jitter) * CELL_M + CORNER_M).round(3))


def _upward(nodes: Numbers, row: int, parts: int, chance: np.random.Generator) -> Numbers:
    return _edges(nodes[row], nodes[row + 1], parts, chance)


def _edges(begin: Numbers, end: Numbers, parts: int, chance: np.random.Generator) -> Numbers:
    """Points of bent edges, both ends included, to the millimetre."""
    at = np.linspace(0, 1, parts + 1)[:, None]
    points = begin[..., None, :] * (1 - at) + end[..., None, :] * at
    bends = chance.uniform(-_EDGE_JITTER, _EDGE_JITTER, points[..., 1:-1, :].shape)
    points[..., 1:-1, :] += bends * CELL_M
    return np.asarray(points.round(3))


def _cells(south: Numbers, north: Numbers, upward: Numbers) -> Shapes:
    """The cells of one row, from the edges below, above and between them."""
    west, east = upward[:-1], upward[1:]
    rings = (south[:, :-1], east[:, :-1], north[:, :0:-1], west[:, :0:-1])
    return np.asarray(shapely.polygons(np.concatenate(rings, axis=1)))


def _scaled(shapes: Shapes, factor: float) -> Shapes:
    """The shapes, larger or smaller around their middles."""
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    middles = np.repeat(middles, shapely.get_num_coordinates(shapes), axis=0)
    points = middles + (shapely.get_coordinates(shapes) - middles) * factor
    return np.asarray(shapely.set_coordinates(shapes, points))
