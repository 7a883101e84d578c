"""Every polygon made a valid multipolygon, with the reason told for each one that was not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geodata.geometry.faults import faults_of
from geodata.geometry.repair import Repair, Shapes, repair
from geodata.model.quality_lists import RepairPolicy
from geodata.settings import Tolerances

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Defect:
    """What was wrong with one shape.

    Attributes
    ----------
    row
        Position in the frame, from 0.
    reason
        The fault and where it lies, in the frame's own coordinates.
    repaired
        False when nothing with an area could be made of it, or only something that covers other
        land; its geometry is then missing, its attributes are kept.
    """

    row: int
    reason: str
    repaired: bool


@dataclass(frozen=True, slots=True)
class CheckedShapes:
    """A frame in which every geometry is a valid multipolygon or missing, and the faults found.

    Attributes
    ----------
    repairs
        What was made valid or could not be, each with the shape as it was given.
    """

    frame: gpd.GeoDataFrame
    defects: tuple[Defect, ...]
    repairs: tuple[Repair, ...] = ()


def check_polygons(frame: gpd.GeoDataFrame, tolerances: Tolerances | None = None) -> CheckedShapes:
    """Make valid what can be made valid without covering other land; no row is ever dropped.

    A polygon becomes a multipolygon of one part and heights are left out: neither is a defect.
    Lines, points and shapes that fall to nothing lose their geometry and are named.
    """
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    faults = faults_of(shapes)
    faulty = np.flatnonzero(faults != "")
    mended = repair(shapes[faulty], (RepairPolicy.MAKE_VALID,), tolerances or Tolerances())
    repairs = tuple(replace(each, row=int(faulty[each.row])) for each in mended.repairs)
    made = {each.row: each.after for each in repairs if each.is_made}
    shapes[faulty] = [made.get(int(row)) for row in faulty]
    defects = tuple(Defect(int(row), faults[row], repaired=row in made) for row in faulty)
    checked = frame.copy()
    checked[frame.geometry.name] = _multipolygons(shapes)
    checked = checked.set_geometry(frame.geometry.name, crs=frame.crs)
    return CheckedShapes(checked, defects, repairs)


def _multipolygons(shapes: Shapes) -> Shapes:
    single = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
    multi = shapes.copy()
    multi[single] = shapely.multipolygons(shapes[single], indices=np.arange(len(single)))
    return multi
