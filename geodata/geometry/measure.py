"""Areas of shapes on the grid and on the ellipsoid, and how far a place is from one.

A measured area never replaces the registered one (R0.9): at Jinshan the grid shows some 0.04 %
more than the ellipsoid, and both differ from what the contract says.
"""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.geometry.crs import (
    STORAGE_EPSG,
    known_crs,
    to_storage,
    way_to_storage,
    with_zone_number,
    zone_for,
)

Areas = npt.NDArray[np.float64]

_MARGIN: Final = 0.01  # degrees by which a border of a layer may bulge between its corners


def planar_area_m2(frame: gpd.GeoDataFrame) -> Areas:
    """Area of each shape on the grid of its CGCS2000 zone, in m²; a missing shape has none (nan).

    The zone is that of the middle of the shape, whatever zone the frame comes in: this is the area
    that contracts state.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system or a shape lies outside the zones.
    """
    given = known_crs(frame).to_epsg()
    shapes = frame.geometry
    areas = np.asarray(shapely.area(shapes.to_numpy()), dtype=np.float64)
    placed = np.flatnonzero(shapely.get_num_coordinates(shapes.to_numpy()) > 0)
    zones = _zones(shapes.iloc[placed])
    for zone in np.unique(zones):
        if given not in (zone, with_zone_number(int(zone))):
            rows = placed[zones == zone]
            areas[rows] = shapely.area(shapes.iloc[rows].to_crs(zone).to_numpy())
    return areas


def _zones(shapes: gpd.GeoSeries) -> npt.NDArray[np.int64]:
    """EPSG code of the zone in which the middle of each shape lies."""
    corners = shapely.points(shapely.get_coordinates(shapely.box(*shapes.total_bounds)))
    around = gpd.GeoSeries(corners, crs=shapes.crs).to_crs(STORAGE_EPSG).x
    first, last = np.round([(around.min() - _MARGIN) / 3, (around.max() + _MARGIN) / 3])
    if first == last:
        return np.full(len(shapes), zone_for(3 * first), dtype=np.int64)
    west, south, east, north = shapely.bounds(shapes.to_numpy()).T
    way = way_to_storage(known_crs(shapes))
    middles, _ = way.transform((west + east) / 2, (south + north) / 2)
    degrees, place = np.unique(np.round(middles / 3) * 3, return_inverse=True)
    return np.array([zone_for(lon) for lon in degrees], dtype=np.int64)[place]


def ellipsoid_area_m2(frame: gpd.GeoDataFrame) -> Areas:
    """Area of each shape on the CGCS2000 ellipsoid, in m², its edges taken as geodesics.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system.
    """
    stored = to_storage(frame)
    geod = stored.crs.get_geod()
    shapes = shapely.orient_polygons(stored.geometry.to_numpy())
    return np.array(
        [np.nan if shape is None else geod.geometry_area_perimeter(shape)[0] for shape in shapes],
        dtype=np.float64,
    )


def distance_m(shape: BaseGeometry, lon: float, lat: float) -> float:
    """Distance of a place from a shape, both in EPSG:4490, on the grid of its zone; 0 = inside.

    Raises
    ------
    CoordinateError
        When the place lies outside the zones.
    """
    there = gpd.GeoSeries([shape, shapely.Point(lon, lat)], crs=STORAGE_EPSG)
    outline, place = there.to_crs(zone_for(lon))
    return float(shapely.distance(outline, place))
