"""Parcels that lie outside the district, or reach across its boundary."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Survey
from geodata.model.quality_lists import Measure, ShapeFault


def outside(survey: Survey, district: gpd.GeoSeries) -> Iterator[QualityIssue]:
    """Parcels with land outside the outline of the district.

    Raises
    ------
    CoordinateError
        When the outline carries no reference system.
    """
    limit = survey.tolerances.outside_m2
    outline = shapely.union_all(district.to_crs(survey.crs).to_numpy())
    shapely.prepare(outline)
    rows = np.flatnonzero(~shapely.is_missing(survey.land) & ~shapely.covers(outline, survey.land))
    land = survey.land[rows]
    beyond = shapely.difference(land, outline)
    is_whole = ~shapely.intersects(outline, land)
    areas = shapely.area(beyond)
    for place in np.flatnonzero(areas > limit):
        yield survey.issue(
            ShapeFault.OUTSIDE_DISTRICT if is_whole[place] else ShapeFault.ACROSS_DISTRICT,
            [rows[place]],
            beyond[place],
            measured=float(areas[place]),
            unit=Measure.SQUARE_METRES,
            threshold=limit,
        )
