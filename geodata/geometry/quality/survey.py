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
from pyproj import CRS

from geodata.geometry.crs import known_crs, on_plane
from geodata.geometry.faults import Shapes, Texts, faults_of, polygonal
from geodata.geometry.quality.issue import Figure, QualityIssue
from geodata.model.quality_lists import STANDING, Measure, QualitySeverity, ShapeFault
from geodata.settings import Tolerances

Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]


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
        land[broken] = [polygonal(shape) for shape in mended]
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

    Raises
    ------
    CoordinateError
        When the shapes carry no reference system, or are in degrees outside the zones of CGCS2000.
    """
    frame = gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True))
    plane = on_plane(frame)
    given = np.asarray(plane.geometry.to_numpy(), dtype=np.object_)
    if shapely.has_z(given).any():
        given = shapely.force_2d(given)
    numbers = range(1, len(given) + 1) if row_no is None else row_no
    stated = np.full(len(given), np.nan) if stated_m2 is None else np.asarray(stated_m2)
    order = _order(keys, given)
    return Survey(
        crs=known_crs(plane),
        keys=np.array(keys, dtype=np.object_)[order],
        row_no=np.asarray(numbers, dtype=np.intp)[order],
        given=given[order],
        faults=faults_of(given[order]),
        stated_m2=stated[order],
        tolerances=tolerances,
    )


def _order(keys: Sequence[str], shapes: Shapes) -> Rows:
    """By key, then by place: the order of the file must not matter."""
    west, south, east, north = shapely.bounds(shapes).T
    return np.lexsort((shapely.area(shapes), north, east, south, west, np.array(keys, dtype=str)))
