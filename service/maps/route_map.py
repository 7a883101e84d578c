"""The small map of a patrol day: its parcels, the way between them, and the order of the visits."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from service.maps.drawing import outline, rings
from service.maps.patrol_days import PatrolDay

_WIDTH: Final = 480.0
_TALLEST: Final = 360.0
_MARGIN: Final = 16.0
_LEAST_DEG: Final = 1e-4


@dataclass(frozen=True, slots=True)
class RouteMap:
    """A map of `width` by `height` units, north up.

    Attributes
    ----------
    parcels, way
        SVG paths: of each parcel, and of the way from visit to visit.
    stops
        Where the visits stand, in their order.
    """

    width: float
    height: float
    parcels: tuple[str, ...]
    way: str
    stops: tuple[tuple[float, float], ...]


def route_map(day: PatrolDay) -> RouteMap:
    """The map of a day."""
    shapes = [visit.outline for visit in day.visits]
    west, south, east, north = shapely.total_bounds(shapes)
    narrow = cos(radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, _LEAST_DEG), max(north - south, _LEAST_DEG)
    scale = min((_WIDTH - 2 * _MARGIN) / wide, (_TALLEST - 2 * _MARGIN) / tall)
    left = (_WIDTH - wide * scale) / 2

    def placed(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape,
            lambda points: (points - (west, north)) * (narrow * scale, -scale) + (left, _MARGIN),
        )

    stops = tuple(
        (round(x, 1), round(y, 1))
        for x, y in shapely.get_coordinates(placed(shapely.multipoints([v.at for v in day.visits])))
    )
    return RouteMap(
        _WIDTH,
        tall * scale + 2 * _MARGIN,
        tuple("".join(rings(placed(shape))) for shape in shapes),
        outline(stops),
        stops,
    )
