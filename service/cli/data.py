"""`parcelwatch db`: the schema brought up to date, the database backed up and restored."""

from __future__ import annotations

from pathlib import Path

import click

from geodata.store.cluster import Cluster, ClusterState
from geodata.store.engine import open_database
from service.cli.options import FILE
from service.cli.session import Session
from service.cli.words import Command, Group, option
from service.operations.backing_up import Backup, back_up, restore
from service.operations.database import prepare, schema_status


@click.group("db", cls=Group)
def database_group() -> None:
    """Prepare, back up and restore the database, or say what state it is in."""


@database_group.command("init", cls=Command)
@click.pass_obj
def init_command(session: Session) -> None:
    """Bring the schema up to date; facts are kept."""
    with open_database(session.config.database) as engine:
        with session.working("Migrating"):
            before = prepare(engine)
        session.refresh(engine)
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


@database_group.command("backup", cls=Command)
@click.argument("path", type=FILE, metavar="FILE")
@click.pass_obj
def backup_command(session: Session, /, path: Path) -> int:
    """Write the database and the files beside it into one file, and read it back."""
    settings = session.config.database
    with open_database(settings) as engine, session.working("Backing up"):
        made = back_up(engine, session.blobs, path, session.clock, settings.cluster.binaries)
    session.say("The backup {path} is whole: it was read back.", path=path)
    _tell(session, made)
    for digest in made.lost:
        session.say("The file {digest} is missing, or was changed.", digest=digest)
    return 1 if made.lost else 0


@database_group.command("restore", cls=Command)
@click.argument("path", type=FILE, metavar="FILE")
@option("--replace", is_flag=True, help="Let a database that holds facts give way to the backup.")
@click.pass_obj
def restore_command(session: Session, /, path: Path, *, replace: bool) -> None:
    """Bring back a backup, prove that it is what was backed up, and bring its schema up to date."""
    settings = session.config.database
    with open_database(settings) as engine:
        with session.working("Restoring"):
            made = restore(engine, session.blobs, path, settings.cluster.binaries, replace=replace)
        session.refresh(engine)
    session.say("The database is again what {path} says.", path=path)
    _tell(session, made)


def _tell(session: Session, backup: Backup) -> None:
    session.say(
        "{rows} rows of schema {revision}; {files} files beside it",
        rows=f"{backup.row_count:,}",
        revision=backup.revision,
        files=f"{backup.file_count:,}",
    )
    session.say(
        "The log stood at event {number}: {hash}", number=backup.head.seq, hash=backup.head.text
    )
