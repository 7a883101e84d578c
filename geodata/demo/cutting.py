"""Cutting land: superblocks into blocks with roads between, blocks into parcels that share edges.

Everything is in metres on the grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import split

from geodata.demo.chance import Chance

LOCAL_ROAD_M: Final = 20.0
GRID_M: Final = 0.001

_CORNER_CUT_M: Final = 14.0
_SMALLEST_PARCEL_M2: Final = 5_000.0
_LEAST_COMPACT: Final = 0.5
_LARGEST_PARCEL_M2: Final = 110_000.0
_STEPPED_FROM_M2: Final = 45_000.0
_TRIES: Final = 5

Vector = npt.NDArray[np.float64]


def _axes(piece: shapely.Polygon) -> tuple[Vector, Vector, Vector]:
    """A corner of the smallest rectangle around the piece, its long and its short side as vectors.

    One side of it lies on the convex hull. GEOS has changed its own choice of rectangle between
    releases; this one stays.
    """
    hull = np.array(piece.convex_hull.normalize().exterior.coords)
    edges = np.diff(hull, axis=0)
    along = edges / np.hypot(edges[:, 0], edges[:, 1])[:, np.newaxis]
    across = np.column_stack((-along[:, 1], along[:, 0]))
    reach, depth = hull @ along.T, hull @ across.T
    areas = np.ptp(reach, axis=0) * np.ptp(depth, axis=0)
    best = int(np.argmax(areas <= areas.min() * (1 + 1e-9)))  # the first of equally small ones
    corner = reach[:, best].min() * along[best] + depth[:, best].min() * across[best]
    sides = np.ptp(reach[:, best]) * along[best], np.ptp(depth[:, best]) * across[best]
    long_side, short_side = sorted(sides, key=lambda side: -math.hypot(*side))
    return corner, long_side, short_side


def _cut_line(
    piece: shapely.Polygon, chance: Chance, at: float, *, stepped: bool = False
) -> shapely.LineString:
    """A line across the piece at a share of its long side, slightly askew, perhaps with a step."""
    corner, along, across = _axes(piece)
    lean = chance.between(-0.05, 0.05)
    near, far = corner + (at - lean) * along, corner + (at + lean) * along + across
    if not stepped:
        return shapely.LineString([near - 0.3 * across, far + 0.3 * across])
    step = chance.pick((-1, 1)) * chance.between(0.18, 0.28) * along
    middle = near + chance.between(0.4, 0.6) * (far - near)
    points = [near - 0.3 * across, middle, middle + step, far + step + 0.3 * across]
    return shapely.LineString(points)


def polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of a shape from west to east: GEOS promises no order of its own."""
    found = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return sorted(found, key=lambda part: part.bounds)


def _compactness(piece: shapely.Polygon) -> float:
    """1 for a circle, 0.79 for a square, less for anything thin or ragged."""
    return 4 * math.pi * float(piece.area) / float(piece.length) ** 2


def cut_corners(block: shapely.Polygon) -> list[shapely.Polygon]:
    """The block with its street corners cut off; slivers fall away."""
    inner = block.buffer(-_CORNER_CUT_M, join_style="mitre")
    return polygons(inner.buffer(_CORNER_CUT_M, join_style="bevel"))


def into_blocks(
    superblock: shapely.Polygon, block_m2: float, chance: Chance
) -> tuple[list[shapely.Polygon], list[shapely.LineString]]:
    """Divide by local roads until no piece is much larger than wanted.

    Returns
    -------
    blocks, roads
        Blocks with cut corners, and the centre lines of the roads laid between them.
    """
    waiting, blocks, roads = [superblock], [], []
    while waiting:
        piece = waiting.pop()
        if piece.area < chance.between(1.1, 1.7) * block_m2:
            blocks.extend(cut_corners(piece))
            continue
        line = _cut_line(piece, chance, chance.between(0.4, 0.6))
        roads.append(shapely.intersection(line, piece.buffer(LOCAL_ROAD_M / 2)))
        lane = line.buffer(LOCAL_ROAD_M / 2, cap_style="flat", join_style="mitre")
        waiting.extend(polygons(piece.difference(lane)))
    return blocks, roads


def into_parcels(block: shapely.Polygon, median_m2: float, chance: Chance) -> list[shapely.Polygon]:
    """Divide a block into parcels whose sizes are drawn around a median, log-normally."""
    waiting, parcels = [block], []
    while waiting:
        piece = waiting.pop()
        wanted = chance.size(median_m2, 0.55)
        large = piece.area > min(1.45 * wanted, _LARGEST_PARCEL_M2)
        parts = _divided(piece, chance) if large else []
        if parts:
            waiting.extend(parts)
        else:
            parcels.append(piece)
    return parcels


def _divided(piece: shapely.Polygon, chance: Chance) -> list[shapely.Polygon]:
    """The piece in two or more fair parts; nothing when no cut tried gives fair ones."""
    for attempt in range(_TRIES):
        stepped = attempt == 0 and piece.area > _STEPPED_FROM_M2 and chance.happens(0.22)
        at = chance.between(0.36, 0.64)
        parts = polygons(split(piece, _cut_line(piece, chance, at, stepped=stepped)))
        fair = all(
            part.area >= _SMALLEST_PARCEL_M2 and _compactness(part) >= _LEAST_COMPACT
            for part in parts
        )
        if fair and len(parts) > 1:
            return parts
    return []


def part_of(parcel: shapely.Polygon, share: float, chance: Chance) -> shapely.Polygon:
    """A part of the parcel with about this share of its area."""
    parts = polygons(split(parcel, _cut_line(parcel, chance, share)))
    return min(parts, key=lambda part: abs(part.area - share * parcel.area))


def as_coverage(parcels: Sequence[shapely.Polygon]) -> list[shapely.Polygon]:
    """The parcels with their corners on the millimetre grid and every shared edge shared exactly.

    A corner that lies on a neighbour's edge becomes a corner of the neighbour too; without that,
    rounding would open and overlap hairlines between the two.
    """
    lines = shapely.union_all(shapely.boundary(list(parcels)), grid_size=GRID_M)
    faces = polygons(shapely.polygonize(_lines(lines)))
    inside = shapely.STRtree(faces).query(shapely.point_on_surface(list(parcels)), "within")
    face_of = dict(zip(*inside.tolist(), strict=True))
    return [faces[face_of[i]] for i in range(len(parcels))]


def _lines(shape: shapely.Geometry) -> Iterable[shapely.LineString]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
