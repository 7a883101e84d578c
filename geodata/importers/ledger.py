"""A ledger file read into typed columns: no row is lost, and every issue is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.repair import OriginalShape, Repair
from geodata.importers.content import ContentFile, read_content
from geodata.importers.detective import NOWHERE, Ground
from geodata.importers.issues import Issue
from geodata.importers.reading import Progress
from geodata.model.columns import LedgerColumns, Texts
from geodata.model.content import NaturalKey
from geodata.model.content_lists import ContentKind
from geodata.settings import USUAL, Tolerances


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
        Shapes of the rows in `columns`, EPSG:4490, valid polygons and multipolygons or missing;
        None when the file has no shapes, or none whose place is known (an issue says why).
    row_count
        Rows of the file that are not blank: those in `columns` and those sent back.
    stated
        The attributes it has columns for.
    quality, repairs, originals, sent_back
        As in `geodata.importers.content.ContentFile`.
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
    stated: frozenset[str]
    quality: tuple[QualityIssue, ...] = ()
    repairs: tuple[Repair, ...] = ()
    originals: tuple[OriginalShape, ...] = ()
    sent_back: tuple[NaturalKey, ...] = ()

    def __post_init__(self) -> None:
        assert self.row_count == len(self.columns) + len({issue.row for issue in self.rejected})


def read_ledger(
    path: str | Path,
    *,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    ground: Ground = NOWHERE,
    tolerances: Tolerances = USUAL,
    shapes_needed: bool = False,
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
    crs, ground
        The reference system of the shapes, and what is known of the place, as in
        `geodata.importers.shapes.stored`.
    encoding, tolerances
        As in `geodata.importers.content.read_content`.
    shapes_needed
        Refuse shapes whose place is not known, instead of leaving them out with an issue.
    progress
        Told how many of how many columns are read.

    Raises
    ------
    InputFileError
        When the file is missing, cannot be read, has no rows or no contract numbers.
    CoordinateError
        When the shapes have no place in the system of `crs`, or none and they are needed.
    UsageError
        When there is no such profile or encoding, or `crs` is not understood.
    """
    return as_ledger(
        read_content(
            path,
            ContentKind.LEDGER,
            profile=profile,
            layer=layer,
            crs=crs,
            encoding=encoding,
            ground=ground,
            tolerances=tolerances,
            shapes_needed=shapes_needed,
            progress=progress,
        )
    )


def as_ledger(file: ContentFile) -> LedgerFile:
    """The typed columns of a file that was read as a ledger."""
    assert file.kind is ContentKind.LEDGER
    return LedgerFile(
        path=file.path,
        sha256=file.sha256,
        profile=file.profile,
        layer=file.layer,
        columns=file.columns,
        rejected=file.rejected,
        issues=file.issues,
        extras=file.extras,
        unknown_headers=file.unknown_headers,
        geometry=file.geometry,
        row_count=file.row_count,
        stated=frozenset(file.rows[0]) if file.rows else frozenset(),
        quality=file.quality,
        repairs=file.repairs,
        originals=file.originals,
        sent_back=file.sent_back,
    )
