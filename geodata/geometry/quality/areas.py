"""Areas that the papers state against those that the outlines enclose.

Held against each other is the area on the grid of the CGCS2000 zone a parcel lies in, because that
is what surveyors compute; on the ellipsoid it is some 0.04 % less at Jinshan (R6.8).
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np

from geodata.errors import CoordinateError
from geodata.geometry.measure import Areas, planar_area_m2
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Survey
from geodata.model.quality_lists import Measure, QualitySeverity, ShapeFault


def differing_areas(survey: Survey) -> Iterator[QualityIssue]:
    """Parcels whose stated area differs; the figure is the difference in per cent of the computed.

    Outside the zones of CGCS2000 the plane of the survey stands in for the grid.
    """
    tolerances = survey.tolerances
    stated = np.flatnonzero(np.isfinite(survey.stated_m2))
    land = gpd.GeoDataFrame(geometry=survey.land[stated], crs=survey.crs)
    computed = _areas_m2(land)
    percent = 100 * np.abs(survey.stated_m2[stated] - computed) / computed
    for place in np.flatnonzero(percent > tolerances.area_warn_percent):
        is_error = percent[place] > tolerances.area_error_percent
        yield survey.issue(
            ShapeFault.AREA_DIFFERS,
            [stated[place]],
            land.geometry.iloc[place],
            measured=float(percent[place]),
            unit=Measure.PERCENT,
            threshold=tolerances.area_error_percent if is_error else tolerances.area_warn_percent,
            severity=QualitySeverity.ERROR if is_error else None,
        )


def _areas_m2(land: gpd.GeoDataFrame) -> Areas:
    try:
        return planar_area_m2(land)
    except CoordinateError:
        return np.asarray(land.area, dtype=np.float64)
