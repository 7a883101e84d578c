"""What the event log tells of imports: the file, what became of its rows, and the facts brought."""

from __future__ import annotations

from typing import Any

from geodata.model.chain import Event, EventKind, EventSubject
from geodata.store.engine import Connection
from geodata.store.log import append
from geodata.store.queries.imports import imports_after


def log_imports(connection: Connection, before: int) -> None:
    """Write an event for each import after another one."""
    for told in told_imports(connection, before):
        subject = (EventKind.IMPORTED, EventSubject.IMPORT, str(told["import_id"]))
        append(connection, Event(told["imported_at"], told["actor"], *subject, told))


def told_imports(connection: Connection, before: int) -> list[dict[str, Any]]:
    """What is remembered of each import after another one."""
    return [_told(row) for row in imports_after(connection, before)]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    digest = row["content_digest"]
    return row | {"content_digest": digest.hex() if digest else None}
