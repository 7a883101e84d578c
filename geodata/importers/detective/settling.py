"""Shapes of a file brought to EPSG:4490: as declared, as found, or as a person has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
from pyproj import CRS

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.shifts import CHINA, Points
from geodata.importers.detective.answers import Confidence, Hypothesis, Outcome
from geodata.importers.detective.declarations import NOTHING, Declaration
from geodata.importers.detective.detection import detect
from geodata.importers.detective.naming import parse_crs
from geodata.importers.detective.placing import Shapes, apply, from_system, projected_back
from geodata.importers.detective.weighing import NOWHERE, Ground
from geodata.importers.detective.zones import NEIGHBOUR, ZONES
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

_BESIDE: Final = 5.0  # degrees beyond the area of use: no honest use of a system goes that far
_EARTH: Final = np.array([180.0, 90.0])


@dataclass(frozen=True, slots=True)
class Settled:
    """Shapes in EPSG:4490, and how they got there.

    Attributes
    ----------
    frame
        The shapes.
    source
        The system they were in: as the file declares it, or as it was found or answered.
    notes
        What there is to say about that.
    """

    frame: gpd.GeoDataFrame
    source: CRS | Hypothesis
    notes: tuple[Issue, ...] = ()

    @property
    def source_name(self) -> str:
        """The system as `--crs` takes it, or as well-known text when it has no code."""
        return self.source.name if isinstance(self.source, Hypothesis) else self.source.to_string()

    def placed(self, given: Shapes) -> gpd.GeoSeries:
        """Further shapes of the file, in their own system where that alone tells their place."""
        if isinstance(self.source, CRS):
            return gpd.GeoSeries(given, crs=self.source)
        if self.source.steps:
            return gpd.GeoSeries(apply(given, self.source), crs=STORAGE_EPSG)
        return gpd.GeoSeries(given, crs=self.source.epsg)


def settle(
    frame: gpd.GeoDataFrame,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    declared: Declaration = NOTHING,
) -> Settled:
    """The frame in EPSG:4490.

    A system the file names is used as long as its coordinates do not contradict it; otherwise the
    detective is asked.

    Parameters
    ----------
    crs
        What a person says the system is (see `parse_crs`); it counts for more than the file.
    ground
        The district and outlines known already, for the detective.
    declared
        What the file says of its coordinates beside the system its frame carries.

    Raises
    ------
    CoordinateError
        When the system has no public shift to CGCS2000, or more or less than one answer fits.
    UsageError
        When `crs` is not understood.
    """
    if crs:
        return _answered(frame, parse_crs(crs))
    system = None if frame.crs is None else CRS.from_user_input(frame.crs)
    if system is not None:
        declared = Declaration(crs=system)
        declared.require_public()
        if not _contradicts(frame.geometry.total_bounds.reshape(2, 2), system):
            return _as_declared(frame, system)
    verdict = detect(frame.geometry.to_numpy(), declared=declared, ground=ground)
    if verdict.outcome is Outcome.REFUSED and system is not None:
        return _as_declared(frame, system)
    answer = verdict.answer()
    notes = (_taken(answer, declared), *answer.evidence)
    return Settled(_moved(frame, answer), answer, notes)


def _answered(frame: gpd.GeoDataFrame, answer: Hypothesis) -> Settled:
    moved = _moved(frame, answer)
    declared = None if frame.crs is None else CRS.from_user_input(frame.crs)
    if declared is None or Hypothesis(declared.to_epsg() or 0) == answer:
        return Settled(moved, answer, _outside(moved))
    overruled = Issue(
        IssueSeverity.NOTED,
        "The file says its coordinates are {declared}; {crs} was used, as asked.",
        {"declared": declared.name, "crs": answer.name},
    )
    return Settled(moved, answer, (overruled, *_outside(moved)))


def _as_declared(frame: gpd.GeoDataFrame, system: CRS) -> Settled:
    moved = _placed(frame, from_system(frame.geometry.to_numpy(), system))
    return Settled(moved, system, _outside(moved))


def _moved(frame: gpd.GeoDataFrame, answer: Hypothesis) -> gpd.GeoDataFrame:
    return _placed(frame, apply(frame.geometry.to_numpy(), answer))


def _placed(frame: gpd.GeoDataFrame, shapes: Shapes) -> gpd.GeoDataFrame:
    moved = frame.set_crs(None, allow_override=True)
    moved[frame.geometry.name] = shapes
    return moved.set_geometry(frame.geometry.name, crs=STORAGE_EPSG)


def _contradicts(corners: Points, crs: CRS) -> bool:
    """Whether the corners of the layer lie far from where its system is used, or nowhere."""
    placed = projected_back(corners, crs)
    if np.isnan(corners).any():  # no shapes
        return False
    if not (np.abs(placed) <= _EARTH).all():
        return True
    zone = ZONES.get(crs.to_epsg() or 0)
    if zone:
        return bool((np.abs(placed[:, 0] - zone.meridian) > NEIGHBOUR).any())
    if crs.area_of_use is None:
        return False
    west, south, east, north = crs.area_of_use.bounds
    low, high = np.array([[west, south], [east, north]])
    across_date_line = west > east
    return not across_date_line and not (
        ((placed >= low - _BESIDE) & (placed <= high + _BESIDE)).all()
    )


def _taken(answer: Hypothesis, declared: Declaration) -> Issue:
    if str(declared):
        return Issue(
            IssueSeverity.NOTED,
            "The coordinates contradict the reference system {declared}; they are taken as {crs},"
            " the only one that fits.",
            {"declared": str(declared), "crs": answer.name},
        )
    return Issue(
        IssueSeverity.NOTED,
        "The layer carries no coordinate reference system; it is taken as {crs}, which the place"
        " confirms."
        if answer.confidence is Confidence.HIGH
        else "The layer carries no coordinate reference system; it is taken as {crs}, the only one"
        " its numbers fit.",
        {"crs": answer.name},
    )


def _outside(frame: gpd.GeoDataFrame) -> tuple[Issue, ...]:
    """A remark when none of the shapes lies in China."""
    bounds = frame.geometry.total_bounds
    west, south, east, north = bounds
    if not np.isfinite(bounds).all() or not (
        east < CHINA[0] or west > CHINA[2] or north < CHINA[1] or south > CHINA[3]
    ):
        return ()
    values = dict(zip(("west", "south", "east", "north"), bounds.round(4).tolist(), strict=True))
    return (
        Issue(
            IssueSeverity.NOTED,
            "The shapes lie outside China: {west}–{east}° E, {south}–{north}° N.",
            values,
        ),
    )
