"""What the quality tests share: parcels checked on the ground of `shapes`, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import shapely
from hypothesis import strategies as st

from geodata.geometry.quality.check import check_outlines
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import survey
from geodata.settings import Tolerances
from tests.bench.parcels import many_parcels

from .shapes import GRID

USUAL = Tolerances()


def tilings(overlapping: float = 0.0) -> st.SearchStrategy[gpd.GeoDataFrame]:
    """Parcels without a defect, or some of them drawn too large."""
    return st.builds(
        lambda count, seed: many_parcels(count, overlapping=overlapping, seed=seed),
        st.integers(1, 30),
        st.integers(0, 10_000),
    )


def issues_of(
    parcels: gpd.GeoDataFrame | gpd.GeoSeries,
    keys: Sequence[str] | None = None,
    *,
    tolerances: Tolerances = USUAL,
    stated_m2: Sequence[float] | None = None,
    **around: Any,
) -> tuple[QualityIssue, ...]:
    """Everything that is wrong with some parcels."""
    shapes = parcels.geometry
    names = keys or [f"P{number}" for number in range(len(shapes))]
    return check_outlines(survey(shapes, names, tolerances, stated_m2=stated_m2), **around)


def checked(*shapes: shapely.Geometry | None, **settings: Any) -> tuple[QualityIssue, ...]:
    """Everything that is wrong with shapes on the grid, called P0, P1 …"""
    names = {field for field in Tolerances.__slots__ if field in settings}
    tolerances = replace(USUAL, **{name: settings.pop(name) for name in names})
    return issues_of(gpd.GeoSeries(list(shapes), crs=GRID), tolerances=tolerances, **settings)


def on_grid(issue: QualityIssue) -> shapely.Geometry:
    """The place of an issue on the grid, to the millimetre."""
    (place,) = gpd.GeoSeries([issue.where], crs=4490).to_crs(GRID)
    return shapely.set_precision(place, 0.001)


def told(issues: Sequence[QualityIssue]) -> list[tuple[str, ...]]:
    """Fault and parcels of each."""
    return [(issue.fault.value, *issue.parcels) for issue in issues]
