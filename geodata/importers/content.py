"""A file of any kind of content read into typed rows: no row is lost, and every issue is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.geometry.blocks import meanwhile
from geodata.geometry.quality.issue import QualityIssue, in_order
from geodata.geometry.repair import OriginalShape, Repair
from geodata.importers.attribute_quality import check_facts, fact_columns
from geodata.importers.detective import NOWHERE, AreaUnit, Ground
from geodata.importers.headings import Heading, find_heading
from geodata.importers.issues import Issue
from geodata.importers.kinds import detect_kind
from geodata.importers.matching import Matched, match_headers
from geodata.importers.outlines import Checks, Outlined, read_outlines
from geodata.importers.readers import read_table, sha256_of
from geodata.importers.reading import Cells, Progress, read_columns
from geodata.importers.required import require_columns, require_rows
from geodata.importers.row_names import row_names
from geodata.importers.rows import derive_numbers, exchange_limits, reject_rows
from geodata.importers.suppliers import Profile, choose_profile, profiles_of
from geodata.importers.tables import Knows, RawTable
from geodata.model.cells import cell_text
from geodata.model.coded import Coded
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import LedgerColumns, Texts
from geodata.model.content import Catalogue, NaturalKey, Row, catalogue_of
from geodata.model.content.typed_rows import TypedRows
from geodata.model.content_lists import ContentKind
from geodata.model.uploads import SupplierMapping
from geodata.settings import USUAL, Tolerances

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
        Shapes of the rows, EPSG:4490, valid polygons and multipolygons or missing; None when the
        file has no shapes, or none whose place is known (an issue says why).
    row_count
        Rows of the file that are not blank: those in `rows` and those sent back.
    columns
        The facts that are columns of the ledger too, for the rows in `rows`.
    checks
        Waits for what is wrong with outlines and facts, which is looked for meanwhile.
    sent_back
        Keys of the other rows, as far as they can be read.
    repairs, originals
        What was repaired of the outlines or could not be, by row of the file, and the shapes that
        were repaired as the file has them.
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
    columns: LedgerColumns
    checks: Checks = tuple
    repairs: tuple[Repair, ...] = ()
    originals: tuple[OriginalShape, ...] = ()
    sent_back: tuple[NaturalKey, ...] = ()

    def __post_init__(self) -> None:
        assert self.row_count == len(self.rows) + len({issue.row for issue in self.rejected})

    @property
    def quality(self) -> tuple[QualityIssue, ...]:
        """What is wrong with outlines and facts, as the file has them."""
        return self.checks()


def read_content(  # noqa: PLR0913 - each says in another way how a file is to be read
    path: str | Path,
    kind: ContentKind | None = None,
    *,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    ground: Ground = NOWHERE,
    tolerances: Tolerances = USUAL,
    shapes_needed: bool = False,
    progress: Progress | None = None,
    told: Sequence[SupplierMapping] = (),
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
        `geodata.importers.shapes.stored`. The outlines are held against the district and the parks.
    encoding
        As in `geodata.importers.readers.read_table`.
    tolerances
        From when on an outline is faulty, and by how much a repair may change it.
    shapes_needed
        Refuse shapes whose place is not known, instead of leaving them out with an issue.
    progress
        Told how many of how many columns are read.
    told
        What people have said of the columns of suppliers.

    Raises
    ------
    InputFileError
        When the file is missing, cannot be read, has no rows or lacks a column the kind needs.
    CoordinateError
        When the shapes have no place in the system of `crs`, or none and they are needed.
    UsageError
        When there is no such profile or encoding, `crs` is not understood, or the kind has to be
        named.
    """
    path = Path(path)
    knows = known_headers_of(ContentKind if kind is None else (kind,), told)
    table = read_table(path, knows, layer, encoding=encoding, tolerances=tolerances)
    kind = kind or detect_kind(table.headers, told).answer()
    catalogue = catalogue_of(kind)
    chosen = choose_profile(profiles_of(kind, told), table.headers, profile)
    matched, issues = match_headers(table, chosen.headings)
    require_rows(path, table)
    require_columns(path, table, catalogue, chosen, matched)
    cells, cell_issues = _read_cells(table, catalogue, chosen, matched, progress)
    issues += cell_issues
    rejected = tuple(i for i in issues if i.severity is IssueSeverity.REJECTED)
    kept = _kept(table, rejected)
    names = row_names(catalogue, cells)
    keys = [names[position] for position in kept.tolist()]
    rows = Outlined(table, catalogue, kept, cells, keys, _area_unit(catalogue, matched))
    outlines = read_outlines(
        rows,
        crs=crs,
        ground=ground,
        tolerances=tolerances,
        needed=shapes_needed or crs is not None,
    )
    issues += outlines.issues
    taken = {key: Coded.of(column).take(kept) for key, column in cells.items()}
    columns = fact_columns(catalogue, taken, rows.numbers)
    extras = _extras(table, matched, kept)
    return ContentFile(
        path=path,
        sha256=sha256_of(path),
        kind=kind,
        profile=chosen.name,
        layer=table.name,
        rows=TypedRows(taken, len(kept)),
        row_no=rows.numbers,
        rejected=rejected,
        issues=tuple(i for i in issues if i.severity is not IssueSeverity.REJECTED),
        extras=extras,
        unknown_headers=_unknown(table, matched),
        geometry=outlines.geometry,
        row_count=len(table),
        columns=columns,
        checks=meanwhile(
            lambda: in_order((*outlines.checks(), *check_facts(columns, keys, extras)))
        ),
        repairs=outlines.repairs,
        originals=outlines.originals,
        sent_back=_keys(catalogue, cells, np.setdiff1d(np.arange(len(table)), kept)),
    )


