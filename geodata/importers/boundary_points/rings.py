"""Points gathered into rings, and rings into a polygon by what lies within what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from geodata.importers.boundary_points.blocks import RawBlock
from geodata.importers.boundary_points.variants import Met, Variant
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

Points = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Shape: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"

_LEAST_POINTS: Final = 3
_MOST_RINGS: Final = 1_000
_PLACE: Final = re.compile(r"\[(\S+) (\S+)")


class RefusedBlockError(Exception):
    """A block of which no polygon can be made; the issue says why."""

    def __init__(self, template: str, values: Mapping[str, object], line: int) -> None:
        self.issue = Issue(IssueSeverity.REJECTED, template, values, line=line)
        super().__init__(template)


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring without its closing point: places of its first and last point in the block."""

    start: int
    stop: int
    is_closed: bool


def rings_of(block: RawBlock, points: Points, met: Met) -> list[Ring]:
    """The rings of a block in file order, each ended by its closing point or its ring number.

    Raises
    ------
    RefusedBlockError
        When there are more than a parcel can have.
    """
    rings: list[Ring] = []
    for start, stop in _groups(block, points, met):
        rest = start
        while rest < stop:
            end = _closing_place(points, rest, stop)
            rings.append(Ring(rest, stop if end is None else end, end is not None))
            if len(rings) > _MOST_RINGS:
                raise RefusedBlockError(
                    template="The block has more than {count} rings.",
                    values={"count": _MOST_RINGS},
                    line=block.line,
                )
            if end is None:
                met.setdefault(Variant.CLOSING_POINT_MISSING, block.lines[stop - 1])
                break
            rest = end + 1
            while rest < stop and _same(points, rest, rings[-1].start):
                rest += 1
    return rings


def _groups(block: RawBlock, points: Points, met: Met) -> list[tuple[int, int]]:
    """Runs of one ring number; a closing point under the next number is given back to its ring."""
    numbers = block.rings
    borders = [0, *(i for i in range(1, len(numbers)) if numbers[i] != numbers[i - 1])]
    groups = list(zip(borders, [*borders[1:], len(numbers)], strict=True))
    for k in range(len(groups) - 1):
        start, stop = groups[k]
        if stop - start < _LEAST_POINTS or not _same(points, start, stop):
            continue
        if _closing_place(points, start, stop) is None and _closes(points, groups, k + 1):
            groups[k], groups[k + 1] = (start, stop + 1), (stop + 1, groups[k + 1][1])
            met.setdefault(Variant.NEXT_RING_NUMBER, block.lines[stop])
    return [(start, stop) for start, stop in groups if start < stop]


def _closes(points: Points, groups: Sequence[tuple[int, int]], k: int) -> bool:
    """Whether a group is whole without its first point: empty, or closed here or in the next."""
    start, stop = groups[k][0] + 1, groups[k][1]
    if start == stop or _same(points, start, stop - 1):
        return True
    return k + 1 < len(groups) and _same(points, start, groups[k + 1][0])


def _closing_place(points: Points, start: int, stop: int) -> int | None:
    """Place of the first point after at least two others that repeats the one at the start."""
    first = start + _LEAST_POINTS
    places = np.flatnonzero((points[first:stop] == points[start]).all(axis=1))
    return first + int(places[0]) if len(places) else None


def _same(points: Points, one: int, other: int) -> bool:
    return bool((points[one] == points[other]).all())


def polygon_of(block: RawBlock, points: Points, rings: Sequence[Ring], met: Met) -> Shape:
    """The rings as one shape: what lies within a ring is a hole of it, what lies in that is land.

    Raises
    ------
    RefusedBlockError
        When a ring has less than three distinct points or crosses itself or another ring.
    """
    faces = np.array([_face(block, points, ring) for ring in rings], dtype=np.object_)
    containers = _containers(block, faces, rings)
    depths = [len(outside) for outside in containers]
    holes: dict[int, list[int]] = {i: [] for i, depth in enumerate(depths) if depth % 2 == 0}
    for i, outside in enumerate(containers):
        if depths[i] % 2:
            holes[max(outside, key=lambda j: depths[j])].append(i)
    parts = [
        shapely.Polygon(faces[i].exterior, [faces[j].exterior for j in inside])
        for i, inside in holes.items()
    ]
    numbers = {block.rings[ring.start] for ring in rings}
    if depths != [0] + [1] * (len(rings) - 1) or len(numbers) < len(rings):
        met.setdefault(Variant.RING_NUMBERS, block.lines[rings[-1].start])
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    _require_valid(block, points, shape)
    return shape


def _face(block: RawBlock, points: Points, ring: Ring) -> shapely.Polygon:
    own = points[ring.start : ring.stop]
    distinct = _distinct_count(own)
    if distinct < _LEAST_POINTS:
        raise RefusedBlockError(
            template="Ring {ring} has {count} distinct points; an area needs three.",
            values={"ring": block.rings[ring.start], "count": distinct},
            line=block.lines[ring.start],
        )
    face = shapely.Polygon(own)
    _require_valid(block, points, face)
    return face


def _distinct_count(points: Points) -> int:
    """Number of distinct points, counted up to three."""
    count = 0
    while len(points) and count < _LEAST_POINTS:
        points = points[(points != points[0]).any(axis=1)]
        count += 1
    return count


def _containers(block: RawBlock, faces: Shapes, rings: Sequence[Ring]) -> list[list[int]]:
    """For each ring, those it lies within."""
    found: list[list[int]] = [[] for _ in rings]
    if len(rings) == 1:
        return found
    tree = shapely.STRtree(faces)
    crossing = tree.query(faces, predicate="overlaps").T
    if len(crossing):
        one, other = sorted(crossing[0])
        raise RefusedBlockError(
            template="Ring {ring} crosses ring {other}: a hole must lie within its outline.",
            values={
                "ring": block.rings[rings[other].start],
                "other": block.rings[rings[one].start],
            },
            line=block.lines[rings[other].start],
        )
    for outer, inner in tree.query(faces, predicate="covers").T:
        if outer in found[inner] or inner in found[outer]:
            start = max(rings[inner].start, rings[outer].start)
            raise RefusedBlockError(
                template="Ring {ring} stands in the block twice.",
                values={"ring": block.rings[start]},
                line=block.lines[start],
            )
        if outer != inner:
            found[inner].append(int(outer))
    return found


def _require_valid(block: RawBlock, points: Points, shape: Shape) -> None:
    if shapely.is_valid(shape):
        return
    reason = shapely.is_valid_reason(shape)
    place = _PLACE.search(reason)
    if place is None:
        raise RefusedBlockError(
            template="The rings make no polygon: {reason}.",
            values={"reason": reason},
            line=block.line,
        )
    fault = np.array([float(place[1]), float(place[2].rstrip("]"))])
    nearest = int(np.argmin(np.hypot(*(points - fault).T)))
    raise RefusedBlockError(
        template="The outline crosses or touches itself near X {northing}, Y {easting}.",
        values={"northing": round(fault[1], 3), "easting": round(fault[0], 3)},
        line=block.lines[nearest],
    )
