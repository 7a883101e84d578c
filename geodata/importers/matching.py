"""The columns of a file that are known, and a remark on each name that is nearly one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from geodata.importers.headings import Heading, find_heading, normal
from geodata.importers.issues import Issue
from geodata.importers.tables import RawTable
from geodata.model.codelists import IssueSeverity

_ALIKE: Final = 0.8
_CUT_BYTES: Final = (9, 10)  # a name of ten bytes, or nine when half a character was cut off


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the file that is known: where it stands, how it is written, what it means."""

    place: int
    header: str
    heading: Heading


def match_headers(
    table: RawTable, headings: Mapping[str, Heading]
) -> tuple[list[Matched], list[Issue]]:
    """The known columns of a table, and a remark on each name that is nearly one."""
    matched: list[Matched] = []
    issues: list[Issue] = []
    for place, header in enumerate(table.headers):
        heading = find_heading(header, headings)
        whole = _completions(header, headings) if table.names_cut and not heading else []
        if len(whole) == 1:
            heading = headings[whole[0]]
        if heading:
            matched.append(Matched(place, header, heading))
        elif header:
            issues.extend(_near_miss(header, whole, headings))
    return matched, issues


def _near_miss(
    header: str, whole: Sequence[str], headings: Mapping[str, Heading]
) -> Iterator[Issue]:
    if whole:
        yield Issue(
            IssueSeverity.NOTED,
            "The format has cut the column name {header}, which may be {names}; it was not used."
            " Hand the table over as GeoPackage.",
            {"header": header, "names": ", ".join(whole)},
            header=header,
        )
    elif near := difflib.get_close_matches(header.casefold(), headings, 1, _ALIKE):
        yield Issue(
            IssueSeverity.NOTED,
            "The column {header} is unknown and kept as an extra attribute."
            " Did you mean {nearest}?",
            {"header": header, "nearest": near[0]},
            header=header,
        )


def _completions(header: str, headings: Mapping[str, Heading]) -> list[str]:
    """Known names that a Shapefile, whose names have ten bytes, may have cut to this one.

    One name per attribute and unit; more than one means that the header cannot be trusted.
    """
    name = normal(header)
    if not {len(name.encode()), len(name.encode("gb18030"))} & set(_CUT_BYTES):
        return []
    found: dict[tuple[str, Fraction], str] = {}
    for known, heading in headings.items():
        if known.startswith(name):
            found.setdefault((heading.attribute.key, heading.factor), known)
    return list(found.values())
