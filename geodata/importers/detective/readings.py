"""Every way to read coordinates as places in China that the numbers themselves allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from geodata.geometry.crs import STORAGE_EPSG, TILE_EPSG
from geodata.geometry.shifts import Points
from geodata.importers.detective.answers import Confidence, Hypothesis, Step
from geodata.importers.detective.declarations import Declaration
from geodata.importers.detective.placing import place
from geodata.importers.detective.zones import NEIGHBOUR, SIX_DEGREES, ZONES, Zone
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

_CHINA: Final = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north with its seas
_NORTHINGS_M: Final = (330_000.0, 6_000_000.0)
_EASTINGS_M: Final = (150_000.0, 850_000.0)
_WEB_MERCATOR_M: Final = (8_000_000.0, 15_200_000.0)
_FALSE_EASTING_M: Final = 500_000.0


@dataclass(slots=True, eq=False)
class Reading:
    """A hypothesis the numbers allow, and where it puts the sample.

    Attributes
    ----------
    placed
        Longitude and latitude of each point of the sample.
    offset
        Degrees between the sample's middle and the central meridian; 0 without a zone.
    inside, matched
        Share of the points in the district, and of the shapes' area on known outlines; nan where
        there is nothing to compare with.
    """

    hypothesis: Hypothesis
    placed: Points
    offset: float = 0.0
    inside: float = np.nan
    distance_km: float = np.nan
    matched: float = np.nan
    evidence: list[Issue] = field(default_factory=list)

    def note(self, *, template: str, **values: object) -> None:
        """Keep a statement for or against it."""
        self.evidence.append(Issue(IssueSeverity.NOTED, template, values))

    def answer(self, confidence: Confidence) -> Hypothesis:
        """The hypothesis with its evidence."""
        return replace(self.hypothesis, evidence=tuple(self.evidence), confidence=confidence)


def readings(points: Points, declared: Declaration) -> list[Reading]:
    """Every reading under which all points lie in China.

    Parameters
    ----------
    points
        Pairs of numbers in the order of the file.
    declared
        Decides only under which code a 6-degree zone without its number goes.
    """
    found: list[Reading] = []
    for steps, ordered in (((), points), ((Step.AXIS_SWAP,), points[:, ::-1])):
        read = [*_degrees(ordered, steps), *_tiles(ordered, steps)]
        read += _grids(ordered, steps, six_degrees=declared.counts_in_six_degrees)
        found += read
    kept = []
    for reading in found:
        reading.placed = place(points, reading.hypothesis)
        if _in_china(reading.placed) and _in_reach(reading):
            kept.append(reading)
    for reading in kept:
        _describe(reading)
    return kept


def _degrees(points: Points, steps: tuple[Step, ...]) -> Iterator[Reading]:
    if _in_china(points):
        for shift in ((), (Step.FROM_GCJ02,), (Step.FROM_BD09,)):
            yield Reading(Hypothesis(STORAGE_EPSG, (*steps, *shift)), points)


def _tiles(points: Points, steps: tuple[Step, ...]) -> Iterator[Reading]:
    if _within(points[:, 0], _WEB_MERCATOR_M):
        for shift in ((), (Step.FROM_GCJ02,)):
            yield Reading(Hypothesis(TILE_EPSG, (*steps, *shift)), points)


def _grids(points: Points, steps: tuple[Step, ...], *, six_degrees: bool) -> Iterator[Reading]:
    if not _within(points[:, 1], _NORTHINGS_M):
        return
    for zone in ZONES.values():
        if not zone.prefix_m and not zone.is_utm and (zone.width == SIX_DEGREES) != six_degrees:
            continue
        eastings = points[:, 0] - zone.prefix_m
        if _within(eastings, _EASTINGS_M):
            yield Reading(Hypothesis(zone.epsg, steps), points)
        if not zone.is_utm and _within(eastings + _FALSE_EASTING_M, _EASTINGS_M):
            yield Reading(Hypothesis(zone.epsg, (*steps, Step.ADD_FALSE_EASTING)), points)


def _within(numbers: Points, limits: tuple[float, float]) -> bool:
    low, high = limits
    return bool((numbers >= low).all() and (numbers <= high).all())


def _in_china(placed: Points) -> bool:
    west, south, east, north = _CHINA
    return _within(placed[:, 0], (west, east)) and _within(placed[:, 1], (south, north))


def _in_reach(reading: Reading) -> bool:
    """Whether the points lie in the zone or its neighbours; tells how far from the meridian."""
    zone = ZONES.get(reading.hypothesis.epsg)
    if zone is None:
        return True
    lon = reading.placed[:, 0] - zone.meridian
    reading.offset = float(np.median(lon))
    return _within(lon, (-NEIGHBOUR, NEIGHBOUR))


def _describe(reading: Reading) -> None:
    hypothesis = reading.hypothesis
    zone = ZONES.get(hypothesis.epsg)
    if zone:
        _describe_zone(reading, zone)
    elif hypothesis.epsg == TILE_EPSG:
        reading.note(template="The numbers are metres of Web Mercator, as map tiles use.")
    else:
        west, south = reading.placed.min(axis=0).round(6)
        east, north = reading.placed.max(axis=0).round(6)
        reading.note(
            template="The numbers are degrees in China: {west}–{east}° E, {south}–{north}° N.",
            west=west,
            south=south,
            east=east,
            north=north,
        )
    if Step.AXIS_SWAP in hypothesis.steps:
        reading.note(template="Northing or latitude is written first, easting or longitude second.")
    if Step.ADD_FALSE_EASTING in hypothesis.steps:
        reading.note(template="The eastings lack the 500,000 m that keep them positive.")
    for shift in (Step.FROM_GCJ02, Step.FROM_BD09):
        if shift in hypothesis.steps:
            reading.note(template="The shift {shift} of the web maps is undone.", shift=str(shift))


def _describe_zone(reading: Reading, zone: Zone) -> None:
    if zone.prefix_m:
        reading.note(
            template="The eastings begin with the number of the {width}-degree zone {zone}.",
            width=zone.width,
            zone=zone.number,
        )
    reading.note(
        template="The shapes would lie {offset}° from the central meridian {meridian}° E of UTM."
        if zone.is_utm
        else "The shapes lie {offset}° from the central meridian {meridian}° E of the zone.",
        offset=round(reading.offset, 3),
        meridian=zone.meridian,
    )
