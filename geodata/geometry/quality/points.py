"""Boundary points that are too many: repeated ones, and the tips of spikes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
import shapely

from geodata.geometry.blocks import in_blocks
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Rows, Survey
from geodata.geometry.vertices import Numbers, Vertices, vertices_of
from geodata.model.quality_lists import Measure, ShapeFault

_BLOCK: Final = 10_000
_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def needless_points(survey: Survey) -> Iterator[QualityIssue]:
    """Repeated points, parcel by parcel, and spikes, one by one; only where there is land."""
    rows = np.flatnonzero(~shapely.is_missing(survey.land))
    rows = rows[np.isin(shapely.get_type_id(survey.given[rows]), _AREAS)]
    for issues in in_blocks(partial(_in_block, survey, rows), len(rows), _BLOCK):
        yield from issues


def _in_block(survey: Survey, rows: Rows, block: slice) -> list[QualityIssue]:
    vertices = vertices_of(survey.given[rows[block]])
    repeated = vertices.repeats(survey.tolerances.point_m)
    return [
        *_duplicates(survey, rows[block], vertices.only(repeated)),
        *_spikes(survey, rows[block], vertices.only(~repeated)),
    ]


def _duplicates(survey: Survey, rows: Rows, repeated: Vertices) -> Iterator[QualityIssue]:
    shapes, starts = np.unique(repeated.shape, return_index=True)
    for shape, points in zip(shapes, _split(repeated.points, starts), strict=True):
        yield survey.issue(
            ShapeFault.DUPLICATE_POINT,
            [rows[shape]],
            shapely.MultiPoint(points),
            measured=len(points),
            unit=Measure.POINTS,
            threshold=0,
        )


def _split(points: Numbers, starts: Rows) -> list[Numbers]:
    return np.split(points, starts[1:]) if len(starts) else []


def _spikes(survey: Survey, rows: Rows, vertices: Vertices) -> Iterator[QualityIssue]:
    limit = survey.tolerances.spike_degrees
    tips, angles = vertices.tips(limit, survey.tolerances.spike_m)
    for tip, angle in zip(tips, angles, strict=True):
        yield survey.issue(
            ShapeFault.SPIKE,
            [rows[vertices.shape[tip]]],
            shapely.Point(vertices.points[tip]),
            measured=float(angle),
            unit=Measure.DEGREES,
            threshold=limit,
        )
