"""The shifted longitudes and latitudes of Chinese web maps: GCJ-02 and, on top of it, BD-09.

Both are public approximations of a secret formula, good to a metre or so; what is shifted here is
restored exactly. WGS 84 and CGCS2000 differ by decimetres and count as one. Points are rows of
longitude and latitude in degrees; a point outside China is not shifted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

CHINA: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north end of the box in which the web maps shift."""

_SEMI_MAJOR_M: Final = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY_2: Final = 0.006_693_421_622_965_943
_MIDDLE: Final = np.array([105.0, 35.0])

# Amplitude in 2/3 m and waves in two degrees.
_BOTH_WAVES: Final = ((20.0, 6.0), (20.0, 2.0))
_LAT_WAVES: Final = ((20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
_LON_WAVES: Final = ((20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))

_BAIDU_OFFSET: Final = np.array([0.0065, 0.006])
_BAIDU_WAVES: Final = np.pi * 3000 / 180

_LARGEST_SHIFT: Final = 0.03  # degrees; more than both shifts together
_CLOSE_ENOUGH: Final = 1e-12  # degrees
_MOST_ROUNDS: Final = 30  # seven are the rule; beside 105° E it takes a few more


def to_gcj02(points: Points) -> Points:
    """GCJ-02 longitudes and latitudes of true ones."""
    return _shifted(points, _gcj02)


def from_gcj02(points: Points) -> Points:
    """True longitudes and latitudes of GCJ-02 ones, to 1e-9°."""
    return _restored(points, _gcj02)


def to_bd09(points: Points) -> Points:
    """BD-09 longitudes and latitudes of true ones."""
    return _shifted(points, _bd09)


def from_bd09(points: Points) -> Points:
    """True longitudes and latitudes of BD-09 ones, to 1e-9°."""
    return _restored(points, _bd09)


def _shifted(points: Points, shift: Callable[[Points], Points]) -> Points:
    moved = np.array(points, dtype=np.float64)
    inside = _in_china(moved)
    moved[inside] = shift(moved[inside])
    return moved


def _restored(points: Points, shift: Callable[[Points], Points]) -> Points:
    """What `shift` has moved to these points; each round leaves some percent of the error."""
    moved = np.array(points, dtype=np.float64)
    near = _in_china(moved, _LARGEST_SHIFT)
    found = moved[near]
    for _ in range(_MOST_ROUNDS):
        error = shift(found) - moved[near]
        found -= error
        if np.abs(error).max(initial=0.0) < _CLOSE_ENOUGH:
            break
    moved[near] = np.where(_in_china(found)[:, None], found, moved[near])
    return moved


def _in_china(points: Points, margin: float = 0.0) -> npt.NDArray[np.bool_]:
    west, south, east, north = CHINA
    lon, lat = points.T
    inside: npt.NDArray[np.bool_] = (
        (lon >= west - margin)
        & (lon <= east + margin)
        & (lat >= south - margin)
        & (lat <= north + margin)
    )
    return inside


def _gcj02(points: Points) -> Points:
    x, y = (points - _MIDDLE).T
    waves = _waves(x, _BOTH_WAVES)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    east_m = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    north_m += waves + _waves(y, _LAT_WAVES)
    east_m += waves + _waves(x, _LON_WAVES)
    lat = np.radians(points[:, 1])
    flattened = 1 - _ECCENTRICITY_2 * np.sin(lat) ** 2
    meridian_radius = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / flattened**1.5
    parallel_radius = _SEMI_MAJOR_M * np.cos(lat) / np.sqrt(flattened)
    radians = np.column_stack([east_m / parallel_radius, north_m / meridian_radius])
    return np.asarray(points + np.degrees(radians))


def _waves(degrees: Points, waves: tuple[tuple[float, float], ...]) -> Points:
    total = np.zeros_like(degrees)
    for amplitude, frequency in waves:
        total += amplitude * 2 / 3 * np.sin(frequency * np.pi * degrees)
    return total


def _bd09(points: Points) -> Points:
    x, y = _gcj02(points).T
    radius = np.hypot(x, y) + 0.00002 * np.sin(_BAIDU_WAVES * y)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(_BAIDU_WAVES * x)
    turned = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.asarray(turned + _BAIDU_OFFSET)
