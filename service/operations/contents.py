"""Import tables of any kind of content into the database: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np

from geodata.errors import InputFileError
from geodata.importers.claims import read_claims
from geodata.importers.content import ContentFile, read_content
from geodata.importers.diff import LedgerDiff
from geodata.importers.issues import Issue
from geodata.importers.ledger import as_ledger
from geodata.model.content_lists import ContentKind, ParkKind
from geodata.store.engine import Connection, Engine
from geodata.store.queries.claims import import_claims
from geodata.store.queries.content import import_content
from geodata.store.queries.imports import ImportBatch, ImportCounts, hold_imports
from geodata.store.queries.parcels import import_backdrop
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.importing import AS_FOUND, Reading, batch_of
from service.operations.land import Shapes
from service.operations.reimport import apply_ledger, plan_ledger


@dataclass(frozen=True, slots=True, eq=False)
class TableReport:
    """A table as read, and what became of its rows.

    Attributes
    ----------
    file, counts
        The table, and how its rows were counted.
    changes, issues
        A ledger against what was known before, and what could not be decided about it.
    """

    file: ContentFile
    counts: ImportCounts
    changes: LedgerDiff | None = None
    issues: tuple[Issue, ...] = ()


def import_tables(
    engine: Engine,
    paths: Sequence[Path],
    *,
    kind: ContentKind | None,
    actor: str,
    clock: Clock,
    reading: Reading = AS_FOUND,
) -> list[TableReport]:
    """Read the tables, then write what is new in one transaction.

    Parameters
    ----------
    paths
        The files.
    kind
        What their rows are about; None to find it by the headers of each.
    reading
        How they are to be read.

    Raises
    ------
    InputFileError
        When a file cannot be read, or the database refuses what it says.
    CoordinateError
        When the place of shapes is not certain: imported without them, rows would count as done.
    UsageError
        When the kind of a file has to be named.
    """
    files = [
        read_content(
            path,
            kind,
            profile=reading.profile,
            layer=reading.layer,
            crs=reading.crs,
            shapes_needed=True,
            progress=reading.progress,
        )
        for path in paths
    ]
    now = clock()
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        return [_take_over(connection, file, actor, now, reading) for file in files]


def _take_over(
    connection: Connection, file: ContentFile, actor: str, now: datetime, reading: Reading
) -> TableReport:
    if file.kind is not ContentKind.LEDGER:
        counts = _write(connection, batch_of(file, now, actor), file, reading.crs)
        return TableReport(file, counts)
    share, shapes = reading.tolerances.same_land_share, _shapes(file.geometry)
    plan = plan_ledger(connection, as_ledger(file), shapes, same_land_share=share)
    counts = apply_ledger(connection, batch_of(file, now, actor, plan.issues), plan)
    return TableReport(file, counts, plan.diff, plan.issues)


def _write(
    connection: Connection, batch: ImportBatch, file: ContentFile, crs: str | None
) -> ImportCounts:
    match file.kind:
        case ContentKind.CLAIMS:
            claims, outlines = read_claims(file.path, file.layer or None, crs=crs)
            return import_claims(connection, batch, claims, np.asarray(outlines, dtype=np.object_))
        case ContentKind.PARKS:
            return import_backdrop(connection, batch, {"parks": _parks(file)})
        case _:
            is_land = file.kind is ContentKind.PARCELS
            return import_content(
                connection,
                batch,
                file.kind,
                file.rows,
                row_no=file.row_no,
                extras=file.extras,
                geometry=_shapes(file.geometry) if is_land else None,
            )


def _shapes(geometry: gpd.GeoSeries | None) -> Shapes | None:
    return None if geometry is None else np.asarray(geometry.to_numpy(), dtype=np.object_)


def _parks(file: ContentFile) -> gpd.GeoDataFrame:
    """Parks as the backdrop of the map keeps them, which is replaced as a whole."""
    if file.geometry is None or file.geometry.isna().any() or file.rejected:
        raise InputFileError(
            "The parks of {path} cannot all be taken: {count} rows cannot be read, {missing} have"
            " no shape.",
            "Correct the rows; parks are replaced as a whole or not at all.",
            path=file.path,
            count=file.row_count - len(file.rows),
            missing=len(file.rows) if file.geometry is None else int(file.geometry.isna().sum()),
        )
    named = {
        "park_code": [row["park_code"] for row in file.rows],
        "name_zh": [row["name_zh"] for row in file.rows],
        "name_en": [row.get("name_en") or row["name_zh"] for row in file.rows],
        "kind": [_park_kind(row["kind"]) for row in file.rows],
    }
    return gpd.GeoDataFrame(named, geometry=file.geometry)


def _park_kind(position: object) -> str:
    assert isinstance(position, int)
    return ParkKind.at(position).value
