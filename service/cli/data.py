"""`parcelwatch import` and `parcelwatch db`: what goes into the database, and its state."""

from __future__ import annotations

from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.store.cluster import Cluster, ClusterState
from geodata.store.engine import open_database
from geodata.store.queries.imports import ImportCounts
from service.cli.options import FILE, district_option, layer_option, profile_option
from service.cli.session import Session
from service.cli.words import Command, Group
from service.operations.check import rejection
from service.operations.database import prepare, schema_status
from service.operations.importing import ImportReport, import_files


@click.command("import", cls=Command)
@click.argument("ledger", type=FILE, required=False)
@district_option
@profile_option
@layer_option
@click.pass_obj
def import_command(
    session: Session,
    /,
    ledger: Path | None,
    district: Path | None,
    profile: str | None,
    layer: str | None,
) -> int:
    """Import a ledger and the district's land in one transaction."""
    if ledger is None and district is None:
        raise UsageError(
            "There is nothing to import.", "Name a ledger file, or --district FILE.gpkg, or both."
        )
    with session.database() as engine, session.working("Importing") as progress:
        report = import_files(
            engine,
            ledger=ledger,
            district=district,
            actor=session.actor,
            clock=session.clock,
            profile=profile,
            layer=layer,
            progress=progress,
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
    if report.file is None:
        return
    session.tell_rows([rejection(issue, session.language) for issue in report.file.rejected])
    session.tell_remarks(report.file)


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
