"""Parcels, or parts of them, too narrow to be land anybody drew on purpose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Survey
from geodata.model.quality_lists import Measure, ShapeFault


def slivers(survey: Survey) -> Iterator[QualityIssue]:
    """Parts whose mean width (twice the area by the perimeter) is below the tolerance.

    Only of sound outlines: what a crossing cuts off is no part that anybody drew.
    """
    limit = survey.tolerances.sliver_m
    sound = np.flatnonzero(survey.faults == "")
    is_one = shapely.get_type_id(survey.given[sound]) == shapely.GeometryType.POLYGON
    whole, in_parts = sound[is_one], sound[~is_one]
    pieces, piece_of = shapely.get_parts(survey.given[in_parts], return_index=True)
    parts = np.concatenate([survey.given[whole], pieces])
    owner = np.concatenate([whole, in_parts[piece_of]])
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
