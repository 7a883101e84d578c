"""A file of any kind of content read into typed rows: no row is lost, and every issue is told."""

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
from geodata.importers.detective import NOWHERE, Ground
from geodata.importers.headings import Heading, find_heading, normal
from geodata.importers.issues import Issue
from geodata.importers.kinds import detect_kind
from geodata.importers.matching import Matched, match_headers
from geodata.importers.readers import read_table, sha256_of
from geodata.importers.reading import Progress, read_columns
from geodata.importers.rows import derive_numbers, exchange_limits, reject_rows
from geodata.importers.shapes import stored_polygons
from geodata.importers.suppliers import Profile, choose_profile, load_profiles
from geodata.importers.tables import Knows, RawTable
from geodata.model.attributes import Attribute
from geodata.model.cells import cell_text
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Texts
from geodata.model.content import Catalogue, Row, catalogue_of
from geodata.model.content_lists import ContentKind

_ALIKE: Final = 0.5

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ContentFile:
    """What a file holds.

    Attributes
    ----------
    path, sha256
        The file and its digest.
    kind
        What its rows are about.
    profile, layer
        Name of the profile it was read with; sheet or layer, empty where there is only one.
    rows, row_no
        The rows that could be read, in file order, and their numbers: the data rows of the file
        from 1; blank rows are counted there, and left out everywhere else.
    rejected
        Why the other rows were sent back; one row may have several reasons.
    issues
        What was repaired or is worth noting.
    extras
        Columns that are not part of the kind, as texts by header, one per row in `rows`.
    unknown_headers
        Headers that no profile column answers to.
    geometry
        Shapes of the rows, EPSG:4490, valid multipolygons or missing; None when the file has no
        shapes, or none whose place is known (an issue says why).
    row_count
        Rows of the file that are not blank: those in `rows` and those sent back.
    """

    path: Path
    sha256: str
    kind: ContentKind
    profile: str
    layer: str
    rows: Sequence[Row]
    row_no: Sequence[int]
    rejected: tuple[Issue, ...]
    issues: tuple[Issue, ...]
    extras: Mapping[str, Texts]
    unknown_headers: tuple[str, ...]
    geometry: gpd.GeoSeries | None
    row_count: int

    def __post_init__(self) -> None:
        assert self.row_count == len(self.rows) + len({issue.row for issue in self.rejected})


def read_content(
    path: str | Path,
    kind: ContentKind | None = None,
    *,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    shapes_needed: bool = False,
    progress: Progress | None = None,
) -> ContentFile:
    """Read a table of any kind of content from any file `geodata.importers.readers` knows.

    Parameters
    ----------
    path
        The file.
    kind
        What its rows are about; by default found by the headers.
    profile
        Name of a supplier profile of the kind; by default the one that knows most headers.
    layer
        Sheet or layer; by default the one with most known headers.
    crs, ground
        The reference system of the shapes, and what is known of the place, as in
        `geodata.importers.shapes.stored`.
    shapes_needed
        Refuse shapes whose place is not known, instead of leaving them out with an issue.
    progress
        Told how many of how many columns are read.

    Raises
    ------
    InputFileError
        When the file is missing, cannot be read, has no rows or lacks a column the kind needs.
    CoordinateError
        When the shapes have no place in the system of `crs`, or none and they are needed.
    UsageError
        When there is no such profile, `crs` is not understood, or the kind has to be named.
    """
    path = Path(path)
    table = read_table(path, _knows(ContentKind if kind is None else (kind,)), layer)
    kind = kind or detect_kind(table.headers).answer()
    catalogue = catalogue_of(kind)
    chosen = choose_profile(load_profiles(kind), table.headers, profile)
    matched, issues = match_headers(table, chosen.headings)
    _require_rows(path, table)
    _require_columns(path, table, catalogue, chosen, matched)
    cells, cell_issues = read_columns(table, matched, chosen.joins, progress)
    issues += table.issues
    issues += derive_numbers(table, chosen, cells)
    issues += exchange_limits(chosen, cells)
    # Stable: a row that is shifted says so before its cells are blamed.
    row_issues = reject_rows(table, cells, catalogue, cell_issues)
    issues += sorted(row_issues + cell_issues, key=lambda issue: issue.row or 0)
    rejected = tuple(i for i in issues if i.severity is IssueSeverity.REJECTED)
    kept = _kept(table, rejected)
    geometry, shape_issues = _shapes(
        table, kept, crs, ground, needed=shapes_needed or crs is not None
    )
    issues += shape_issues
    return ContentFile(
        path=path,
        sha256=sha256_of(path),
        kind=kind,
        profile=chosen.name,
        layer=table.name,
        rows=[{key: column[position] for key, column in cells.items()} for position in kept],
        row_no=[table.row_no[position] for position in kept],
        rejected=rejected,
        issues=tuple(i for i in issues if i.severity is not IssueSeverity.REJECTED),
        extras=_extras(table, matched, kept),
        unknown_headers=_unknown(table, matched),
        geometry=geometry,
        row_count=len(table),
    )


def _knows(kinds: Iterable[ContentKind]) -> Knows:
    known: dict[str, Heading] = {}
    for kind in kinds:
        for profile in load_profiles(kind):
            known |= profile.headings
    return lambda header: find_heading(header, known) is not None


def _require_rows(path: Path, table: RawTable) -> None:
    if not len(table):
        raise InputFileError(
            "The file {path} has headers but no rows.",
            "Check that the right sheet or layer was read ({layer}).",
            path=path,
            layer=table.name or path.name,
        )


def _require_columns(
    path: Path,
    table: RawTable,
    catalogue: Catalogue,
    profile: Profile,
    matched: Sequence[Matched],
) -> None:
    """Refuse a table whose rows would all be sent back for a column that is not there."""
    found = {column.heading.attribute.key for column in matched}
    sources = {source.header for source in profile.numbers}
    if any(normal(header) in sources for header in table.headers):
        found.add("contract_no")
    for attribute in catalogue.required:
        if attribute.key not in found:
            raise _without(path, table, attribute)


def _without(path: Path, table: RawTable, attribute: Attribute) -> InputFileError:
    headers = [header for header in table.headers if header]
    alike = {
        header
        for name in (attribute.key, attribute.zh, *attribute.aliases)
        for header in difflib.get_close_matches(name, headers, 2, _ALIKE)
    }
    return InputFileError(
        "The file {path} has no column {key} ({zh}). Its headers are: {headers}.",
        "Name the column {key} or {zh}; the nearest headers are: {nearest}.",
        path=path,
        key=attribute.key,
        zh=attribute.zh,
        headers=", ".join(headers),
        nearest=", ".join(sorted(alike)) or "–",
    )


def _kept(table: RawTable, rejected: Iterable[Issue]) -> Rows:
    """Positions of the rows that nothing speaks against."""
    sent_back = {issue.row for issue in rejected}
    return np.flatnonzero([row not in sent_back for row in table.row_no])


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


def _shapes(
    table: RawTable, kept: Rows, crs: str | None, ground: Ground, *, needed: bool
) -> tuple[gpd.GeoSeries | None, list[Issue]]:
    """Shapes of the rows kept. Contracts can be judged without a map, unless it is needed."""
    if table.geometry is None or table.geometry.isna().all():
        return None, []
    try:
        checked = stored_polygons(table.geometry.iloc[kept], crs=crs, ground=ground)
    except CoordinateError as error:
        if needed:
            raise
        return None, [Issue(IssueSeverity.NOTED, error.template, error.values)]
    issues = [*checked.notes]
    issues += [_defect(table, kept[defect.row], defect) for defect in checked.defects]
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
