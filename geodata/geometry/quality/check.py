"""All families of faults at once: what is wrong with the outlines of some parcels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import geopandas as gpd

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.quality.areas import differing_areas
from geodata.geometry.quality.district import outside
from geodata.geometry.quality.gaps import gaps
from geodata.geometry.quality.issue import QualityIssue, in_order
from geodata.geometry.quality.neighbours import shared_parcels
from geodata.geometry.quality.points import needless_points
from geodata.geometry.quality.rings import broken_rings, open_rings, wrong_directions
from geodata.geometry.quality.slivers import slivers
from geodata.geometry.quality.survey import Survey


def check_outlines(
    surveyed: Survey,
    *,
    district: gpd.GeoSeries | None = None,
    parks: gpd.GeoSeries | None = None,
    open_row_no: Sequence[int] = (),
    is_parcels: bool = True,
) -> tuple[QualityIssue, ...]:
    """Everything that is wrong with some outlines, whatever order they came in.

    Parameters
    ----------
    surveyed
        The parcels (`geodata.geometry.quality.survey.survey`).
    district
        Outline of the district; without it nothing is outside.
    parks
        Outlines of the parks by name; without them there are no gaps.
    open_row_no
        Rows of the file whose rings were not closed (`geodata.geometry.repair.closed_shapes`).
    is_parcels
        False for outlines that may lie on each other and need not fill a park.

    Raises
    ------
    CoordinateError
        When an outline around them carries no reference system.
    """
    families: list[Iterable[QualityIssue]] = [
        broken_rings(surveyed),
        open_rings(surveyed, open_row_no),
        wrong_directions(surveyed),
        needless_points(surveyed),
        slivers(surveyed),
        differing_areas(surveyed),
    ]
    if is_parcels:
        families.append(shared_parcels(surveyed))
    if is_parcels and parks is not None:
        families.append(gaps(surveyed, parks))
    if district is not None:
        families.append(outside(surveyed, district))
    return in_order(placed(surveyed, list(chain.from_iterable(families))))


def placed(surveyed: Survey, issues: Sequence[QualityIssue]) -> Iterator[QualityIssue]:
    """The issues with their places in EPSG:4490, where the survey has them on its plane."""
    places = gpd.GeoSeries([issue.where for issue in issues], crs=surveyed.crs).to_crs(STORAGE_EPSG)
    for issue, place in zip(issues, places, strict=True):
        yield replace(issue, where=place)
