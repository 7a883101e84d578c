"""The reference systems in which features are published, each with its axes in their own order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geodata.errors import UsageError
from geodata.geometry.crs import (
    PREFIXED_ZONE_40_EPSG,
    STORAGE_EPSG,
    ZONE_40_EPSG,
    way_to_storage,
)

_WORLD: Final = (180.0, 90.0)
_DEGREE_DECIMALS: Final = 8
_METRE_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class PublishedCrs:
    """A reference system by its address.

    Attributes
    ----------
    north_first
        Whether its definition names the northing or latitude first.
    decimals
        Decimals of a coordinate, of a millimetre.
    """

    uri: str
    epsg: int
    north_first: bool
    decimals: int

    def to_storage(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape with the axes of this system, in EPSG:4490, east before north.

        Raises
        ------
        UsageError
            When it lies nowhere on earth.
        """
        way = None if self.epsg == STORAGE_EPSG else way_to_storage(CRS.from_epsg(self.epsg))

        def moved(places: NDArray[np.float64]) -> NDArray[np.float64]:
            east, north = (places[:, ::-1] if self.north_first else places).T
            return np.stack((east, north) if way is None else way.transform(east, north), axis=1)

        stored: BaseGeometry = shapely.transform(shape, moved)
        places = shapely.get_coordinates(stored)
        if not (np.isfinite(places).all() and (np.abs(places) <= _WORLD).all()):
            raise UsageError(
                "The coordinates lie nowhere on earth in the reference system {crs}.",
                "Check the order of the axes, or name the system they are of.",
                crs=self.uri,
            )
        return stored


def _of_epsg(epsg: int, decimals: int) -> PublishedCrs:
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{epsg}"
    return PublishedCrs(uri, epsg, north_first=True, decimals=decimals)


CRS84: Final = PublishedCrs(
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    STORAGE_EPSG,
    north_first=False,
    decimals=_DEGREE_DECIMALS,
)
"""WGS 84 longitude and latitude, to which those of CGCS2000 are equal to some centimetres."""
STORAGE: Final = _of_epsg(STORAGE_EPSG, _DEGREE_DECIMALS)
PUBLISHED_CRS: Final[Mapping[str, PublishedCrs]] = {
    crs.uri: crs
    for crs in (
        CRS84,
        STORAGE,
        _of_epsg(PREFIXED_ZONE_40_EPSG, _METRE_DECIMALS),
        _of_epsg(ZONE_40_EPSG, _METRE_DECIMALS),
    )
}


def published_crs(uri: str) -> PublishedCrs:
    """The reference system of an address.

    Raises
    ------
    UsageError
        When features are not published in it.
    """
    found = PUBLISHED_CRS.get(uri)
    if found is None:
        raise UsageError(
            "Features are not published in the reference system {crs}.",
            "Choose from: {known}.",
            crs=uri,
            known=", ".join(PUBLISHED_CRS),
        )
    return found
