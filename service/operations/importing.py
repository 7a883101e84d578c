"""Import a ledger and the district's land into the database: everything or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from geodata.errors import UsageError
from geodata.importers.content import ContentFile
from geodata.importers.diff import LedgerDiff
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.readers import sha256_of
from geodata.importers.reading import Progress
from geodata.model.changes import Decision
from geodata.settings import Tolerances
from geodata.store.engine import Connection, Engine
from geodata.store.queries.claims import import_claims
from geodata.store.queries.imports import (
    LAND_KINDS,
    ImportBatch,
    ImportCounts,
    ImportIssue,
    hold_imports,
    imports_since,
)
from geodata.store.queries.parcels import import_backdrop
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.land import District, ground_of, read_district, shapes_of
from service.operations.reimport import ACCEPT_ALL, LedgerPlan, apply_ledger, plan_ledger


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are to be read and compared.

    Attributes
    ----------
    profile, layer
        Supplier profile, and sheet or layer, of the ledger; None to find them.
    crs
        Reference system of the ledger's shapes; without a ledger, of the district.
    tolerances
        From when on shapes are the same.
    progress
        Told how many of how many columns are read.
    """

    profile: str | None = None
    layer: str | None = None
    crs: str | None = None
    tolerances: Tolerances = field(default_factory=Tolerances)
    progress: Progress | None = None


AS_FOUND: Final = Reading()


@dataclass(frozen=True, slots=True, eq=False)
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
    changes
        The ledger against what was known before; `LedgerDiff.changes` lists it row by row.
    issues
        What could not be decided about the ledger.
    """

    ledger: ImportCounts | None
    claims: ImportCounts | None
    backdrop: ImportCounts | None
    file: LedgerFile | None
    changes: LedgerDiff | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ImportPlan:
    """What files would change; nothing is written yet.

    Attributes
    ----------
    ledger
        The ledger against what is known; None where none was given.
    district, land
        The file with the district's land, which replaces what is known; None and empty without.
    """

    ledger: LedgerPlan | None
    district: Path | None
    land: District


@dataclass(frozen=True, slots=True, eq=False)
class _Files:
    """The files as read."""

    ledger: LedgerFile | None
    district: Path | None
    land: District


def import_files(
    engine: Engine,
    *,
    ledger: Path | None,
    district: Path | None,
    actor: str,
    clock: Clock,
    reading: Reading = AS_FOUND,
) -> ImportReport:
    """Read the files, then take over all they say in one transaction.

    Parameters
    ----------
    ledger
        Contracts; their outlines come from the file itself or by parcel code from `district`.
    district
        GeoPackage with parcels, parks, roads, water, outline and inefficient land; layers it
        does not have stay as they are. It helps to place a ledger whose shapes name no reference
        system.
    reading
        How they are to be read.

    Raises
    ------
    UsageError
        When the district has parcels and there is no ledger whose contracts they belong to.
    InputFileError
        When a file cannot be read, or the database refuses what it says.
    CoordinateError
        When the place of shapes is not certain: imported without them, rows would count as done.
    """
    files = _read(ledger, district, reading)
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        plan = _plan(connection, files, reading.tolerances)
        return _apply(connection, plan, ACCEPT_ALL, actor, clock())


def plan_import(
    engine: Engine,
    *,
    ledger: Path | None,
    district: Path | None,
    reading: Reading = AS_FOUND,
    apart: Collection[int] = (),
) -> ImportPlan:
    """Read the files and compare them with what is known; nothing is written.

    Parameters and errors are those of `import_files`; `apart` as in `plan_ledger`.
    """
    files = _read(ledger, district, reading)
    with unit_of_work(engine) as connection:
        return _plan(connection, files, reading.tolerances, apart)


def apply_plan(
    engine: Engine,
    plan: ImportPlan,
    decision: Decision = ACCEPT_ALL,
    *,
    actor: str,
    clock: Clock,
) -> ImportReport:
    """Write what is accepted of a plan, in one transaction.

    Raises
    ------
    UsageError
        When contracts have changed since the plan was made (names the import), or the decision
        names what the plan does not show.
    InputFileError
        When the database refuses what the files say.
    """
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        if plan.ledger:
            _require_as_planned(connection, plan.ledger)
        return _apply(connection, plan, decision, actor, clock())


def _read(ledger: Path | None, district: Path | None, reading: Reading) -> _Files:
    land = read_district(district, None if ledger else reading.crs) if district else District()
    if ledger is None and land.parcels is not None:
        raise UsageError(
            "The layer parcels of {path} holds the outlines of contracts, and no ledger is named.",
            "Name the ledger as well, or leave the layer out of the file.",
            path=district,
        )
    if ledger is None:
        return _Files(None, district, land)
    file = read_ledger(
        ledger,
        profile=reading.profile,
        layer=reading.layer,
        crs=reading.crs,
        ground=ground_of(land),
        shapes_needed=True,
        progress=reading.progress,
    )
    return _Files(file, district, land)


def _plan(
    connection: Connection, files: _Files, tolerances: Tolerances, apart: Collection[int] = ()
) -> ImportPlan:
    plan = None
    if files.ledger:
        plan = plan_ledger(
            connection,
            files.ledger,
            shapes_of(files.ledger, files.land),
            same_land_share=tolerances.same_land_share,
            apart=apart,
        )
    return ImportPlan(plan, files.district, files.land)


def _apply(
    connection: Connection, plan: ImportPlan, decision: Decision, actor: str, now: datetime
) -> ImportReport:
    ledger, land = plan.ledger, plan.land
    ledger_counts = claim_counts = backdrop_counts = None
    if ledger:
        batch = batch_of(ledger.file, now, actor, ledger.issues)
        ledger_counts = apply_ledger(connection, batch, ledger, decision)
    if plan.district:
        batch = ImportBatch(plan.district.name, sha256_of(plan.district), now, actor)
        backdrop_counts = import_backdrop(connection, batch, land.layers)
        if land.claims:
            outlines = np.asarray(land.claim_shapes.to_numpy(), dtype=np.object_)
            claim_counts = import_claims(connection, batch, land.claims, outlines)
    return ImportReport(
        ledger=ledger_counts,
        claims=claim_counts,
        backdrop=backdrop_counts,
        file=ledger.file if ledger else None,
        changes=ledger.diff if ledger else None,
        issues=ledger.issues if ledger else (),
    )


def _require_as_planned(connection: Connection, plan: LedgerPlan) -> None:
    for since in imports_since(connection, plan.known_at, *LAND_KINDS):
        raise UsageError(
            "The contracts have changed since {path} was compared with them: {actor} imported"
            " {file} at {at}, which changed {count} of them.",
            "Compare the file again, and decide about what it changes now.",
            path=plan.file.path.name,
            actor=since.actor,
            file=since.file_name,
            at=since.imported_at.isoformat(timespec="seconds"),
            count=since.row_count,
        )


def batch_of(
    file: LedgerFile | ContentFile, imported_at: datetime, actor: str, issues: Iterable[Issue] = ()
) -> ImportBatch:
    """Where the rows of a table come from, and what was met in it and besides."""
    return ImportBatch(
        file_name=file.path.name,
        sha256=file.sha256,
        imported_at=imported_at,
        actor=actor,
        profile=file.profile,
        rejected=len({issue.row for issue in file.rejected}),
        issues=tuple(_logged((*file.rejected, *file.issues, *issues))),
    )


def _logged(issues: Iterable[Issue]) -> Iterable[ImportIssue]:
    for issue in issues:
        yield ImportIssue(
            issue.row, issue.column or issue.header, issue.value, issue.severity, issue.text()
        )
