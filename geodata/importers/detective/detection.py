"""The detective: coordinates without a usable reference system, and what they may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Never

import numpy as np
import shapely

from geodata.errors import CoordinateError
from geodata.geometry.shifts import Points
from geodata.importers.detective.answers import Confidence, CrsVerdict, Hypothesis, Outcome
from geodata.importers.detective.declarations import NOTHING, Declaration, city_grid
from geodata.importers.detective.placing import Shapes
from geodata.importers.detective.readings import Reading, readings
from geodata.importers.detective.weighing import NOWHERE, Ground, Sample, favoured

_POINTS: Final = 2000
_SHAPES: Final = 100
_SHOWN: Final = 8  # answers named in a message
_CITY_GRID_M: Final = 150_000.0
_EARTH: Final = np.array([180.0, 90.0])


def detect(
    geometries: Sequence[shapely.Geometry | None] | Shapes,
    *,
    declared: Declaration = NOTHING,
    ground: Ground = NOWHERE,
    stated_areas: Sequence[float] | None = None,
) -> CrsVerdict:
    """What the coordinates of a file may be that names no reference system, or one they contradict.

    Numbers and declarations count for more than the place: a zone number is believed although the
    shapes then lie outside the district. The place decides between answers that the numbers leave
    open, and turns an answer into a question where it contradicts what is declared. Xi'an 1980
    and Beijing 1954 are known by name only: no number tells them from CGCS2000.

    Parameters
    ----------
    geometries
        As the file has them; missing ones are left out.
    declared
        What the file says of its coordinates.
    ground
        The district and outlines known already.
    stated_areas
        Area of each geometry as written, in one unit that need not be known; nan where none is.
    """
    shapes = np.empty(len(geometries), dtype=np.object_)
    shapes[:] = list(geometries)
    points = _points(shapes)
    try:
        declared.require_public()
        found = readings(points, declared) if len(points) else []
        if not found:
            _refuse(points)
    except CoordinateError as error:
        return CrsVerdict(Outcome.REFUSED, error=error)
    likely = favoured(found, _sample(shapes, stated_areas), ground)
    allowed = [reading for reading in found if declared.allows(reading.hypothesis)]
    both = [reading for reading in likely if reading in allowed]
    _note_declaration(found, allowed, declared)
    if len(both) == 1:
        return CrsVerdict(Outcome.CERTAIN, (_certain(both[0], found, declared),))
    return _ask(both or [r for r in found if r in likely or r in allowed], declared)


def _points(shapes: Shapes) -> Points:
    """Some of the vertices, evenly spread, with the outermost among them."""
    points: Points = shapely.get_coordinates(shapes)
    if not len(points):
        return points
    spread = np.linspace(0, len(points) - 1, min(len(points), _POINTS)).astype(int)
    ends = (*points.argmin(axis=0), *points.argmax(axis=0))
    sample: Points = points[np.unique([*spread, *ends])]
    return sample


def _sample(shapes: Shapes, stated: Sequence[float] | None) -> Sample:
    present = np.flatnonzero(shapely.is_geometry(shapes) & ~shapely.is_empty(shapes))
    rows = present[np.linspace(0, len(present) - 1, min(len(present), _SHAPES)).astype(int)]
    areas = None if stated is None else [stated[row] for row in rows]
    return Sample(shapes[rows], areas)


def _note_declaration(
    found: Sequence[Reading], allowed: Sequence[Reading], declared: Declaration
) -> None:
    if not str(declared):
        return
    for reading in found:
        reading.note(
            template="Datum and zone agree with what the file declares ({declared})."
            if reading in allowed
            else "Datum or zone do not agree with what the file declares ({declared}).",
            declared=str(declared),
        )


def _certain(reading: Reading, found: Sequence[Reading], declared: Declaration) -> Hypothesis:
    """The answer, and what else could be said against it."""
    if len(found) > 1:
        reading.note(
            template="{count} other readings of the numbers are ruled out by what is declared or by"
            " the place.",
            count=len(found) - 1,
        )
    if declared.datum is None:
        reading.note(
            template="No older datum is declared; the numbers alone could not tell it from"
            " CGCS2000."
        )
    sure = str(declared) or len(found) > 1 or reading.inside > 0
    return reading.answer(Confidence.HIGH if sure else Confidence.MEDIUM)


def _ask(left: Sequence[Reading], declared: Declaration) -> CrsVerdict:
    ordered = sorted(left, key=_likelihood)
    answers = tuple(reading.answer(Confidence.LOW) for reading in ordered)
    shown = [_shown(reading) for reading in ordered[:_SHOWN]]
    more = [f"+{len(ordered) - _SHOWN} …"] if len(ordered) > _SHOWN else []
    return CrsVerdict(Outcome.ASK, answers, _question("; ".join(shown + more), answers, declared))


def _likelihood(reading: Reading) -> tuple[float, ...]:
    """Order of the answers: known outlines, the district, then the plainest."""
    return (
        -np.nan_to_num(reading.matched),
        -np.nan_to_num(reading.inside),
        np.nan_to_num(reading.distance_km),
        len(reading.hypothesis.steps),
        round(abs(reading.offset), 3),
        reading.hypothesis.epsg,
    )


def _shown(reading: Reading) -> str:
    lon, lat = np.median(reading.placed, axis=0)
    share = "" if np.isnan(reading.inside) else f", {reading.inside:.0%}"
    return f"{reading.hypothesis.name} ({lon:.4f}° E, {lat:.4f}° N{share})"


def _question(shown: str, answers: Sequence[Hypothesis], declared: Declaration) -> CoordinateError:
    if str(declared):
        return CoordinateError(
            "What the file declares of its coordinates ({declared}) does not settle them; these"
            " fit the numbers, each with the place it would give and the share of it in the"
            " district: {answers}; --crs names the right one.",
            "For instance: --crs {first}",
            declared=str(declared),
            answers=shown,
            first=answers[0].name,
        )
    return CoordinateError(
        "The layer carries no coordinate reference system, and {count} fit its numbers, each with"
        " the place it would give and the share of it in the district: {answers}; --crs names the"
        " right one.",
        "For instance: --crs {first}",
        count=len(answers),
        answers=shown,
        first=answers[0].name,
    )


def _refuse(points: Points) -> Never:
    """Say why no reading is left."""
    if not len(points):
        raise CoordinateError(
            "The layer carries no coordinate reference system and no coordinates.",
            "Check that the right layer was read.",
        )
    west, south = points.min(axis=0).round(4).tolist()
    east, north = points.max(axis=0).round(4).tolist()
    told = {"west": west, "south": south, "east": east, "north": north}
    if (np.abs(points) <= _EARTH).all():
        raise CoordinateError(
            "The layer carries no coordinate reference system; as degrees its numbers lie outside"
            " China: {west}–{east}° E, {south}–{north}° N.",
            "If that is right, say so with --crs EPSG:4326.",
            **told,
        )
    if (np.abs(points) <= _CITY_GRID_M).all():
        numbers = f"{west} … {east}, {south} … {north}"
        raise city_grid(numbers)
    raise CoordinateError(
        "The layer carries no coordinate reference system, and its numbers fit none in use in"
        " China: the first run from {west} to {east}, the second from {south} to {north}.",
        "Name its system with --crs, or check that all its shapes are in one system.",
        **told,
    )
