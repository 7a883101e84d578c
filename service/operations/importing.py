"""Import a ledger and the district's land into the database: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from geodata.errors import UsageError
from geodata.importers.content import ContentFile
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.readers import sha256_of
from geodata.importers.reading import Progress
from geodata.store.engine import Engine
from geodata.store.queries.claims import import_claims
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch, ImportCounts, ImportIssue
from geodata.store.queries.parcels import import_backdrop
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.land import District, ground_of, read_district, shapes_of


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    ledger, claims
        What became of the rows of the ledger and of the inefficient-land register; None where
        none was given.
    backdrop
        How many features of the map came; None without a district.
    file
        The ledger as read, with its rejected rows, issues and unknown headers.
    """

    ledger: ImportCounts | None
    claims: ImportCounts | None
    backdrop: ImportCounts | None
    file: LedgerFile | None


def import_files(
    engine: Engine,
    *,
    ledger: Path | None,
    district: Path | None,
    actor: str,
    clock: Clock,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read the files, then write what is new in one transaction.

    Parameters
    ----------
    ledger
        Contracts; their outlines come from the file itself or by parcel code from `district`.
    district
        GeoPackage with parcels, parks, roads, water, outline and inefficient land; layers it
        does not have stay as they are. It helps to place a ledger whose shapes name no reference
        system.
    crs
        Reference system of the ledger's shapes; without a ledger, of the district.

    Raises
    ------
    UsageError
        When the district has parcels and there is no ledger whose contracts they belong to.
    InputFileError
        When a file cannot be read, or the database refuses what it says.
    CoordinateError
        When the place of shapes is not certain: imported without them, rows would count as done.
    """
    land = read_district(district, None if ledger else crs) if district else District()
    if ledger is None and land.parcels is not None:
        raise UsageError(
            "The layer parcels of {path} holds the outlines of contracts, and no ledger is named.",
            "Name the ledger as well, or leave the layer out of the file.",
            path=district,
        )
    file = (
        read_ledger(
            ledger,
            profile=profile,
            layer=layer,
            crs=crs,
            ground=ground_of(land),
            shapes_needed=True,
            progress=progress,
        )
        if ledger
        else None
    )
    now = clock()
    ledger_counts = claim_counts = backdrop_counts = None
    with unit_of_work(engine) as connection:
        if file:
            batch, shapes = batch_of(file, now, actor), shapes_of(file, land)
            ledger_counts = import_ledger(connection, batch, file.columns, shapes, file.extras)
        if district:
            batch = ImportBatch(district.name, sha256_of(district), now, actor)
            backdrop_counts = import_backdrop(connection, batch, land.layers)
            if land.claims:
                outlines = np.asarray(land.claim_shapes.to_numpy(), dtype=np.object_)
                claim_counts = import_claims(connection, batch, land.claims, outlines)
    return ImportReport(ledger_counts, claim_counts, backdrop_counts, file)


def batch_of(file: LedgerFile | ContentFile, imported_at: datetime, actor: str) -> ImportBatch:
    """Where the rows of a table come from, and what was met in it."""
    return ImportBatch(
        file_name=file.path.name,
        sha256=file.sha256,
        imported_at=imported_at,
        actor=actor,
        profile=file.profile,
        rejected=len({issue.row for issue in file.rejected}),
        issues=tuple(_logged((*file.rejected, *file.issues))),
    )


def _logged(issues: Iterable[Issue]) -> Iterable[ImportIssue]:
    for issue in issues:
        yield ImportIssue(
            issue.row, issue.column or issue.header, issue.value, issue.severity, issue.text()
        )
