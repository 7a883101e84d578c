"""Where things lie on a map: what is shown first, and where names stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees."""
Place = tuple[float, float]
"""Longitude and latitude."""

_MARGIN: Final = 1e-4
SHANGHAI: Final[Bounds] = (120.8, 30.6, 122.2, 31.9)
"""What is shown where nothing is known."""


def shown_first(
    parcels: Iterable[BaseGeometry | None], outlines: Iterable[BaseGeometry | None]
) -> Bounds:
    """The district where the parcels spread over most of it, else the parcels."""
    land, district = _envelope(parcels), _envelope(outlines)
    is_spread = 2 * land.area >= district.area > 0
    shown = district if is_spread or land.is_empty else land
    west, south, east, north = SHANGHAI if shown.is_empty else shown.bounds
    return west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN


def top_of(shape: BaseGeometry) -> Place:
    """Middle of the northern edge: a name there covers no parcel."""
    west, _, east, north = shape.bounds
    return (west + east) / 2, north


def point_in(shape: BaseGeometry) -> Place:
    """A point inside."""
    point = shape.representative_point()
    return point.x, point.y


def _envelope(shapes: Iterable[BaseGeometry | None]) -> BaseGeometry:
    known = [shape for shape in shapes if shape is not None]
    return shapely.envelope(shapely.GeometryCollection(known))
