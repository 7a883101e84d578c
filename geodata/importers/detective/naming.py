"""Reference systems as a person writes them after `--crs`."""

from __future__ import annotations

import re
from typing import Final, Never

from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.errors import UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.detective.answers import SHIFTS, Hypothesis, Step
from geodata.importers.detective.declarations import Declaration

_CODE: Final = re.compile(r"(?:EPSG:)?([0-9]{4,6})")
_NAMES: Final = {
    "CGCS2000": Hypothesis(STORAGE_EPSG),
    "WGS84": Hypothesis(STORAGE_EPSG),
    "GCJ02": Hypothesis(STORAGE_EPSG, (Step.FROM_GCJ02,)),
    "BD09": Hypothesis(STORAGE_EPSG, (Step.FROM_BD09,)),
}
_STEPS: Final = {step.replace("-", "").upper(): step for step in Step}


def parse_crs(text: str) -> Hypothesis:
    """The answer a person gives: a system, and what else is to be undone.

    Parameters
    ----------
    text
        ``EPSG:4528`` or ``4528``, ``GCJ-02``, ``BD-09``, ``CGCS2000``, ``WGS84``; behind it, with
        a plus sign, ``swap``, ``false-easting`` or a shift: ``EPSG:4549+swap``. Letter case does
        not matter.

    Raises
    ------
    UsageError
        When it is no such text, the system does not exist, or the parts contradict each other.
    CoordinateError
        When the system is one without a public shift to CGCS2000.
    """
    first, *others = (part.strip() for part in text.split("+"))
    base = _base(text, first)
    steps = {*base.steps}
    for part in others:
        step = _STEPS.get(_plain(part)) or _refuse(text, part)
        steps.add(step)
    if len(steps & {*SHIFTS}) > 1:
        raise UsageError("{text} names two shifts.", "Name one: BD-09 contains GCJ-02.", text=text)
    if Step.ADD_FALSE_EASTING in steps and CRS.from_epsg(base.epsg).is_geographic:
        raise UsageError(
            "{text} adds a false easting to degrees.",
            "Name a system in metres before it, for instance EPSG:4549+false-easting.",
            text=text,
        )
    return Hypothesis(base.epsg, tuple(step for step in Step if step in steps))


def _base(text: str, name: str) -> Hypothesis:
    known = _NAMES.get(_plain(name))
    if known:
        return known
    code = _CODE.fullmatch(name.upper())
    if not code:
        _refuse(text, name)
    try:
        crs = CRS.from_epsg(int(code[1]))
    except CRSError:
        crs = None
    if crs is None or not (crs.is_geographic or crs.is_projected):
        raise UsageError(
            "EPSG:{code} is no reference system of a map.",
            "Choose for instance EPSG:4490 (degrees), EPSG:4528 or EPSG:4549 (metres).",
            code=code[1],
        )
    Declaration(crs=crs).require_public()
    return Hypothesis(int(code[1]))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).upper()


def _refuse(text: str, part: str) -> Never:
    raise UsageError(
        "The reference system {text} is not understood at “{part}”.",
        "Write for instance EPSG:4528, EPSG:4549+swap, EPSG:4549+false-easting, GCJ-02 or BD-09.",
        text=text,
        part=part,
    )
