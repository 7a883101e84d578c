"""Parcels that lie on each other: one drawn twice, or two that share land."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely

from geodata.geometry.faults import polygonal
from geodata.geometry.pairs import SharedLand, shared_land
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Rows, Survey
from geodata.model.quality_lists import Measure, ShapeFault

_LEAST_ENOUGH: Final = 10_000
"""Overlaps after which the search may end, once there are more than parcels."""


def shared_parcels(survey: Survey) -> Iterator[QualityIssue]:
    """Parcels drawn twice, and overlaps with their area; copies are compared with others once.

    Rows about one parcel, such as the phases of a contract, share its land rightly.
    """
    copies = _copies(survey)
    for rows in copies:
        if len(set(survey.keys[rows])) == 1:
            continue
        yield survey.issue(
            ShapeFault.DUPLICATE_PARCEL,
            rows,
            survey.land[rows[0]],
            measured=1.0,
            unit=Measure.SHARE,
            threshold=survey.tolerances.duplicate_share,
        )
    land = survey.land.copy()
    land[[row for rows in copies for row in rows[1:]]] = None
    enough = max(_LEAST_ENOUGH, len(land))
    shared = shared_land(land, survey.tolerances.overlap_m2, enough)
    yield from _overlaps(survey, shared)
    if not shared.is_complete:
        yield survey.issue(
            ShapeFault.UNCHECKED_OVERLAPS,
            [],
            None,
            measured=len(shared.pairs),
            unit=Measure.PAIRS,
            threshold=enough,
        )


def _copies(survey: Survey) -> list[Rows]:
    """Groups of rows with the same land; only shapes with the same bounds are compared."""
    rows = np.flatnonzero(~shapely.is_missing(survey.land))
    bounds = shapely.bounds(survey.land[rows])
    _, group, count = np.unique(bounds, axis=0, return_inverse=True, return_counts=True)
    rows = rows[count[group] > 1]
    same: dict[bytes, list[int]] = defaultdict(list)
    for row, blob in zip(rows, shapely.to_wkb(shapely.normalize(survey.land[rows])), strict=True):
        same[blob].append(int(row))
    return [np.array(group, dtype=np.intp) for group in same.values() if len(group) > 1]


def _overlaps(survey: Survey, shared: SharedLand) -> Iterator[QualityIssue]:
    tolerances = survey.tolerances
    areas = shapely.area(survey.land)
    together = areas[shared.pairs].sum(axis=1) - shared.areas
    land = polygonal(shared.shapes)
    for pair, shape, area, whole in zip(shared.pairs, land, shared.areas, together, strict=True):
        if survey.keys[pair[0]] == survey.keys[pair[1]]:
            continue
        if area >= tolerances.duplicate_share * whole:
            yield survey.issue(
                ShapeFault.DUPLICATE_PARCEL,
                pair,
                shape,
                measured=float(area / whole),
                unit=Measure.SHARE,
                threshold=tolerances.duplicate_share,
            )
        else:
            yield survey.issue(
                ShapeFault.OVERLAP,
                pair,
                shape,
                measured=float(area),
                unit=Measure.SQUARE_METRES,
                threshold=tolerances.overlap_m2,
            )
