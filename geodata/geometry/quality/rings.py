"""Rings that are no boundaries: open, too short, crossing, misplaced, the wrong way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from geodata.geometry import faults
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Flags, Rows, Survey
from geodata.model.quality_lists import Measure, RingDirection, ShapeFault

_LEAST_POINTS: Final = 3
_PLACE: Final = re.compile(r"\[(\S+) (\S+)\]$")
# How the geometry library begins its reasons; every other one is about rings in conflict.
_REASONS: Final = (
    (faults.MISSING, ShapeFault.SHAPE_MISSING),
    (faults.EMPTY, ShapeFault.SHAPE_MISSING),
    (faults.NO_POLYGON, ShapeFault.NO_POLYGON),
    (faults.INFINITE, ShapeFault.BAD_COORDINATE),
    ("Too few points", ShapeFault.TOO_FEW_POINTS),
    ("Hole lies outside", ShapeFault.HOLE_OUTSIDE),
    ("Self-intersection", ShapeFault.SELF_INTERSECTION),
    ("Ring Self-intersection", ShapeFault.SELF_INTERSECTION),
)


def broken_rings(survey: Survey) -> Iterator[QualityIssue]:
    """The first fault of each shape that is no valid polygon."""
    for row in np.flatnonzero(survey.faults != ""):
        reason, shape = survey.faults[row], survey.given[row]
        fault = _fault(reason, shape)
        points = _distinct_points(shape) if fault is ShapeFault.TOO_FEW_POINTS else None
        yield survey.issue(
            fault,
            [row],
            _place(reason, shape),
            measured=points,
            unit=None if points is None else Measure.POINTS,
            threshold=None if points is None else _LEAST_POINTS,
        )


def _fault(reason: str, shape: shapely.Geometry) -> ShapeFault:
    found = (fault for begin, fault in _REASONS if reason.startswith(begin))
    fault = next(found, ShapeFault.RINGS_IN_CONFLICT)
    if fault is ShapeFault.SELF_INTERSECTION and _distinct_points(shape) < _LEAST_POINTS:
        return ShapeFault.TOO_FEW_POINTS
    if fault is ShapeFault.HOLE_OUTSIDE and _is_inside_out(shape):
        return ShapeFault.RING_ORDER
    return fault


def _distinct_points(shape: shapely.Geometry) -> int:
    """Points of the ring that has fewest."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return min(len(np.unique(shapely.get_coordinates(ring), axis=0)) for ring in rings)


def _is_inside_out(shape: shapely.Geometry) -> bool:
    """Whether a ring that is given as a hole encloses the outer one."""
    for part in shapely.get_parts(shape):
        outer, *holes = shapely.polygons(shapely.get_rings(part))
        if shapely.contains_properly(holes, outer).any():
            return True
    return False


def _place(reason: str, shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Where the reason says the fault is; the shape itself where it does not say."""
    if found := _PLACE.search(reason):
        point = shapely.Point(float(found[1]), float(found[2]))
        if np.isfinite(shapely.get_coordinates(point)).all():
            return point
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    return shape


def open_rings(survey: Survey, row_no: Sequence[int]) -> Iterator[QualityIssue]:
    """The parcels in some rows of the file, whose rings are not closed there."""
    for row in np.flatnonzero(np.isin(survey.row_no, row_no)):
        yield survey.issue(ShapeFault.UNCLOSED_RING, [row], survey.given[row])


def wrong_directions(survey: Survey) -> Iterator[QualityIssue]:
    """Holes that run like their outer ring, and outer rings that do not run as is agreed."""
    wanted = RingDirection.of(survey.tolerances.outer_ring)
    sound = np.flatnonzero(survey.faults == "")
    if wanted is RingDirection.ANY:
        sound = sound[_may_have_holes(survey.given[sound])]
    parts, part_shape = shapely.get_parts(survey.given[sound], return_index=True)
    looked_at = ~shapely.is_empty(parts)
    if wanted is RingDirection.ANY:
        looked_at &= shapely.get_num_interior_rings(parts) > 0
    rings, ring_part = shapely.get_rings(parts[looked_at], return_index=True)
    runs_left = shapely.is_ccw(rings)
    is_outer = np.diff(ring_part, prepend=-1) != 0
    outer_runs_left = runs_left[is_outer][ring_part]
    if wanted is not RingDirection.ANY:
        outer_runs_left[:] = wanted is RingDirection.COUNTERCLOCKWISE
    wrong = runs_left != (outer_runs_left == is_outer)
    yield from _turned(survey, rings[wrong], sound[part_shape[looked_at][ring_part[wrong]]])


def _may_have_holes(shapes: faults.Shapes) -> Flags:
    """False for polygons of one ring, which nearly all are."""
    is_one = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    return np.asarray(~is_one | (shapely.get_num_interior_rings(shapes) > 0))


def _turned(survey: Survey, rings: faults.Shapes, owner: Rows) -> Iterator[QualityIssue]:
    rows, starts = np.unique(owner, return_index=True)
    for row, own in zip(rows, np.split(rings, starts[1:]), strict=bool(len(rows))):
        place = shapely.MultiLineString(list(own))
        yield survey.issue(
            ShapeFault.RING_DIRECTION,
            [row],
            place,
            measured=len(own),
            unit=Measure.RINGS,
            threshold=0,
        )
