"""Parcels of a file that lie on parcels known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.faults import Shapes
from geodata.geometry.quality.check import placed
from geodata.geometry.quality.issue import QualityIssue, in_order
from geodata.geometry.quality.neighbours import shared_parcels
from geodata.geometry.quality.survey import survey
from geodata.settings import Tolerances

_KNOWN = 0  # stands for the row of a parcel that is not in the file


@dataclass(frozen=True, slots=True, eq=False)
class NamedLand:
    """Outlines of parcels in EPSG:4490, by their codes."""

    codes: Sequence[str]
    shapes: Shapes


def overlaps_with_known(
    found: NamedLand, row_no: Sequence[int], known: NamedLand, tolerances: Tolerances
) -> tuple[QualityIssue, ...]:
    """Overlaps between parcels of a file and others; among themselves they are checked elsewhere.

    Parameters
    ----------
    found, row_no
        The parcels of the file, valid, and the row of each.
    known
        The parcels that are not in it.
    tolerances
        From when on land that two share is an overlap.
    """
    near = np.unique(shapely.STRtree(found.shapes).query(known.shapes)[1])
    if not len(near):
        return ()
    surveyed = survey(
        gpd.GeoSeries([*found.shapes[near], *known.shapes], crs=STORAGE_EPSG),
        [*(found.codes[place] for place in near), *known.codes],
        tolerances,
        row_no=[*(row_no[place] for place in near), *[_KNOWN] * len(known.codes)],
    )
    issues = (
        replace(issue, rows=rows)
        for issue in placed(surveyed, list(shared_parcels(surveyed)))
        if 0 < len(rows := tuple(row for row in issue.rows if row != _KNOWN)) < len(issue.rows)
    )
    return in_order(issues)
