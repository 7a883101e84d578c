"""The outlines to be checked, prepared once for all families of faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import SupportsIndex

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geodata.errors import CoordinateError
from geodata.geometry.crs import plane_for, to_storage
from geodata.geometry.faults import INFINITE, Shapes, Texts, faults_of, polygonal
from geodata.geometry.moving import moved
from geodata.geometry.quality.issue import Figure, QualityIssue
from geodata.geometry.validity import without_heights
from geodata.model.quality_lists import STANDING, Measure, QualitySeverity, ShapeFault
from geodata.settings import Tolerances

Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Survey:
    """Outlines on a plane, in the order of their keys.

    Attributes
    ----------
    crs
        The plane, in metres: the shapes' own system if it is one.
    keys, row_no
        Names of the parcels, and their rows in the file.
    given
        The shapes without heights, as the file has them.
    faults
        Why each is not a valid polygon (`geodata.geometry.faults`); empty where it is.
    stated_m2
        Area that the papers state; nan where they state none.
    tolerances
        From when on something is a fault.
    """

    crs: CRS
    keys: Texts
    row_no: Rows
    given: Shapes
    faults: Texts
    stated_m2: Numbers
    tolerances: Tolerances

    @cached_property
    def land(self) -> Shapes:
        """The land of each shape, as polygons that can be compared; None where there is none.

        This only looks: what an invalid outline means is for a surveyor to say.
        """
        land = self.given.copy()
        broken = np.flatnonzero(self.faults != "")
        mended = shapely.make_valid(land[broken], method="structure", keep_collapsed=False)
        land[broken] = polygonal(mended)
        return land

    def issue(
        self,
        fault: ShapeFault,
        rows: Iterable[SupportsIndex],
        where: shapely.Geometry | None,
        *,
        measured: Figure | None = None,
        unit: Measure | None = None,
        threshold: Figure | None = None,
        severity: QualitySeverity | None = None,
        place: str = "",
    ) -> QualityIssue:
        """An issue with the parcels of some rows, its place still on the plane."""
        places = [int(row) for row in rows]
        return QualityIssue(
            fault=fault,
            severity=severity or STANDING[fault].severity,
            parcels=tuple(str(self.keys[row]) for row in places),
            rows=tuple(int(self.row_no[row]) for row in places),
            where=where,
            measured=measured,
            unit=unit,
            threshold=threshold,
            place=place,
        )


def survey(
    shapes: gpd.GeoSeries,
    keys: Sequence[str],
    tolerances: Tolerances,
    *,
    row_no: Sequence[int] | None = None,
    stated_m2: Sequence[float] | Numbers | None = None,
    faults: Texts | None = None,
) -> Survey:
    """The outlines of some parcels, ready to be checked.

    Parameters
    ----------
    shapes
        Polygons in any known reference system.
    keys
        Name of each parcel: its code, else its contract number.
    tolerances
        From when on something is a fault.
    row_no
        Rows of the file; 1, 2, … by default.
    stated_m2
        Area the papers state for each, nan where they state none.
    faults
        What `geodata.geometry.faults.faults_of` says of the shapes, where that is known already.

    Raises
    ------
    CoordinateError
        When the shapes carry no reference system.
    """
    flat = without_heights(shapes.to_numpy()).copy()
    told = faults_of(flat) if faults is None else faults.copy()
    faulty = np.flatnonzero(told != "")
    flat[[row for row in faulty.tolist() if told[row].startswith(INFINITE)]] = None
    plane = _plane(gpd.GeoSeries(flat, crs=shapes.crs))
    given = flat if plane == shapes.crs else _moved(flat, shapes.crs, plane)
    lost = np.isinf(shapely.bounds(given)).any(axis=1)  # where the plane has no place for them
    given[lost], told[lost] = None, INFINITE
    if given is not flat:
        told[faulty] = _elsewhere(told[faulty], given[faulty])
    numbers = range(1, len(given) + 1) if row_no is None else row_no
    stated = np.full(len(given), np.nan) if stated_m2 is None else np.asarray(stated_m2)
    order = _order(keys, given)
    return Survey(
        crs=plane,
        keys=np.array(keys, dtype=np.object_)[order],
        row_no=np.asarray(numbers, dtype=np.intp)[order],
        given=given[order],
        faults=told[order],
        stated_m2=stated[order],
        tolerances=tolerances,
    )


def _plane(shapes: gpd.GeoSeries) -> CRS:
    """A plane in true metres; around the middle of the shapes where no zone is defined."""
    try:
        return plane_for(shapes)
    except CoordinateError:
        west, south, east, north = to_storage(gpd.GeoDataFrame(geometry=shapes)).total_bounds
        middle = f"+lat_0={np.clip((south + north) / 2, -90, 90)} +lon_0={(west + east) / 2}"
        return CRS.from_user_input(f"+proj=laea +ellps=GRS80 +units=m {middle}")


def _moved(shapes: Shapes, crs: CRS, plane: CRS) -> Shapes:
    way = Transformer.from_crs(crs, plane, always_xy=True)
    return moved(shapes, lambda points: np.column_stack(way.transform(*points.T)))


def _elsewhere(faults: Texts, moved: Shapes) -> Texts:
    """The faults with their places where the shapes have been moved to."""
    again = faults_of(moved)
    placeless = np.array([fault.partition("[")[0] for fault in faults], dtype=np.object_)
    is_same = [old == new.partition("[")[0] for old, new in zip(placeless, again, strict=True)]
    return np.where(is_same, again, placeless)


def _order(keys: Sequence[str], shapes: Shapes) -> Rows:
    """By key, then by place: the order of the file must not matter."""
    west, south, east, north = shapely.bounds(shapes).T
    return np.lexsort((shapely.area(shapes), north, east, south, west, np.array(keys, dtype=str)))
