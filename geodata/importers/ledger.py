"""A ledger file read into typed columns: no row is lost, and every issue is told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.errors import CoordinateError, InputFileError
from geodata.geometry.validity import Defect
from geodata.importers.headings import Heading, find_heading, normal
from geodata.importers.issues import Issue
from geodata.importers.matching import Matched, match_headers
from geodata.importers.readers import read_table, sha256_of
from geodata.importers.reading import Cells, Progress, read_columns
from geodata.importers.rows import derive_numbers, exchange_limits, reject_rows
from geodata.importers.shapes import stored_polygons
from geodata.importers.suppliers import Profile, choose_profile, load_profiles
from geodata.importers.tables import Knows, RawTable
from geodata.model.attributes import BY_KEY
from geodata.model.cells import cell_text
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import LedgerColumns, Texts, from_rows

_ALIKE: Final = 0.5

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """What a ledger file holds.

    Attributes
    ----------
    path, sha256
        The file and its digest.
    profile, layer
        Name of the profile it was read with; sheet or layer, empty where there is only one.
    columns
        The rows that could be read, in file order. ``row_no`` counts the data rows of the file
        from 1; blank rows are counted there, and left out everywhere else.
    rejected
        Why the other rows were sent back; one row may have several reasons.
    issues
        What was repaired or is worth noting.
    extras
        Columns that are not part of the ledger, as texts by header, for the rows in `columns`.
    unknown_headers
        Headers that no profile column answers to.
    geometry
        Shapes of the rows in `columns`, EPSG:4490, valid multipolygons or missing; None when the
        file has no shapes, or none whose place is known (an issue says why).
    row_count
        Rows of the file that are not blank: those in `columns` and those sent back.
    """

    path: Path
    sha256: str
    profile: str
    layer: str
    columns: LedgerColumns
    rejected: tuple[Issue, ...]
    issues: tuple[Issue, ...]
    extras: Mapping[str, Texts]
    unknown_headers: tuple[str, ...]
    geometry: gpd.GeoSeries | None
    row_count: int

    def __post_init__(self) -> None:
        assert self.row_count == len(self.columns) + len({issue.row for issue in self.rejected})


def read_ledger(
    path: str | Path,
    *,
    profile: str | None = None,
    layer: str | None = None,
    progress: Progress | None = None,
) -> LedgerFile:
    """Read a ledger from any kind of file `geodata.importers.readers` knows.

    Parameters
    ----------
    path
        The file.
    profile
        Name of a supplier profile; by default the one that knows most of the headers.
    layer
        Sheet or layer; by default the one with most known headers.
    progress
        Told how many of how many columns are read.

    Raises
    ------
    InputFileError
        When the file is missing, cannot be read, has no rows or no contract numbers.
    UsageError
        When there is no such profile.
    """
    path = Path(path)
    profiles = load_profiles()
    table = read_table(path, _knows(profiles), layer)
    chosen = choose_profile(profiles, table.headers, profile)
    matched, issues = match_headers(table, chosen.headings)
    _require_numbers(path, table, chosen, matched)
    cells, cell_issues = read_columns(table, matched, chosen.joins, progress)
    issues += derive_numbers(table, chosen, cells)
    issues += exchange_limits(chosen, cells)
    # Stable: a row that is shifted says so before its cells are blamed.
    issues += sorted(reject_rows(table, cells) + cell_issues, key=lambda issue: issue.row or 0)
    rejected = tuple(i for i in issues if i.severity is IssueSeverity.REJECTED)
    kept = _kept(table, rejected)
    geometry, shape_issues = _shapes(table, kept)
    issues += shape_issues
    return LedgerFile(
        path=path,
        sha256=sha256_of(path),
        profile=chosen.name,
        layer=table.name,
        columns=_columns(table, cells, kept),
        rejected=rejected,
        issues=tuple(i for i in issues if i.severity is not IssueSeverity.REJECTED),
        extras=_extras(table, matched, kept),
        unknown_headers=_unknown(table, matched),
        geometry=geometry,
        row_count=len(table),
    )


def _knows(profiles: Iterable[Profile]) -> Knows:
    known: dict[str, Heading] = {}
    for profile in profiles:
        known |= profile.headings
    return lambda header: find_heading(header, known) is not None


def _require_numbers(
    path: Path, table: RawTable, profile: Profile, matched: Sequence[Matched]
) -> None:
    """Refuse a table whose rows nothing could name, before each of them is sent back for it."""
    if not len(table):
        raise InputFileError(
            "The file {path} has headers but no rows.",
            "Check that the right sheet or layer was read ({layer}).",
            path=path,
            layer=table.name or path.name,
        )
    number = BY_KEY["contract_no"]
    sources = {source.header for source in profile.numbers}
    named = any(column.heading.attribute is number for column in matched)
    if named or any(normal(header) in sources for header in table.headers):
        return
    headers = [header for header in table.headers if header]
    alike = {
        header
        for name in (number.key, number.zh, *number.aliases)
        for header in difflib.get_close_matches(name, headers, 2, _ALIKE)
    }
    raise InputFileError(
        "The file {path} has no column {key} ({zh}). Its headers are: {headers}.",
        "Name the column {key} or {zh}; the nearest headers are: {nearest}.",
        path=path,
        key=number.key,
        zh=number.zh,
        headers=", ".join(headers),
        nearest=", ".join(sorted(alike)) or "–",
    )


def _kept(table: RawTable, rejected: Iterable[Issue]) -> Rows:
    """Positions of the rows that nothing speaks against."""
    sent_back = {issue.row for issue in rejected}
    return np.flatnonzero([row not in sent_back for row in table.row_no])


def _columns(table: RawTable, cells: Cells, kept: Rows) -> LedgerColumns:
    rows = [{key: column[position] for key, column in cells.items()} for position in kept]
    return from_rows(rows, [table.row_no[position] for position in kept])


def _extras(table: RawTable, matched: Sequence[Matched], kept: Rows) -> dict[str, Texts]:
    """Texts of the columns that are not typed, or not in every row."""
    typed = {column.place for column in matched if not column.heading.keep_unreadable}
    extras: dict[str, Texts] = {}
    for place, header in enumerate(table.headers):
        if place in typed:
            continue
        texts = np.array([cell_text(cell) for cell in table.columns[place]], dtype=np.object_)
        if header or any(texts):
            extras[_free_name(header or f"column {place + 1}", extras)] = texts[kept]
    return extras


def _free_name(header: str, taken: Mapping[str, object]) -> str:
    """The header, numbered like a data frame's when it stands in the file twice."""
    numbered = (header, *(f"{header}.{n}" for n in range(1, len(taken) + 1)))
    return next(name for name in numbered if name not in taken)


def _unknown(table: RawTable, matched: Sequence[Matched]) -> tuple[str, ...]:
    known = {column.place for column in matched}
    return tuple(h for place, h in enumerate(table.headers) if h and place not in known)


def _shapes(table: RawTable, kept: Rows) -> tuple[gpd.GeoSeries | None, list[Issue]]:
    """Shapes of the rows kept. Contracts can be judged without a map, so none is ever refused."""
    if table.geometry is None or table.geometry.isna().all():
        return None, []
    try:
        checked = stored_polygons(table.geometry.iloc[kept])
    except CoordinateError as error:
        return None, [Issue(IssueSeverity.NOTED, error.template, error.values)]
    issues = [_defect(table, kept[defect.row], defect) for defect in checked.defects]
    return checked.frame.geometry, issues


def _defect(table: RawTable, position: int, defect: Defect) -> Issue:
    return Issue(
        IssueSeverity.REPAIRED if defect.repaired else IssueSeverity.NOTED,
        "The shape of the row was repaired: {reason}."
        if defect.repaired
        else "The row has no usable shape: {reason}.",
        {"reason": defect.reason},
        row=table.row_no[position],
        line=table.line_no[position],
    )
