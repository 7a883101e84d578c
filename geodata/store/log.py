"""The event log in the database: appended to with the change it tells of, and read to be proved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from geodata.model.chain import (
    GENESIS,
    Event,
    EventKind,
    EventSubject,
    Head,
    Link,
    link_after,
)
from geodata.store.tables import EVENT

_EVENT: Final = EVENT.c
_HEAD: Final = sa.text("SELECT seq, hash FROM parcelwatch.log_head()")
_AT_A_TIME: Final = 2_000
_BEFORE_ALL: Final = -(1 << 63)  # not 0: a row put before the first is read too, and found


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log, and its end of the chain."""

    event: Event
    head: Head


def append(connection: sa.Connection, event: Event) -> Head:
    """Write an event within the transaction of what it tells of; return the new head.

    Others wait with their events until the transaction ends: call it last.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_number())))
    last = head(connection)
    link = link_after(last, event)
    row = {"said": link.said.decode(), "previous": link.previous, "hash": link.hash}
    # Inline: who may add an event does not see the row, and so not what came of it.
    connection.execute(sa.insert(EVENT).inline().values(row))
    return Head(last.seq + 1, link.hash)


def head(connection: sa.Connection) -> Head:
    """The end of the log; everybody may know it, whatever they see of the events."""
    row = connection.execute(_HEAD).one_or_none()
    return Head(row.seq, bytes(row.hash)) if row else GENESIS


def read_links(connection: sa.Connection) -> Iterator[Link]:
    """The log from its first event, as it is kept."""
    columns = (_EVENT.seq, _EVENT.said, _EVENT.previous, _EVENT.hash)
    query = sa.select(*columns).order_by(_EVENT.seq).limit(_AT_A_TIME)
    last = _BEFORE_ALL
    while rows := connection.execute(query.where(_EVENT.seq > last)).all():
        for last, said, previous, own in rows:  # noqa: B007 - it is where the next block begins
            yield Link(said.encode(), bytes(previous), bytes(own))


def read_events(
    connection: sa.Connection,
    most: int | None,
    subject: EventSubject | None = None,
    subject_id: str | None = None,
) -> list[LoggedEvent]:
    """The newest events the transaction sees, or all of them, of everything or of a subject."""
    query = sa.select(_EVENT.said, _EVENT.hash).order_by(_EVENT.seq.desc()).limit(most)
    if subject is not None:
        query = query.where(_EVENT.subject == subject)
    if subject_id is not None:
        query = query.where(_EVENT.subject_id == subject_id)
    return [_logged(json.loads(said), bytes(own)) for said, own in connection.execute(query)]


def _logged(said: dict[str, Any], own: bytes) -> LoggedEvent:
    event = Event(
        at=datetime.fromisoformat(said["at"]),
        actor=said["actor"],
        kind=EventKind.of(said["kind"]),
        subject=EventSubject.of(said["subject"]),
        subject_id=said["subject_id"],
        payload=said["payload"],
    )
    return LoggedEvent(event, Head(said["seq"], own))


def _lock_number() -> sa.ColumnElement[int]:
    return sa.func.hashtext("parcelwatch.event")