def known_headers_of(kinds: Iterable[ContentKind], told: Sequence[SupplierMapping] = ()) -> Knows:
    """Recognises the headers of some kinds, as any profile has them or a person told them."""
    known: dict[str, Heading] = {}
    for kind in kinds:
        for profile in profiles_of(kind, told):
            known |= profile.headings
    return lambda header: find_heading(header, known) is not None


def _read_cells(
    table: RawTable,
    catalogue: Catalogue,
    profile: Profile,
    matched: Sequence[Matched],
    progress: Progress | None,
) -> tuple[Cells, list[Issue]]:
    """Typed cells of all rows, and everything there is to say about them."""
    cells, cell_issues = read_columns(table, matched, profile.joins, progress)
    issues = [*table.issues, *derive_numbers(table, profile, cells)]
    issues += exchange_limits(profile, cells)
    # Stable: a row that is shifted says so before its cells are blamed.
    row_issues = reject_rows(table, cells, catalogue, cell_issues)
    return cells, issues + sorted(row_issues + cell_issues, key=lambda issue: issue.row or 0)


def _kept(table: RawTable, rejected: Iterable[Issue]) -> Rows:
    """Positions of the rows that nothing speaks against."""
    sent_back = {issue.row for issue in rejected}
    return np.flatnonzero([row not in sent_back for row in table.row_no])


def _keys(catalogue: Catalogue, cells: Cells, rows: Rows) -> tuple[NaturalKey, ...]:
    found = [key for key in catalogue.key if key in cells]
    return tuple(catalogue.key_of({key: cells[key][row] for key in found}) for row in rows.tolist())


def _extras(table: RawTable, matched: Sequence[Matched], kept: Rows) -> dict[str, Texts]:
    """Texts of the columns that are not typed, or not in every row."""
    typed = {column.place for column in matched if not column.heading.keep_unreadable}
    extras: dict[str, Texts] = {}
    times: Counter[str] = Counter()
    for place, header in enumerate(table.headers):
        if place in typed:
            continue
        texts = np.array([cell_text(cell) for cell in table.columns[place]], dtype=np.object_)
        if header or any(texts):
            name = _free_name(header or f"column {place + 1}", extras, times)
            extras[name] = texts[kept]
    return extras


def _free_name(header: str, taken: Mapping[str, object], times: Counter[str]) -> str:
    """The header, numbered like a data frame's when it stands in the file twice."""
    numbered = (f"{header}.{n}" if n else header for n in count(times[header]))
    times[header] += 1
    return next(name for name in numbered if name not in taken)


def _unknown(table: RawTable, matched: Sequence[Matched]) -> tuple[str, ...]:
    known = {column.place for column in matched}
    return tuple(h for place, h in enumerate(table.headers) if h and place not in known)


def _area_unit(catalogue: Catalogue, matched: Sequence[Matched]) -> AreaUnit:
    """The unit in which the header of the area states it."""
    factors = (m.heading.factor for m in matched if m.heading.attribute.key == catalogue.area)
    factor = next(factors, AreaUnit.M2.m2)
    return next((unit for unit in AreaUnit if unit.m2 == factor), AreaUnit.M2)
