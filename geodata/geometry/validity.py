"""Every polygon made a valid multipolygon, with the reason told for each one that was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

Shapes = npt.NDArray[np.object_]


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
        False when nothing with an area could be made of it; its geometry is then missing, its
        attributes are kept.
    """

    row: int
    reason: str
    repaired: bool


@dataclass(frozen=True, slots=True)
class CheckedShapes:
    """A frame in which every geometry is a valid multipolygon or missing, and the faults found."""

    frame: gpd.GeoDataFrame
    defects: tuple[Defect, ...]


def check_polygons(frame: gpd.GeoDataFrame) -> CheckedShapes:
    """Repair what can be repaired; no row is ever dropped.

    A polygon becomes a multipolygon of one part and heights are left out: neither is a defect.
    Lines, points and shapes that fall to nothing lose their geometry and are named.
    """
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    faults = _faults(shapes)
    broken = np.array([bool(fault) for fault in faults], dtype=np.bool_)
    sound = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    multi = np.array([_polygonal(shape) for shape in sound], dtype=np.object_)
    defects = tuple(
        Defect(int(row), faults[row], multi[row] is not None) for row in np.flatnonzero(broken)
    )
    checked = frame.copy()
    checked[frame.geometry.name] = multi
    return CheckedShapes(checked.set_geometry(frame.geometry.name, crs=frame.crs), defects)


def _faults(shapes: Shapes) -> list[str]:
    """Why each shape is not a valid polygon or multipolygon; empty where it is."""
    reasons = shapely.is_valid_reason(shapes)
    valid = shapely.is_valid(shapes)
    return [
        _fault(shape, is_valid, reason)
        for shape, is_valid, reason in zip(shapes, valid, reasons, strict=True)
    ]


def _fault(shape: shapely.Geometry | None, is_valid: bool, reason: str) -> str:
    if shape is None:
        return "geometry is missing"
    if shape.is_empty:
        return "geometry is empty"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return f"not a polygon: {shape.geom_type}"
    return "" if is_valid else reason


def _polygonal(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """The parts of a shape that have an area, as one multipolygon; None when there are none."""
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return shapely.MultiPolygon(parts) if parts else None
