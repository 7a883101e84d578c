"""The reference system of a boundary text: by its header and by the size of its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geodata.importers.boundary_points.lines import Text
from geodata.importers.boundary_points.variants import Variant
from geodata.importers.detective.declarations import Datum, Declaration

Numbers = npt.NDArray[np.float64]

SYSTEM: Final = "坐标系"
ZONE_WIDTH: Final = "几度分带"
ZONE: Final = "带号"
USUAL_NAME: Final = "2000国家大地坐标系"

_NORTHINGS: Final = (1_500_000, 6_500_000)
_BARE_EASTINGS: Final = (100_000, 900_000)
_PREFIXED_EASTINGS: Final = (13_000_000, 46_000_000)
_LATITUDES: Final = (3, 54)
_LONGITUDES: Final = (73, 136)
_PREFIX: Final = 1_000_000
_ZONES: Final[Mapping[int, range]] = {6: range(13, 24), 3: range(25, 46)}
"""Zone numbers of China by width in degrees: no number is of both."""

_DEGREES_EPSG: Final = {
    Datum.CGCS2000: 4490,
    Datum.XIAN_1980: 4610,
    Datum.BEIJING_1954: 4214,
    Datum.WGS84: 4326,
}
_FIRST_ZONE_EPSG: Final[Mapping[Datum, Mapping[int, tuple[int, int]]]] = {
    Datum.CGCS2000: {6: (4491, 4502), 3: (4513, 4534)},
    Datum.XIAN_1980: {6: (2327, 2338), 3: (2349, 2370)},
    Datum.BEIJING_1954: {6: (21413, 21453), 3: (2401, 2422)},
}
"""Codes of the first zone of each width, with its number in the easting and without."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the numbers of a block are, by their size alone.

    Attributes
    ----------
    is_exchanged
        Whether the easting (longitude) stands before the northing (latitude).
    is_degrees
        Whether they are degrees.
    zone
        Zone number in front of the eastings; None without one.
    """

    is_exchanged: bool = False
    is_degrees: bool = False
    zone: int | None = None

    def fits(self, other: Layout) -> bool:
        """Whether both can be of one system; the order of the axes is each block's own."""
        return (self.is_degrees, self.zone) == (other.is_degrees, other.zone)


@dataclass(frozen=True, slots=True)
class Grid:
    """A system the format can name: a datum and a zone, or longitude and latitude without one."""

    datum: Datum
    zone: int | None = None
    has_prefix: bool = False

    @property
    def epsg(self) -> int:
        """Code of the system."""
        if self.zone is None:
            return _DEGREES_EPSG[self.datum]
        width = width_of(self.zone)
        with_prefix, without = _FIRST_ZONE_EPSG[self.datum][width]
        return (with_prefix if self.has_prefix else without) + self.zone - _ZONES[width].start


def width_of(zone: int) -> int:
    """Width in degrees of the zones a number belongs to."""
    return next(width for width, zones in _ZONES.items() if zone in zones)


def is_zone(number: float) -> bool:
    """Whether a number is that of a zone of China."""
    return any(number in zones for zones in _ZONES.values())


def grid_of(crs: CRS) -> Grid | None:
    """The grid a reference system is; None when the format cannot name it."""
    code = crs.to_epsg()
    grids = [Grid(datum) for datum in _DEGREES_EPSG]
    for datum in _FIRST_ZONE_EPSG:
        for zone in (*_ZONES[6], *_ZONES[3]):
            grids += [Grid(datum, zone, has_prefix=True), Grid(datum, zone)]
    return next((grid for grid in grids if grid.epsg == code), None)


def layout_of(third: Numbers, fourth: Numbers) -> Layout | None:
    """What the coordinates of a block are; None when their size fits nothing in China."""
    for northings, eastings, is_exchanged in ((third, fourth, False), (fourth, third, True)):
        if _within(northings, _LATITUDES) and _within(eastings, _LONGITUDES):
            return Layout(is_exchanged, is_degrees=True)
        if not _within(northings, _NORTHINGS):
            continue
        if _within(eastings, _BARE_EASTINGS):
            return Layout(is_exchanged)
        if not _within(eastings, _PREFIXED_EASTINGS):
            continue
        zones = np.unique(eastings // _PREFIX)
        if len(zones) == 1 and is_zone(zones[0]):
            return Layout(is_exchanged, zone=int(zones[0]))
    return None


def _within(numbers: Numbers, limits: tuple[float, float]) -> bool:
    return bool(len(numbers) and limits[0] <= numbers.min() and numbers.max() <= limits[1])


def declared_in(text: Text) -> Declaration:
    """What the header says of the reference system."""
    name, zone, width = (text.attributes.get(key, ("", 0))[0] for key in (SYSTEM, ZONE, ZONE_WIDTH))
    stated = _integer(zone)
    return Declaration(
        name=name,
        zone=stated if stated is not None and is_zone(stated) else None,
        zone_width=_integer(width),
    )


def _integer(words: str) -> int | None:
    found = re.search(r"[0-9]{1,9}", words)
    return int(found[0]) if found else None


def system_of(declaration: Declaration, layout: Layout) -> CRS | None:
    """The system that header and numbers agree on; None where they leave it open."""
    datum = declaration.datum
    if datum is None:
        return None
    zone = layout.zone or declaration.zone
    contradicts = declaration.zone not in (None, zone)
    if datum in _DEGREES_EPSG and layout.is_degrees:
        return CRS.from_epsg(Grid(datum).epsg)
    if datum in _FIRST_ZONE_EPSG and zone and not contradicts and not layout.is_degrees:
        return CRS.from_epsg(Grid(datum, zone, has_prefix=layout.zone is not None).epsg)
    return None


def note_variants(text: Text, layout: Layout) -> None:
    """Note how header and numbers depart from what the format asks for."""
    header, first = 1, text.blocks[0].line
    name, name_line = text.attributes.get(SYSTEM, ("", header))
    if name != USUAL_NAME:
        text.met.setdefault(Variant.SYSTEM_NAME, name_line)
    precision, precision_line = text.attributes.get("精度", ("", header))
    if precision != "0.001":
        text.met.setdefault(Variant.PRECISION, precision_line)
    if layout.is_degrees:
        text.met.setdefault(Variant.DEGREES, first)
    elif layout.zone is None or declared_in(text).zone is None:
        text.met.setdefault(Variant.ZONE_NUMBER, text.attributes.get(ZONE, ("", first))[1])
