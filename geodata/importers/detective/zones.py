"""The projected systems that coordinates of China come in, by EPSG code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

NEIGHBOUR: Final = 3.2
"""Degrees from the meridian that are honest use: a provider may work in the next zone."""
SIX_DEGREES: Final = 6
_FIRST_SIX: Final = 13
LAST_SIX: Final = 23
"""Number of the last 6-degree zone; 3-degree zones have higher ones."""
_FIRST_THREE: Final = 25
_LAST_THREE: Final = 45
_FIRST_UTM: Final = 43
_LAST_UTM: Final = 53

_PREFIXED_SIX_EPSG: Final = 4491
_BARE_SIX_EPSG: Final = 4502
_PREFIXED_THREE_EPSG: Final = 4513
_BARE_THREE_EPSG: Final = 4534
_UTM_EPSG: Final = 32600


@dataclass(frozen=True, slots=True)
class Zone:
    """A transverse Mercator zone.

    Attributes
    ----------
    number, width
        Number and width in degrees: 13 to 23 are 6-degree zones, 25 to 45 are 3-degree zones.
    meridian
        Central meridian, degrees east.
    prefix_m
        What the zone number adds to eastings; 0 where it is left out.
    is_utm
        True for UTM of WGS 84, whose scale differs: a kilometre and more in northing.
    """

    epsg: int
    number: int
    width: int
    meridian: int
    prefix_m: int = 0
    is_utm: bool = False


def _gauss_kruger() -> list[Zone]:
    zones = []
    for count, number in enumerate(range(_FIRST_THREE, _LAST_THREE + 1)):
        meridian = 3 * number
        prefix_m = number * 1_000_000
        zones.append(Zone(_PREFIXED_THREE_EPSG + count, number, 3, meridian, prefix_m))
        zones.append(Zone(_BARE_THREE_EPSG + count, number, 3, meridian))
    for count, number in enumerate(range(_FIRST_SIX, LAST_SIX + 1)):
        meridian = 6 * number - 3
        prefix_m = number * 1_000_000
        zones.append(Zone(_PREFIXED_SIX_EPSG + count, number, SIX_DEGREES, meridian, prefix_m))
        zones.append(Zone(_BARE_SIX_EPSG + count, number, SIX_DEGREES, meridian))
    return zones


def _utm() -> list[Zone]:
    numbers = range(_FIRST_UTM, _LAST_UTM + 1)
    return [
        Zone(_UTM_EPSG + number, number, SIX_DEGREES, 6 * number - 183, is_utm=True)
        for number in numbers
    ]


ZONES: Final[Mapping[int, Zone]] = MappingProxyType(
    {zone.epsg: zone for zone in (*_gauss_kruger(), *_utm())}
)
"""Every zone by EPSG code. A 6-degree zone without its number is the 3-degree zone of the same
meridian under another code."""
