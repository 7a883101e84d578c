"""The log of imports, and the instant from which the facts of each are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PureWindowsPath
from typing import Any, Final

import sqlalchemy as sa

from geodata.geometry.repair import OriginalShape
from geodata.model.changes import ImportCounts
from geodata.model.codelists import IssueSeverity
from geodata.store.bulk import copy_in
from geodata.store.tables import IMPORT_BATCH, IMPORT_ISSUE

LEDGER_KIND: Final = "ledger"

LAND_KINDS: Final = (LEDGER_KIND, "parcels")
"""The kinds of import that bring outlines of parcels."""

JUDGED_KINDS: Final = (*LAND_KINDS, "government_periods")
"""The kinds of import whose facts are judged; their instants never meet."""

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ImportIssue:
    """What was rejected, repaired or odd.

    Attributes
    ----------
    row_no
        Data row of the file, from 1; None when it concerns the file.
    column, value
        Key of the column and the cell as it was met; may be empty.
    severity, message
        What it meant for the row, and the reason.
    """

    row_no: int | None
    column: str
    value: str
    severity: IssueSeverity
    message: str


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Where the rows of an import come from.

    Attributes
    ----------
    file_name, sha256
        Name of the file (folders are left out of the log) and digest of its bytes.
    imported_at
        Instant of the import, with its time zone.
    actor
        Who imports.
    profile
        Supplier profile the headers were read with; empty for our own.
    declined, rejected
        Rows left out by the user, and rows that could not be read.
    issues
        What the importer met.
    originals
        Shapes that were repaired, as the file has them.
    """

    file_name: str
    sha256: str
    imported_at: datetime
    actor: str
    profile: str = ""
    declined: int = 0
    rejected: int = 0
    issues: tuple[ImportIssue, ...] = ()
    originals: tuple[OriginalShape, ...] = ()


def hold_imports(connection: sa.Connection) -> None:
    """Wait for any other import; others wait until the transaction ends."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_number())))


def lock_imports(connection: sa.Connection, kind: str, imported_at: datetime) -> datetime:
    """Wait for any other import, and return the instant from which this one's facts are known.

    That is the instant of the import; where the clock stood still or was set back, a tick after
    the last import of the kind, so that what was read as of an earlier instant stays as it was.
    """
    assert imported_at.tzinfo is not None, "an instant needs its time zone"
    hold_imports(connection)
    kinds = JUDGED_KINDS if kind in JUDGED_KINDS else (kind,)
    last = last_import_at(connection, *kinds)
    return imported_at if last is None or imported_at > last else last + _TICK


def last_import_at(connection: sa.Connection, *kinds: str) -> datetime | None:
    """Instant of the last import of one of the kinds; None before the first."""
    instants = sa.select(sa.func.max(IMPORT_BATCH.c.imported_at))
    last: datetime | None = connection.scalar(instants.where(IMPORT_BATCH.c.kind.in_(kinds)))
    return last


def last_change_at(connection: sa.Connection, *kinds: str) -> datetime | None:
    """Instant of the last import of one of the kinds that changed something."""
    changes = imports_since(connection, None, *kinds)
    return changes[-1].imported_at if changes else None


@dataclass(frozen=True, slots=True)
class LoggedImport:
    """An import that changed what is known."""

    file_name: str
    actor: str
    imported_at: datetime
    row_count: int


def imports_since(
    connection: sa.Connection, instant: datetime | None, *kinds: str
) -> list[LoggedImport]:
    """The imports of some kinds after an instant, or ever, that changed something."""
    log = IMPORT_BATCH.c
    row_count = log.added + log.changed + log.retired
    query = (
        sa.select(log.file_name, log.actor, log.imported_at, row_count)
        .where(log.kind.in_(kinds), row_count > 0)
        .order_by(log.imported_at)
    )
    if instant is not None:
        query = query.where(log.imported_at > instant)
    return [LoggedImport(*row) for row in connection.execute(query)]


def importers(connection: sa.Connection) -> set[str]:
    """Everybody who has imported something."""
    return set(connection.scalars(sa.select(IMPORT_BATCH.c.actor).distinct()))


def log_import(
    connection: sa.Connection,
    kind: str,
    batch: ImportBatch,
    counts: ImportCounts,
    at: datetime,
    digests: Sequence[bytes] = (),
) -> int:
    """Write an import and its issues to the log; return its number.

    Parameters
    ----------
    digests
        Of the facts it brings, in the order in which they are written.
    """
    row = {
        "kind": kind,
        # Windows paths split at both kinds of slash.
        "file_name": PureWindowsPath(batch.file_name).name,
        "sha256": batch.sha256,
        "imported_at": at,
        "actor": batch.actor,
        "profile": batch.profile,
        "content_digest": sha256(b"".join(digests)).digest() if digests else None,
        **asdict(counts),
    }
    insert = sa.insert(IMPORT_BATCH).values(row).returning(IMPORT_BATCH.c.import_id)
    import_id: int = connection.execute(insert).scalar_one()
    issues = batch.issues
    copy_in(
        connection,
        IMPORT_ISSUE,
        {
            "import_id": [import_id] * len(issues),
            "issue_no": range(1, len(issues) + 1),
            "row_no": [issue.row_no for issue in issues],
            "column_name": [issue.column for issue in issues],
            "value": [issue.value for issue in issues],
            "severity": [str(issue.severity) for issue in issues],
            "message": [issue.message for issue in issues],
        },
    )
    return import_id


def last_import_id(connection: sa.Connection) -> int:
    """Number of the last import of any kind; 0 before the first."""
    last: int | None = connection.scalar(sa.select(sa.func.max(IMPORT_BATCH.c.import_id)))
    return last or 0


def imports_after(connection: sa.Connection, import_id: int) -> list[dict[str, Any]]:
    """The imports logged after another one, as they are kept, in their order."""
    query = sa.select(IMPORT_BATCH).where(IMPORT_BATCH.c.import_id > import_id)
    rows = connection.execute(query.order_by(IMPORT_BATCH.c.import_id)).mappings()
    return [dict(row) for row in rows]


def _lock_number() -> sa.ColumnElement[int]:
    return sa.func.hashtext("parcelwatch.import_batch")
