"""The fourteen ways in which files depart from the form a boundary text should have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Final

from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

Met = dict["Variant", int]
"""The variants a file has, each with the first line that shows it."""


class Variant(IntEnum):
    """A departure that is read without loss; the value is its number in the rulebook (6.4)."""

    CLOSING_POINT_MISSING = 1
    CLOSING_POINTS_NOT_COUNTED = 2
    POINT_NAMES = 3
    NEXT_RING_NUMBER = 4
    RING_NUMBERS = 5
    AXES_EXCHANGED = 6
    ZONE_NUMBER = 7
    FIELDS = 8
    AREA_UNIT = 9
    PUNCTUATION = 10
    SYSTEM_NAME = 11
    PRECISION = 12
    SEVERAL_BLOCKS = 13
    DEGREES = 14


_NOTED: Final = IssueSeverity.NOTED
_REMARKS: Final[Mapping[Variant, Issue]] = {
    Variant.CLOSING_POINT_MISSING: Issue(
        _NOTED, "Rings do not repeat their first point at the end; they are closed."
    ),
    Variant.CLOSING_POINTS_NOT_COUNTED: Issue(
        _NOTED, "The point count leaves out the points that close the rings."
    ),
    Variant.POINT_NAMES: Issue(
        _NOTED, "The points are not named J1, J2, … from the start of each block."
    ),
    Variant.NEXT_RING_NUMBER: Issue(
        _NOTED, "A closing point carries the number of the next ring; it closes its own."
    ),
    Variant.RING_NUMBERS: Issue(
        _NOTED,
        "The ring numbers do not tell outlines from holes; what lies within another ring is a"
        " hole.",
    ),
    Variant.AXES_EXCHANGED: Issue(
        _NOTED, "The easting stands before the northing; they are told apart by magnitude."
    ),
    Variant.ZONE_NUMBER: Issue(
        _NOTED, "The zone number stands only in the header, or only in the eastings."
    ),
    Variant.FIELDS: Issue(
        _NOTED, "A block header has no class code, no end mark @, or text behind it."
    ),
    Variant.AREA_UNIT: Issue(_NOTED, "The stated area is not a plain number of hectares."),
    Variant.PUNCTUATION: Issue(
        _NOTED, "The file has full-width signs, blanks, tabs, blank lines or a byte order mark."
    ),
    Variant.SYSTEM_NAME: Issue(
        _NOTED, "The reference system is not called 2000国家大地坐标系, as the format has it."
    ),
    Variant.PRECISION: Issue(_NOTED, "The precision is not stated as 0.001."),
    Variant.SEVERAL_BLOCKS: Issue(_NOTED, "The file holds several blocks."),
    Variant.DEGREES: Issue(_NOTED, "The coordinates are degrees, not metres."),
}


def remarks(met: Met) -> list[Issue]:
    """A remark for each variant met, in the order of their numbers."""
    return [replace(_REMARKS[variant], line=met[variant]) for variant in sorted(met)]
