"""What a file says of its own coordinates, and the systems that can only be refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pyproj import CRS

from geodata.errors import CoordinateError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.detective.answers import SHIFTS, Hypothesis, Step
from geodata.importers.detective.zones import LAST_SIX, SIX_DEGREES, ZONES, Zone


class Datum(Enum):
    """A datum by the names it goes under; the first that matches counts."""

    CITY_GRID = r"上海|城建|城市坐标|地方坐标|独立坐标"
    XIAN_1980 = r"西安|xi'?an|1980|(?<!\d)80(?!\d)"
    BEIJING_1954 = r"北京|beijing|1954|(?<!\d)54(?!\d)"
    BD09 = r"百度|bd-?_?09"
    GCJ02 = r"火星|高德|腾讯|国测局|gcj"
    CGCS2000 = r"cgcs|2000|china geodetic"
    WGS84 = r"wgs"


_IN_SYSTEMS: Final = {
    Datum.XIAN_1980: r"xi'?an",
    Datum.BEIJING_1954: r"beijing",
    Datum.CGCS2000: r"cgcs|china.{0,3}2000|china geodetic",
    Datum.WGS84: r"wgs|world geodetic system",
}
"""Stricter, for the names of systems all over the world."""

_LEGACY: Final = (Datum.XIAN_1980, Datum.BEIJING_1954)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared, each part optional.

    Attributes
    ----------
    name
        Coordinate system in words, for instance 2000国家大地坐标系.
    zone, zone_width
        Zone number (带号) and width of the zones in degrees (几度分带).
    crs
        System of a ``.prj`` or of the format.
    """

    name: str = ""
    zone: int | None = None
    zone_width: int | None = None
    crs: CRS | None = None

    def __str__(self) -> str:
        parts = [self.name, self.crs.name if self.crs else ""]
        parts += [str(n) for n in (self.zone, self.zone_width) if n is not None]
        return ", ".join(part for part in parts if part)

    @property
    def counts_in_six_degrees(self) -> bool:
        """Whether zones are declared as 6-degree ones, by width or by their number."""
        if self.zone_width is not None or self.zone is None:
            return self.zone_width == SIX_DEGREES
        return self.zone <= LAST_SIX

    @property
    def datum(self) -> Datum | None:
        """The datum named; None when none is, or one of another country."""
        for datum in Datum:
            if re.search(datum.value, self.name, re.IGNORECASE):
                return datum
        if self.crs is None:
            return None
        names = [self.crs.name]
        names += [part.name for part in (self.crs.datum, self.crs.geodetic_crs) if part]
        for datum, pattern in _IN_SYSTEMS.items():
            if any(re.search(pattern, name, re.IGNORECASE) for name in names):
                return datum
        return None

    def require_public(self) -> None:
        """Refuse systems from which no exact public way leads to CGCS2000.

        Raises
        ------
        CoordinateError
            For Xi'an 1980, Beijing 1954 and city grids.
        """
        if self.datum in _LEGACY:
            raise CoordinateError(
                "The coordinates are declared as {declared}; from this older datum there is no"
                " exact public shift to CGCS2000, and an inexact one is wrong by many metres.",
                "Ask the provider for CGCS2000, or have them transformed by a licensed office; if"
                " the declaration is wrong, name the right system with --crs.",
                declared=str(self),
            )
        if self.datum is Datum.CITY_GRID:
            raise city_grid(str(self))

    def allows(self, hypothesis: Hypothesis) -> bool:
        """Whether an answer is what is declared."""
        return self._allows_datum(hypothesis) and self._allows_zone(ZONES.get(hypothesis.epsg))

    def _allows_datum(self, hypothesis: Hypothesis) -> bool:
        shifted = [step for step in hypothesis.steps if step in SHIFTS]
        match self.datum:
            case Datum.GCJ02:
                return shifted == [Step.FROM_GCJ02]
            case Datum.BD09:
                return shifted == [Step.FROM_BD09]
            case Datum.CGCS2000:
                zone = ZONES.get(hypothesis.epsg)
                is_cgcs = not zone.is_utm if zone else hypothesis.epsg == STORAGE_EPSG
                return is_cgcs and not shifted
            case Datum.WGS84:  # what programs write unasked: no word against a CGCS2000 zone
                return not shifted
            case _:  # a system of another country
                return self.crs is None

    def _allows_zone(self, zone: Zone | None) -> bool:
        if zone is None:
            return True
        if self.zone_width not in (None, zone.width):
            return False
        if self.zone is not None:
            return zone.number == self.zone and not zone.is_utm
        declared = ZONES.get(self.crs.to_epsg() or 0) if self.crs else None
        if declared is None:
            return True
        return (zone.meridian, zone.is_utm) == (declared.meridian, declared.is_utm)


NOTHING: Final = Declaration()


def city_grid(declared: str) -> CoordinateError:
    """Why coordinates of a city's own grid are sent back."""
    return CoordinateError(
        "The coordinates ({declared}) are those of a city's own grid such as Shanghai's; its"
        " parameters are not public, so its place can only be guessed.",
        "Ask the provider for CGCS2000, or have them transformed by a licensed office.",
        declared=declared,
    )
