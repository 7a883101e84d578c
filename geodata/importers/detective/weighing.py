"""Readings weighed against the ground: the district, outlines known already, stated areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.measure import Areas, ellipsoid_area_m2
from geodata.importers.detective.areas import best_unit
from geodata.importers.detective.placing import Shapes, apply
from geodata.importers.detective.readings import Reading

_IN_DISTRICT: Final = 0.5
_FAR_KM: Final = 50.0  # neighbouring zones lie almost 300 km apart

# A shift of half a kilometre is told by its edges only.
_ALL_INSIDE: Final = 0.99
_SOME_OUTSIDE: Final = 0.9
_FEWEST_SHAPES: Final = 10

_SAME_OUTLINES: Final = 0.8
_CLEARLY_LESS: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is known of the place, in EPSG:4490; each part optional.

    Attributes
    ----------
    outline
        The district.
    parcels
        Outlines known already; a file that shows some of them again is recognised by them.
    parks
        Outlines of the parks by name.
    """

    outline: shapely.Geometry | None = None
    parcels: Shapes | None = None
    parks: gpd.GeoSeries | None = None


NOWHERE: Final = Ground()


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some shapes as the file has them, and the area stated for each, in one unknown unit."""

    shapes: Shapes
    stated: Sequence[float] | None = None


def favoured(readings: list[Reading], sample: Sample, ground: Ground) -> list[Reading]:
    """The readings the ground does not speak against; all, where it says nothing."""
    if ground.outline is not None:
        for reading in readings:
            _compare_district(reading, ground.outline)
        readings = _not_elsewhere(readings)
    if len(readings) > 1 and sample.stated is not None:
        readings = _with_stated_areas(readings, sample.shapes, sample.stated)
    if len(readings) > 1 and ground.parcels is not None and len(ground.parcels):
        for reading in readings:
            _compare_parcels(reading, sample.shapes, ground.parcels)
        readings = _on_known_outlines(readings)
    if ground.outline is not None and len(sample.shapes) >= _FEWEST_SHAPES:
        readings = _without_shifted_edges(readings)
    return readings


def _compare_district(reading: Reading, outline: shapely.Geometry) -> None:
    shapely.prepare(outline)
    reading.inside = float(shapely.contains_xy(outline, *reading.placed.T).mean())
    if reading.inside:
        reading.distance_km = 0.0
        reading.note(
            template="{share} % of the points lie in the district.", share=_percent(reading.inside)
        )
        return
    line = shapely.shortest_line(outline, shapely.multipoints(reading.placed))
    geod = CRS.from_epsg(STORAGE_EPSG).get_geod()
    assert geod is not None
    reading.distance_km = geod.geometry_length(line) / 1000
    reading.note(
        template="None of the points lies in the district; the nearest is {km} km away.",
        km=round(reading.distance_km, 1),
    )


def _not_elsewhere(readings: list[Reading]) -> list[Reading]:
    """Without those far away, when another lies in the district."""
    if not any(reading.inside >= _IN_DISTRICT for reading in readings):
        return readings
    return [reading for reading in readings if reading.distance_km <= _FAR_KM]


def _without_shifted_edges(readings: list[Reading]) -> list[Reading]:
    """Without those that push shapes over the border, when another keeps them all inside."""
    if not any(reading.inside >= _ALL_INSIDE for reading in readings):
        return readings
    return [reading for reading in readings if reading.inside > _SOME_OUTSIDE]


def _compare_parcels(reading: Reading, shapes: Shapes, parcels: Shapes) -> None:
    """Mean share of the area that a shape and the known outline most like it have in common."""
    moved = shapely.make_valid(apply(shapes, reading.hypothesis))
    mine, theirs = shapely.STRtree(parcels).query(moved, predicate="intersects")
    common = shapely.area(shapely.intersection(moved[mine], parcels[theirs]))
    together = shapely.area(shapely.union(moved[mine], parcels[theirs]))
    best = np.zeros(len(moved))
    np.maximum.at(best, mine, np.divide(common, together, where=together > 0, out=common * 0))
    reading.matched = float(best.mean())
    reading.note(
        template="{count} shapes agree with outlines known already to {share} % of their area.",
        count=len(moved),
        share=_percent(reading.matched),
    )


def _on_known_outlines(readings: list[Reading]) -> list[Reading]:
    best = max(reading.matched for reading in readings)
    if best < _SAME_OUTLINES:
        return readings
    return [reading for reading in readings if reading.matched > best - _CLEARLY_LESS]


def _with_stated_areas(
    readings: list[Reading], shapes: Shapes, stated: Sequence[float]
) -> list[Reading]:
    """Those whose areas are the stated ones in some unit, when others' are in none."""
    agreeing = []
    for reading in readings:
        unit = best_unit(stated, _areas_m2(apply(shapes, reading.hypothesis)))
        if unit:
            agreeing.append(reading)
            reading.note(
                template="The stated areas agree with the shapes in {unit}.", unit=unit.label
            )
        else:
            reading.note(template="The stated areas agree with the shapes in no unit of area.")
    return agreeing or readings


def _areas_m2(shapes: Shapes) -> Areas:
    return ellipsoid_area_m2(gpd.GeoDataFrame(geometry=shapes, crs=STORAGE_EPSG))


def _percent(share: float) -> float:
    return round(100 * share, 1)
