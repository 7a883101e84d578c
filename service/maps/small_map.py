"""The small map of the first page: parks and towns, and how many contracts of each are flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.model.content_lists import ParkKind
from service.maps.drawing import rings
from service.maps.overview import ParkLine

_WIDTH: Final = 480.0
_TALLEST: Final = 420.0
_MARGIN: Final = 6.0
LEVELS: Final = 4
"""Shades by the count of flagged contracts; none of them is for none."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceOutline:
    """A park or a town, simplified, in degrees."""

    name_zh: str
    name_en: str
    kind: ParkKind
    shape: BaseGeometry

    def name(self, language: str) -> str:
        """Its name in ``zh`` or ``en``."""
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class PlaceShape:
    """A place as it is drawn.

    Attributes
    ----------
    path
        SVG path.
    x, y
        Where its count is written.
    line
        Its contracts; None = there are none, or none that are seen.
    level
        Shade, 0 to `LEVELS`.
    """

    name: str
    is_park: bool
    path: str
    x: float
    y: float
    line: ParkLine | None
    level: int


@dataclass(frozen=True, slots=True)
class SmallMap:
    """A map of `width` by `height` units.

    Attributes
    ----------
    ground
        SVG path of the district; empty where its outline is not known.
    places
        Towns come before the parks in them.
    """

    width: float
    height: float
    ground: str
    places: tuple[PlaceShape, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a small map is drawn from.

    Attributes
    ----------
    district
        Outline of the district, simplified, in degrees; None where it is not known.
    """

    places: Sequence[PlaceOutline]
    district: BaseGeometry | None = None


def small_map(ground: Ground, lines: Sequence[ParkLine], language: str) -> SmallMap | None:
    """The map; None where no outline is known.

    Parameters
    ----------
    lines
        Contracts by park or town, under its Chinese name.
    """
    shapes = [*filter(None, (ground.district,)), *(each.shape for each in ground.places)]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    narrow = cos(radians((south + north) / 2))
    scale = min(
        (_WIDTH - 2 * _MARGIN) / ((east - west) * narrow),
        (_TALLEST - 2 * _MARGIN) / (north - south),
    )
    by_name = {line.park: line for line in lines}
    most = max((line.any_group_count for line in lines), default=0)
    towns_first = sorted(ground.places, key=lambda each: each.kind is ParkKind.PARK)

    def placed(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape,
            lambda points: (points - (west, north)) * (narrow * scale, -scale) + _MARGIN,
        )

    return SmallMap(
        (east - west) * narrow * scale + 2 * _MARGIN,
        (north - south) * scale + 2 * _MARGIN,
        "".join(rings(placed(ground.district))) if ground.district else "",
        tuple(_drawn(each, placed(each.shape), by_name, most, language) for each in towns_first),
    )


def _drawn(
    place: PlaceOutline,
    shape: BaseGeometry,
    lines: Mapping[str, ParkLine],
    most: int,
    language: str,
) -> PlaceShape:
    line, middle = lines.get(place.name_zh), shape.representative_point()
    count = line.any_group_count if line else 0
    return PlaceShape(
        name=place.name(language),
        is_park=place.kind is ParkKind.PARK,
        path="".join(rings(shape)),
        x=round(middle.x, 1),
        y=round(middle.y, 1),
        line=line,
        level=-(-count * LEVELS // most) if most else 0,
    )
