"""Parcels, or parts of them, too narrow to be land anybody drew on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Survey
from geodata.model.quality_lists import Measure, ShapeFault


def slivers(survey: Survey) -> Iterator[QualityIssue]:
    """Parts whose mean width (twice the area by the perimeter) is below the tolerance."""
    limit = survey.tolerances.sliver_m
    parts, owner = shapely.get_parts(survey.land, return_index=True)
    width = 2 * shapely.area(parts) / shapely.length(parts)
    for part in np.flatnonzero(width < limit):
        yield survey.issue(
            ShapeFault.SLIVER,
            [owner[part]],
            parts[part],
            measured=float(width[part]),
            unit=Measure.METRES,
            threshold=limit,
        )
