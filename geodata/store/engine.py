"""SQLAlchemy engines, and in our own words why a connection is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from geodata.errors import DatabaseUnavailableError, SettingError
from geodata.settings import DatabaseSettings
from geodata.store.cluster import Cluster
from geodata.store.masking import mask_query
from geodata.store.scope import EVERYTHING, OPTION, Scope, limit_transaction
from geodata.store.text_as_sent import hand_through

__all__ = ["Connection", "Engine", "bring_up", "database_url", "make_engine", "open_database"]

CONNECT_TIMEOUT_S = 10


@contextmanager
def open_database(settings: DatabaseSettings) -> Iterator[Engine]:
    """Yield an engine on the server of the settings or, without one, on the private cluster.

    The private cluster runs for the duration; see `Cluster.running`.

    Raises
    ------
    SettingError
        When the URL is not one of a PostgreSQL database.
    ClusterError, MissingProgramError
        When the private cluster cannot be used.
    """
    if settings.is_private:
        with (
            Cluster.of_project(settings).running() as cluster,
            disposed(make_engine(cluster.url)) as engine,
        ):
            yield engine
    else:
        with disposed(make_engine(settings.url)) as engine:
            yield engine


def bring_up(settings: DatabaseSettings) -> None:
    """Start the private cluster again if it has ended; a server of the bureau's own is left alone.

    Whoever has it open keeps it running afterwards.

    Raises
    ------
    ClusterError
        When it does not start.
    """
    if settings.is_private:
        with Cluster.of_project(settings).running():
            pass


def make_engine(url: str, seen: Scope = EVERYTHING) -> Engine:
    """Return an engine; connecting raises DatabaseUnavailableError when the server refuses.

    Parameters
    ----------
    url
        ``postgres://``, ``postgresql://`` or either with a driver, which is replaced by psycopg.
    seen
        What its transactions see unless `unit_of_work` says otherwise.

    Raises
    ------
    SettingError
        When the URL is not one of a PostgreSQL database. The message never shows the password.
    """
    address = database_url(url)
    engine = create_engine(
        address,
        pool_pre_ping=True,
        hide_parameters=True,  # what is logged of a failure names no person
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "parcelwatch"},
        execution_options={OPTION: seen},
    )
    event.listen(engine, "begin", limit_transaction)
    event.listen(engine, "before_cursor_execute", hand_through)
    event.listen(engine, "before_execute", mask_query, retval=True)
    event.listen(engine, "handle_error", _refused, retval=True)
    return engine


def database_url(url: str) -> URL:
    """Parse a database URL and fix its driver to psycopg; raises SettingError."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or "@" in (address.host or ""):  # a raw @ or / in the password
        raise SettingError(
            "The database URL cannot be read.",
            "Write it as postgresql://account:password@host:5432/database, and percent-encode the "
            "characters @ : / # ? of the password.",
        )
    if address.get_backend_name() not in {"postgres", "postgresql"}:
        raise SettingError(
            "The database URL names a {kind} database, and only PostgreSQL will do.",
            "Write it as postgresql://account:password@host:5432/database.",
            kind=address.get_backend_name(),
        )
    return address.set(drivername="postgresql+psycopg")


def pooled(engine: Engine) -> tuple[int, int]:
    """Connections of an engine in this process: in use, and kept for the next one."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout(), pool.checkedin()


@contextmanager
def disposed(engine: Engine) -> Iterator[Engine]:
    """Close the connections of an engine at the end."""
    try:
        yield engine
    finally:
        engine.dispose()


def _refused(context: ExceptionContext) -> DatabaseUnavailableError | None:
    """Say why connecting failed; what fails later is told by `geodata.store.session`.

    A failed ping makes the pool connect anew.
    """
    cause = context.original_exception
    connecting = context.connection is None and not context.is_pre_ping
    if not connecting or context.engine is None or not isinstance(cause, psycopg.Error):
        return None
    return _refusal(" ".join(str(cause).split()), _names(context.engine.url))


def _refusal(reason: str, names: dict[str, str]) -> DatabaseUnavailableError:
    if "password" in reason:
        return DatabaseUnavailableError(
            "The database {database} on {host} does not accept the password of {account}: {reason}",
            "Correct DATABASE_URL, or PARCELWATCH_SITE_DATABASE_URL of the site.",
            reason=reason,
            **names,
        )
    if "does not exist" in reason:
        return DatabaseUnavailableError(
            "The server {host} has no database {database} for {account}: {reason}",
            "Correct DATABASE_URL, or PARCELWATCH_SITE_DATABASE_URL of the site; or have the "
            "database and the account created.",
            reason=reason,
            **names,
        )
    return DatabaseUnavailableError(
        "The database {database} on {host} does not answer {account}: {reason}",
        "Check that the server runs and admits this machine, and that the URL names its host, "
        "port and database.",
        reason=reason,
        **names,
    )


def _names(address: URL) -> dict[str, str]:
    """Host, database and account for a message, never the password."""
    host = address.host or str(address.query.get("host", "localhost"))
    account = address.username or "?"
    return {"host": host, "database": address.database or account, "account": account}
