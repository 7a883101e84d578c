"""Uncovered land in a park that is too narrow or too small to be meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from geodata.geometry.blocks import in_blocks
from geodata.geometry.faults import Shapes
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Survey
from geodata.model.quality_lists import Measure, ShapeFault

_MITRE: Final = {"join_style": "mitre", "mitre_limit": 10.0}


def gaps(survey: Survey, parks: gpd.GeoSeries) -> Iterator[QualityIssue]:
    """Gaps between the parcels of each park.

    Parameters
    ----------
    survey
        The parcels.
    parks
        Outlines of the parks, with their names as index.

    Raises
    ------
    CoordinateError
        When the outlines carry no reference system.
    """
    outlines = parks.to_crs(survey.crs)
    tree = shapely.STRtree(survey.land)
    search = partial(_in_park, survey, tree, outlines)
    for issues in in_blocks(search, len(outlines), 1):
        yield from issues


def _in_park(
    survey: Survey, tree: shapely.STRtree, outlines: gpd.GeoSeries, block: slice
) -> list[QualityIssue]:
    park = outlines.iloc[block.start]
    inside = np.sort(tree.query(park, predicate="intersects"))
    left = shapely.difference(park, shapely.union_all(survey.land[inside]))
    return [
        survey.issue(
            ShapeFault.GAP,
            np.sort(tree.query(gap, "dwithin", survey.tolerances.gap_m)),
            gap,
            measured=float(gap.area),
            unit=Measure.SQUARE_METRES,
            threshold=survey.tolerances.gap_m2,
            place=str(outlines.index[block.start]),
        )
        for gap in _pieces(survey, shapely.get_parts(left))
    ]


def _pieces(survey: Survey, left: Shapes) -> Iterator[shapely.Geometry]:
    """Small pieces of what is left, and the narrow parts of the others."""
    tolerances = survey.tolerances
    small = shapely.area(left) <= tolerances.gap_most_m2
    wide = shapely.buffer(left[~small], -tolerances.gap_m / 2, **_MITRE)
    wide = shapely.buffer(wide, tolerances.gap_m / 2, **_MITRE)
    narrow = shapely.get_parts(shapely.difference(left[~small], wide))
    for piece in (*left[small], *narrow):
        if piece.geom_type == "Polygon" and piece.area >= tolerances.gap_m2:
            yield piece
