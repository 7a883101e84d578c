"""Which coordinate reference system is used for what, and the guard against measuring in degrees.

Everything is stored in CGCS2000 longitude and latitude, drawn in Web Mercator and measured in the
3-degree Gauss-Krüger zone of the data. Coordinates are always x (east), y (north) in memory,
whatever order a system's definition gives.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geodata.errors import CoordinateError

if TYPE_CHECKING:
    import geopandas as gpd

STORAGE_EPSG: Final = 4490
"""CGCS2000 longitude and latitude."""
TILE_EPSG: Final = 3857
"""Web Mercator: for drawing, never for measuring."""
ZONE_40_EPSG: Final = 4549
"""CGCS2000, central meridian 120° E, without zone number: Jinshan's measuring system."""
PREFIXED_ZONE_40_EPSG: Final = 4528
"""The same zone with its number in front of the easting (40,6xx,xxx)."""

_FIRST_MERIDIAN: Final = 75
_LAST_MERIDIAN: Final = 135
_FIRST_ZONE_EPSG: Final = 4534


def zone_for(lon: float) -> int:
    """EPSG code of the CGCS2000 3-degree zone (no zone number) a longitude lies in.

    Parameters
    ----------
    lon
        Longitude in degrees east; a border such as 121.5° belongs to the zone east of it.

    Raises
    ------
    CoordinateError
        Outside the zones defined, 73.5° to 136.5°.
    """
    meridian = 3 * math.floor((lon + 1.5) / 3) if math.isfinite(lon) else 0
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        raise CoordinateError(
            "Longitude {lon} lies in no 3-degree zone of CGCS2000.",
            "Check the reference system of the file: longitudes of China run from 73.5 to 136.5.",
            lon=lon,
        )
    return _FIRST_ZONE_EPSG + (meridian - _FIRST_MERIDIAN) // 3


def with_zone_number(zone_epsg: int) -> int:
    """EPSG code of the same zone with its number in front of the easting."""
    return zone_epsg - ZONE_40_EPSG + PREFIXED_ZONE_40_EPSG


def known_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """Reference system of a frame or of shapes.

    Raises
    ------
    CoordinateError
        When it carries none: coordinates without a system are never guessed at.
    """
    if frame.crs is None:
        raise CoordinateError(
            "The layer carries no coordinate reference system.",
            "Name its system when reading it, for instance EPSG:4490.",
        )
    return CRS.from_user_input(frame.crs)


def require_projected(frame: gpd.GeoDataFrame) -> CRS:
    """Guard of every area and length: the frame's system, if its plane is in true metres.

    Raises
    ------
    CoordinateError
        When the system is missing, in degrees or another unit, or Web Mercator, whose metres are
        16 % too long (and areas 35 % too large) at Jinshan.
    """
    crs = known_crs(frame)
    if not _is_true_plane(crs):
        raise CoordinateError(
            "Areas and lengths cannot be taken in {crs}.",
            "Project the layer to its CGCS2000 zone first, for instance EPSG:4549.",
            crs=crs.to_string(),
        )
    return crs


def plane_for(shapes: gpd.GeoSeries) -> CRS:
    """The system of shapes where it is a plane in true metres, else their CGCS2000 zone.

    For lengths and small areas: those to be held against registered areas are taken in the zone
    a shape lies in (`geodata.geometry.measure.planar_area_m2`).

    Raises
    ------
    CoordinateError
        When the shapes carry no reference system, or are in degrees outside the zones.
    """
    given = known_crs(shapes)
    return given if _is_true_plane(given) else CRS.from_epsg(_zone_of(shapes))


def _is_true_plane(crs: CRS) -> bool:
    in_metres = crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info)
    return in_metres and crs.to_epsg() != TILE_EPSG


def to_storage(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in the storage system, EPSG:4490.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system, or one without a way to it.
    """
    way_to_storage(known_crs(frame))
    return frame.to_crs(STORAGE_EPSG)


@lru_cache(maxsize=32)
def way_to_storage(crs: CRS) -> Transformer:
    """What turns coordinates of a system, east before north, into those of EPSG:4490.

    Raises
    ------
    CoordinateError
        When there is no way, as from the system of another body than the earth.
    """
    try:
        return Transformer.from_crs(crs, STORAGE_EPSG, always_xy=True)
    except ProjError as error:
        raise CoordinateError(
            "There is no way from the reference system {crs} to CGCS2000.",
            "Check the reference system of the file, or name the right one with --crs.",
            crs=crs.name,
        ) from error


def to_measuring(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in the CGCS2000 zone of its middle longitude: one plane for all its shapes.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system or lies outside the zones.
    """
    known_crs(frame)
    return frame.to_crs(_zone_of(frame.geometry))


def _zone_of(shapes: gpd.GeoSeries) -> int:
    """EPSG code of the zone of the middle longitude."""
    if (shapes.is_empty | shapes.isna()).all():
        return ZONE_40_EPSG
    west, _, east, _ = shapes.to_crs(STORAGE_EPSG).total_bounds
    return zone_for((west + east) / 2)
