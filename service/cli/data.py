"""`parcelwatch import` and `parcelwatch db`: what goes into the database, and its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.importers.content import ContentFile
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile
from geodata.model.content_lists import ContentKind
from geodata.store.cluster import Cluster, ClusterState
from geodata.store.engine import open_database
from geodata.store.queries.imports import ImportCounts
from service.cli.options import (
    FILE,
    crs_option,
    district_option,
    kind_option,
    layer_option,
    profile_option,
)
from service.cli.session import Session
from service.cli.words import Command, Group
from service.operations.check import rejection
from service.operations.contents import import_tables
from service.operations.database import prepare, schema_status
from service.operations.importing import ImportReport, Reading, import_files


@click.command("import", cls=Command)
@click.argument("files", type=FILE, nargs=-1)
@kind_option
@district_option
@profile_option
@layer_option
@crs_option
@click.pass_obj
def import_command(
    session: Session,
    /,
    files: tuple[Path, ...],
    kind: str | None,
    district: Path | None,
    profile: str | None,
    layer: str | None,
    crs: str | None,
) -> int:
    """Import tables of any kind, or a ledger with the district's land, in one transaction."""
    reading = Reading(profile, layer, crs, session.config.quality)
    if district:
        return _import_district(session, files, kind, district, reading)
    if not files:
        raise UsageError(
            "There is nothing to import.", "Name a table, or --district FILE.gpkg, or both."
        )
    with session.database() as engine, session.working("Importing") as progress:
        reports = import_tables(
            engine,
            files,
            kind=ContentKind.of(kind) if kind else None,
            actor=session.actor,
            clock=session.clock,
            reading=replace(reading, progress=progress),
        )
    for report in reports:
        _tell_counts(session, report.file.kind.label(session.language), report.counts)
        _tell_file(session, report.file, report.issues)
    return int(any(report.file.rejected for report in reports))


def _import_district(
    session: Session,
    files: Sequence[Path],
    kind: str | None,
    district: Path,
    reading: Reading,
) -> int:
    if len(files) > 1 or kind not in (None, ContentKind.LEDGER):
        raise UsageError(
            "--district names the land of a ledger file.", "Import other tables by themselves."
        )
    with session.database() as engine, session.working("Importing") as progress:
        report = import_files(
            engine,
            ledger=files[0] if files else None,
            district=district,
            actor=session.actor,
            clock=session.clock,
            reading=replace(reading, progress=progress),
        )
    tell_import(session, report)
    return 1 if report.file and report.file.rejected else 0


def tell_import(session: Session, report: ImportReport) -> None:
    """Say what became of every row."""
    if report.ledger:
        _tell_counts(session, session.translate("Contracts"), report.ledger)
    if report.claims:
        _tell_counts(session, session.translate("Inefficient land"), report.claims)
    if report.backdrop:
        _tell_counts(session, session.translate("Map layers"), report.backdrop)
    if report.file:
        _tell_file(session, report.file, report.issues)


def _tell_file(
    session: Session, file: LedgerFile | ContentFile, others: Iterable[Issue] = ()
) -> None:
    session.tell_rows([rejection(issue, session.language) for issue in file.rejected])
    session.tell_remarks(file, others)


def _tell_counts(session: Session, what: str, counts: ImportCounts) -> None:
    session.say(
        "{what}: {rows_in} rows = {added} added + {changed} changed + {unchanged} unchanged"
        " + {declined} declined + {rejected} rejected",
        what=what,
        rows_in=counts.rows_in,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        declined=counts.declined,
        rejected=counts.rejected,
    )


@click.group("db", cls=Group)
def database_group() -> None:
    """Prepare the database, or say what state it is in."""


@database_group.command("init", cls=Command)
@click.pass_obj
def init_command(session: Session) -> None:
    """Bring the schema up to date; facts are kept."""
    with open_database(session.config.database) as engine, session.working("Migrating"):
        before = prepare(engine)
    if before.is_current:
        session.say("The schema is up to date ({revision}).", revision=before.needed)
    else:
        session.say("The schema is now {revision}.", revision=before.needed)


@database_group.command("status", cls=Command)
@click.pass_obj
def status_command(session: Session) -> int:
    """Say where the database is and whether its schema is the one needed."""
    if not session.config.database.url:
        cluster = Cluster.of_project(session.config.database).status()
        session.say(
            "Private cluster: {state}, {directory}",
            state=cluster.state.value,
            directory=cluster.data_dir,
        )
        if cluster.state is not ClusterState.STOPPED and cluster.state is not ClusterState.RUNNING:
            return 1
    with open_database(session.config.database) as engine:
        status = schema_status(engine)
        session.say("Database: {url}", url=engine.url.render_as_string(hide_password=True))
    session.say(
        "Schema: {current}; needed: {needed}",
        current=status.current or "–",
        needed=status.needed,
    )
    return 0 if status.is_current else 1
