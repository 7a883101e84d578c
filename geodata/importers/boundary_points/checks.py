"""What a block states of itself against what its points give: number of points and area."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.measure import planar_area_m2
from geodata.importers.boundary_points.blocks import RawBlock
from geodata.importers.boundary_points.rings import RefusedBlockError, Ring
from geodata.importers.boundary_points.variants import Met, Variant
from geodata.importers.detective import AreaUnit, judge_area_unit
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity
from geodata.settings import Tolerances

AREA: Final = "area_m2"
"""Column of a remark on the stated area."""

_UNITS: Final = {
    **dict.fromkeys(("公顷", "ha", "hm2"), AreaUnit.HECTARE),
    **dict.fromkeys(("平方米", "m2", "平米"), AreaUnit.M2),
    "亩": AreaUnit.MU,
}
_AREA: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{0,15})?)\s*(\D*2?)")


@dataclass(frozen=True, slots=True)
class StatedArea:
    """An area as a header states it; ``unit`` is None for a bare number."""

    number: Fraction
    unit: AreaUnit | None

    def unit_for(self, computed_m2: float) -> AreaUnit:
        """Its unit; a bare number is hectares unless it can only be another."""
        if self.unit is not None:
            return self.unit
        return judge_area_unit([float(self.number)], np.array([computed_m2]), AreaUnit.HECTARE)[0]

    def m2(self, computed_m2: float) -> float:
        """The area in m²."""
        return float(self.number * self.unit_for(computed_m2).m2)


def stated_area(text: str) -> StatedArea | None:
    """The area a text states; None when it states none."""
    found = _AREA.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if not found or (found[2] and found[2] not in _UNITS):
        return None
    return StatedArea(Fraction(found[1]), _UNITS.get(found[2]))


def area_of(shape: shapely.Geometry, crs: CRS | None, *, is_degrees: bool) -> float:
    """Area in m² in the plane of the file; of degrees, in the plane of their zone."""
    if is_degrees:
        placed = gpd.GeoDataFrame(geometry=[shape], crs=crs or STORAGE_EPSG)
        return float(planar_area_m2(placed)[0])
    return float(shape.area)


def check_area(
    block: RawBlock,
    shape: shapely.Geometry,
    computed_m2: float,
    tolerances: Tolerances,
    met: Met,
) -> tuple[float | None, list[Issue]]:
    """The stated area in m² and a remark where it is missing or differs.

    Parameters
    ----------
    block, shape, computed_m2
        The block, its polygon, and the area of that.
    tolerances
        From when on it differs (`Tolerances.area_warn_percent`).
    met
        Variants met.

    Raises
    ------
    RefusedBlockError
        When it differs by more than `Tolerances.area_error_percent`, or counts a part as a hole.
    """
    stated = stated_area(block.header.area)
    if stated is None:
        return None, [_no_area(block)]
    if stated.unit or stated.unit_for(computed_m2) is not AreaUnit.HECTARE:
        met.setdefault(Variant.AREA_UNIT, block.line)
    stated_m2 = stated.m2(computed_m2)
    percent = differing_percent(stated_m2, computed_m2)
    if percent <= tolerances.area_warn_percent:
        return stated_m2, []
    _refuse_outside_holes(block, shape, stated_m2 / computed_m2, tolerances)
    values = {
        "stated": round(stated_m2, 2),
        "computed": round(computed_m2, 2),
        "percent": round(percent, 2),
    }
    if percent > tolerances.area_error_percent:
        raise RefusedBlockError(
            template="The stated area of {stated} m² differs from the computed {computed} m² by"
            " {percent} %.",
            values=values,
            line=block.line,
        )
    return stated_m2, [
        Issue(
            IssueSeverity.NOTED,
            "The stated area of {stated} m² differs from the computed {computed} m² by"
            " {percent} %.",
            values,
            line=block.line,
            column=AREA,
            value=block.header.area,
        )
    ]


def differing_percent(stated_m2: float, computed_m2: float) -> float:
    """Difference between the areas in per cent of the computed one."""
    return 100 * abs(stated_m2 - computed_m2) / computed_m2


def _no_area(block: RawBlock) -> Issue:
    return Issue(
        IssueSeverity.NOTED,
        "The block states no area that can be read, so its points are not checked against one.",
        line=block.line,
        value=block.header.area,
    )


def _refuse_outside_holes(
    block: RawBlock, shape: shapely.Geometry, stated_share: float, tolerances: Tolerances
) -> None:
    """Refuse a block whose stated area comes out when all parts but the first are taken off."""
    parts = shapely.area(shapely.get_parts(shape))
    as_holes = (2 * parts[0] - parts.sum()) / parts.sum()
    off = 100 * abs(stated_share - as_holes)
    if len(parts) > 1 and off <= tolerances.area_warn_percent * abs(as_holes):
        raise RefusedBlockError(
            template="The stated area counts a ring as a hole that lies outside the outline.",
            values={},
            line=block.line,
        )


def check_count(
    block: RawBlock, rings: Sequence[Ring], *, is_vouched: bool, met: Met
) -> list[Issue]:
    """A remark where the stated number of points is not theirs, with or without closing points.

    Parameters
    ----------
    block, rings
        The block and its rings.
    is_vouched
        Whether the stated area agrees, so that no point can be missing.
    met
        Variants met.

    Raises
    ------
    RefusedBlockError
        When points are missing and no area says that they are not needed.
    """
    stated, found = block.header.point_count, len(block.names)
    closed = sum(ring.is_closed for ring in rings)
    if stated is None or stated in (found, found + len(rings) - closed):
        return []
    if stated == found - closed:
        met.setdefault(Variant.CLOSING_POINTS_NOT_COUNTED, block.line)
        return []
    values = {"stated": stated, "found": found}
    if stated > found and not is_vouched:
        raise RefusedBlockError(
            template="The block states {stated} points and has {found}.",
            values=values,
            line=block.line,
        )
    return [
        Issue(
            IssueSeverity.NOTED,
            "The block states {stated} points and has {found}.",
            values,
            line=block.line,
        )
    ]
