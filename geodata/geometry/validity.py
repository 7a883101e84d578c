"""Every polygon made valid, with the reason told for each one that was not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geodata.geometry.faults import Texts, faults_of
from geodata.geometry.repair import Repair, Shapes, repair
from geodata.model.quality_lists import RepairPolicy
from geodata.settings import USUAL, Tolerances


@dataclass(frozen=True, slots=True, eq=False)
class CheckedShapes:
    """Shapes of which each is a valid polygon, a valid multipolygon or missing.

    Attributes
    ----------
    shapes
        Those that were sound are the same objects that were given.
    faults
        Why each was not valid as it was given (`geodata.geometry.faults`); empty where it was.
    repairs
        What was made valid or could not be, each with the shape as it was given.
    """

    shapes: Shapes
    faults: Texts
    repairs: tuple[Repair, ...] = ()


def check_polygons(shapes: Shapes, tolerances: Tolerances = USUAL) -> CheckedShapes:
    """Make valid what can be made valid without covering other land; no row is ever dropped.

    Lines, points and shapes that fall to nothing become missing and are named.
    """
    faults = faults_of(shapes)
    faulty = np.flatnonzero(faults != "")
    mended = repair(shapes[faulty], (RepairPolicy.MAKE_VALID,), tolerances)
    repairs = tuple(replace(each, row=int(faulty[each.row])) for each in mended.repairs)
    made = {each.row: each.after for each in repairs if each.is_made}
    checked = shapes.copy()
    checked[faulty] = [made.get(int(row)) for row in faulty]
    return CheckedShapes(checked, faults, repairs)


def without_heights(shapes: Shapes) -> Shapes:
    """The shapes on the plane; the same objects where none has a height."""
    return np.asarray(shapely.force_2d(shapes)) if shapely.has_z(shapes).any() else shapes


def multipolygons(shapes: Shapes) -> Shapes:
    """The shapes with every polygon as a multipolygon of one part."""
    multi = shapes.copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    multi[single] = shapely.multipolygons(shapes[single][:, np.newaxis])
    return multi
