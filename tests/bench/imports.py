"""What importing costs: parcels against ogr2ogr, which checks nothing; ledgers against calamine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pyogrio
import shapely
from sqlalchemy.engine import make_url

from geodata.importers.ledger import read_ledger
from geodata.model.columns import NO_DAY, LedgerColumns
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work

from .figures import Figure, seconds
from .files import write_ledger, write_parcels
from .parcels import GRID
from .server import Server, opened
from .steps import Measured, measured

PARCELS: Final = 200_000
ROWS: Final = 100_000

_ROUNDS: Final = 3
_STORED: Final = "EPSG:4490"
_OGR: Final = "ogr2ogr"
_NOON: Final = datetime(2026, 6, 30, 3, tzinfo=UTC)
_MEGABYTE: Final = 1e6
_KNOWN: Final = 20  # of so many rows, one is new
_CHANGED: Final = 100  # of so many known rows, one is changed


def import_figures(server: Server, parcels: int = PARCELS, rows: int = ROWS) -> Iterator[Figure]:
    """The figures of imports into databases of a server."""
    with TemporaryDirectory() as name:
        for crs, options in ((GRID, ("-t_srs", _STORED)), (_STORED, ())):
            path = Path(name) / f"{crs.partition(':')[2]}.gpkg"
            write_parcels(path, parcels, crs)
            yield from _parcel_figures(server, path, crs, options)
        path = Path(name) / "ledger.xlsx"
        write_ledger(path, rows)
        yield from _ledger_figures(server, path)


def _parcel_figures(
    server: Server, path: Path, crs: str, options: Sequence[str]
) -> Iterator[Figure]:
    count = pyogrio.read_info(path)["features"]
    subject = f"{count:,} parcels in {crs} from GeoPackage, checked"
    if shutil.which(_OGR) is None:
        yield Figure(subject, "", f"{_OGR} is not installed", "", "at most 2.5 ×", holds=False)
        return
    peers, steps = [], []
    for _ in range(_ROUNDS):  # in turn, so that both meet the same neighbours on the machine
        peers.append(seconds(partial(_ogr2ogr, path, server.database(), options), 1))
        steps.append(measured("step_parcels", path, server.database()))
    best, peer = min(step.seconds for step in steps), min(peers)
    yield Figure(
        subject,
        f"{best:.1f} s, {steps[0].told:,} faults told",
        f"{peer:.1f} s for {' '.join((_OGR, *options))} with COPY and index, unchecked",
        f"{best / peer:.2f} ×",
        "at most 2.5 ×",
        best <= 2.5 * peer,
    )
    yield _vector_memory(path, crs, steps)


def _vector_memory(path: Path, crs: str, steps: Sequence[Measured]) -> Figure:
    blobs = shapely.to_wkb(pyogrio.read_dataframe(path, columns=[]).geometry.to_numpy())
    geometry_mb = sum(map(len, blobs)) / _MEGABYTE
    peak_mb, most_mb = min(step.peak_mb for step in steps), 300 + 3 * geometry_mb
    return Figure(
        f"memory of that, {crs}",
        f"{peak_mb:.0f} MB",
        f"{geometry_mb:.0f} MB of well-known binary",
        "",
        f"at most 300 MB and three times that: {most_mb:.0f} MB",
        peak_mb <= most_mb,
    )


def _ogr2ogr(path: Path, url: str, options: Sequence[str]) -> None:
    address = make_url(url)
    place = f"PG:dbname={address.database} user={address.username}"
    place += "".join(f" {name}={value}" for name, value in address.query.items())
    to_table = ("-nln", "plain", "-nlt", "PROMOTE_TO_MULTI", "--config", "PG_USE_COPY", "YES")
    command = [_OGR, "-f", "PostgreSQL", place, str(path), *to_table, *options]
    subprocess.run(command, check=True, capture_output=True)


def _ledger_figures(server: Server, path: Path) -> Iterator[Figure]:
    url = server.database()
    columns = read_ledger(path).columns
    with opened(url) as engine, unit_of_work(engine) as connection:
        import_ledger(connection, ImportBatch("ledger", "0" * 64, _NOON, "bench"), _before(columns))
    rounds = [
        (measured("step_calamine", path), measured("step_ledger", path, url))
        for _ in range(_ROUNDS)
    ]
    alone, ours = (min(r[side].seconds for r in rounds) for side in (0, 1))
    yield Figure(
        f"ledger of {len(columns):,} rows from XLSX: read, checked, compared with the database",
        f"{ours:.1f} s, {rounds[0][1].told:,} rows new or changed",
        f"{alone:.1f} s for calamine to read it",
        f"{ours / alone:.2f} ×",
        "at most 3 ×",
        ours <= 3 * alone,
    )
    alone, ours = (min(r[side].peak_mb for r in rounds) for side in (0, 1))
    yield Figure(
        "memory of that",
        f"{ours:.0f} MB, in two processes",
        f"{alone:.0f} MB for calamine",
        f"{ours / alone:.2f} ×",
        "at most 3 ×",
        ours <= 3 * alone,
    )


def _before(columns: LedgerColumns) -> LedgerColumns:
    """The ledger as it was known: without some contracts, and others signed a day earlier."""
    rows = np.arange(len(columns))
    known = columns.take(rows[rows % _KNOWN > 0])
    signed = known.days["signed_on"]
    is_other = (np.arange(len(known)) % _CHANGED == 0) & (signed != NO_DAY)
    return replace(known, days={**known.days, "signed_on": signed - is_other.astype(np.int32)})
