"""The land of breach reports: each parcel with what lies around it, and the district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.geometry.crs import STORAGE_EPSG, plane_for
from geodata.store.convert import Geometries
from geodata.store.engine import Connection
from geodata.store.queries.parcels import outlines_near, read_features
from service.maps.view import is_outline
from service.reports.breach.facts import Land

_SIMPLER_DEG: Final = 0.0005
"""Some fifty metres: a quarter of a millimetre on the locator."""


def district_outline(connection: Connection) -> BaseGeometry | None:
    """The outline of the district in EPSG:4490, as simple as a locator needs it."""
    shapes = read_features(connection)["outline"].geometry
    if not len(shapes):
        return None
    simple: BaseGeometry = shapely.union_all(shapes.to_numpy()).simplify(_SIMPLER_DEG)
    return simple


def lands_of(
    connection: Connection, shapes: Geometries, district: BaseGeometry | None
) -> Iterator[Land | None]:
    """Each parcel with its neighbours, in the plane of its own zone."""
    windows = [_window(shape) if is_outline(shape) else None for shape in shapes]
    wanted = [window for window in windows if window is not None]
    _codes, near = outlines_near(connection, np.array(wanted, dtype=np.object_))
    tree = shapely.STRtree(near)
    for shape, window in zip(shapes, windows, strict=True):
        if window is None:
            yield None
            continue
        others = [one for one in near[tree.query(window)] if not one.equals(shape)]
        yield _land(shape, others, district)


def _window(shape: BaseGeometry) -> BaseGeometry:
    """The land a plate shows: the parcel with as much again on each side."""
    west, south, east, north = shape.bounds
    room = max(east - west, north - south)
    box: BaseGeometry = shapely.box(west - room, south - room, east + room, north + room)
    return box


def _land(
    shape: BaseGeometry, others: Sequence[BaseGeometry], district: BaseGeometry | None
) -> Land:
    alone = gpd.GeoSeries([shape], crs=STORAGE_EPSG)
    plane = plane_for(alone)
    rest = [district] if district is not None else []
    together = gpd.GeoSeries([shape, *rest, *others], crs=STORAGE_EPSG).to_crs(plane).to_numpy()
    return Land(
        parcel=together[0],
        neighbours=tuple(together[1 + len(rest) :]),
        district=together[1] if rest else None,
        reference=f"CGCS2000 EPSG:{plane.to_epsg()}",
    )
