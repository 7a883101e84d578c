"""`parcelwatch db`: bring the schema up to date, or say what state the database is in."""

from __future__ import annotations

import click

from geodata.store.cluster import Cluster, ClusterState
from geodata.store.engine import open_database
from service.cli.session import Session
from service.cli.words import Command, Group
from service.operations.database import prepare, schema_status


@click.group("db", cls=Group)
def database_group() -> None:
    """Prepare the database, or say what state it is in."""


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
