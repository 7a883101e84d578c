"""Import files into the database: read, compared, decided about, and all taken over or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from geodata.errors import UsageError
from geodata.model.changes import Decision
from geodata.model.content_lists import ContentKind
from geodata.settings import USUAL, Tolerances
from geodata.store.engine import Connection, Engine
from geodata.store.queries.imports import hold_imports, last_change_at, last_import_id
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.import_log import log_imports
from service.operations.import_sources import ReadTable, Source, Watch, read_sources
from service.operations.table_plans import (
    TablePlan,
    apply_table,
    batch_of,
    log_kinds,
    require_as_planned,
)
from service.reports.import_content import ImportContent, ImportedTable

Decisions: TypeAlias = Mapping[int, Decision]
"""What is accepted of each table, by its place; of one that is missing, what usually is."""

_BEFORE: Final = datetime(1970, 1, 1, tzinfo=UTC)  # instants of what is tried follow the last known


@dataclass(frozen=True, slots=True, eq=False)
class ImportPlan:
    """What files would change; nothing is written yet.

    Attributes
    ----------
    tables
        The tables in the order in which they are taken over, each as if those before were.
    token
        What the plan rests on: the files, how they were read, and what was known. A plan made
        again has the same token as long as it shows the same.
    read
        The tables as read, to be compared again.
    """

    tables: tuple[TablePlan[Any, Any], ...]
    token: str
    read: tuple[ReadTable, ...]

    def table(self, kind: ContentKind | None) -> TablePlan[Any, Any]:
        """The first table of a kind; None for the layers of a map."""
        return next(table for table in self.tables if table.kept.kind is kind)

    def content(self, language: str, decisions: Decisions | None = None) -> ImportContent:
        """What there is to be shown, and what decisions would make of it."""
        told = decisions or {}
        tables = (table.shown(told.get(place)) for place, table in enumerate(self.tables))
        return ImportContent(language, tuple(tables))


@dataclass(frozen=True, slots=True, eq=False)
class ImportReport:
    """What an import did, table by table.

    Attributes
    ----------
    tables
        The tables, with what became of their rows.
    at
        When.
    """

    tables: tuple[ImportedTable, ...]
    at: datetime

    def table(self, kind: ContentKind | None) -> ImportedTable:
        """The first table of a kind; None for the layers of a map."""
        return next(table for table in self.tables if table.kind is kind)

    def content(self, language: str) -> ImportContent:
        """What there is to be shown."""
        return ImportContent(language, self.tables, self.at)


Beside: TypeAlias = Callable[[Connection, ImportReport], None]
"""Does what belongs to an import, in its transaction."""


def plan_import(
    engine: Engine,
    sources: Sequence[Source],
    *,
    district: Source | None = None,
    tolerances: Tolerances = USUAL,
    watch: Watch | None = None,
) -> ImportPlan:
    """Read files and compare them with what is known; nothing is written.

    Parameters
    ----------
    sources
        The files, and how they are to be read.
    district
        GeoPackage with parcels, parks, roads, water, outline and inefficient land; layers it
        does not have stay as they are. Its parcels are the outlines of the contracts in ledgers
        without shapes, and it helps to place shapes that name no reference system.
    tolerances
        From when on shapes are the same, or faulty.
    watch
        Gives what is told how far the reading of a file has come.

    Raises
    ------
    UsageError
        When the kind of a file has to be named.
    InputFileError
        When a file cannot be read, or the database would refuse what it says.
    CoordinateError
        When the place of shapes is not certain: imported without them, rows would count as done.
    """
    read = read_sources(engine, sources, district, tolerances, watch)
    with unit_of_work(engine) as connection:
        token = _token(connection, sources, district, read)
        with _tried(connection):
            return ImportPlan(tuple(_planned(connection, read)), token, read)


def apply_plan(
    engine: Engine,
    plan: ImportPlan,
    decisions: Decisions | None = None,
    *,
    actor: str,
    clock: Clock,
    beside: Beside | None = None,
) -> ImportReport:
    """Write what is accepted of a plan, in one transaction.

    Parameters
    ----------
    beside
        Does what belongs to the import in its transaction; what it raises undoes all.

    Raises
    ------
    UsageError
        When what is known has changed since the plan was made (names the import), or a decision
        names what the plan does not show.
    InputFileError
        When the database refuses what the files say.
    """
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        for table in _firsts(plan.tables):
            require_as_planned(connection, table)
        report = _taken_over(connection, plan.read, plan.tables, decisions or {}, actor, clock())
        if beside:
            beside(connection, report)
        return report


def import_now(
    engine: Engine,
    sources: Sequence[Source],
    *,
    actor: str,
    clock: Clock,
    district: Source | None = None,
    tolerances: Tolerances = USUAL,
    watch: Watch | None = None,
    ends_vanished: bool = False,
) -> ImportReport:
    """Read files, then take over all they say in one transaction.

    Other parameters and errors are those of `plan_import`.

    Parameters
    ----------
    ends_vanished
        Let what a table no longer has be known no longer; by default it stays known.
    """
    read = read_sources(engine, sources, district, tolerances, watch)
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        return _taken_over(connection, read, (), {}, actor, clock(), ends_vanished=ends_vanished)


def require_token(plan: ImportPlan, token: str) -> None:
    """Raise `UsageError` when a plan that was made again is not the one that was shown."""
    if plan.token != token:
        raise UsageError(
            "The files, or what is known, have changed since the comparison was shown.",
            "Look at the comparison again, and decide about what it shows now.",
        )


def _planned(connection: Connection, read: Sequence[ReadTable]) -> Iterator[TablePlan[Any, Any]]:
    """Each table against what is known once those before it are taken over."""
    for place, table in enumerate(read):
        plan = table.compare(connection)
        yield plan
        if any(_meet(table.kind, later.kind) for later in read[place + 1 :]):
            apply_table(connection, batch_of(plan, _BEFORE, ""), plan, plan.usual)


def _taken_over(
    connection: Connection,
    read: Sequence[ReadTable],
    planned: Sequence[TablePlan[Any, Any]],
    decisions: Decisions,
    actor: str,
    now: datetime,
    *,
    ends_vanished: bool = False,
) -> ImportReport:
    done: list[ImportedTable] = []
    before = last_import_id(connection)
    for place, table in enumerate(read):
        is_current = not any(_meet(table.kind, earlier.kind) for earlier in read[:place])
        plan = planned[place] if planned and is_current else table.compare(connection)
        usual = replace(plan.usual, retires=True) if ends_vanished else plan.usual
        decision = decisions.get(place, usual)
        counts = apply_table(connection, batch_of(plan, now, actor), plan, decision)
        done.append(plan.shown(decision, counts))
    log_imports(connection, before)
    return ImportReport(tuple(done), now)


def _firsts(plans: Sequence[TablePlan[Any, Any]]) -> Iterator[TablePlan[Any, Any]]:
    """The plans that were compared with what is known, and not with other tables of the import."""
    for place, plan in enumerate(plans):
        if not any(_meet(plan.kept.kind, earlier.kept.kind) for earlier in plans[:place]):
            yield plan


def _meet(one: ContentKind | None, other: ContentKind | None) -> bool:
    """Whether tables of two kinds change what the other is compared with."""
    return not set(log_kinds(one)).isdisjoint(log_kinds(other))


@contextmanager
def _tried(connection: Connection) -> Iterator[None]:
    """Undo whatever is written in the block."""
    with connection.begin_nested() as attempt:
        yield
        attempt.rollback()


def _token(
    connection: Connection,
    sources: Sequence[Source],
    district: Source | None,
    read: Sequence[ReadTable],
) -> str:
    settings = [replace(source, path=Path()) for source in (*sources, district) if source]
    known = [
        (table.sha256, *table.told, last_change_at(connection, *log_kinds(table.kind)))
        for table in read
    ]
    return hashlib.sha256(repr((settings, known)).encode()).hexdigest()
