"""The schema of the database: brought up to date, taken back, and compared with the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import errors
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.exc import DBAPIError

from geodata.errors import DatabaseStateError, DatabaseUnavailableError
from geodata.store.session import in_our_words, reason_of
from geodata.store.tables import METADATA, SCHEMA

FOLDER: Final = Path(__file__).resolve().parents[2] / "migrations"

_LOCK_WAIT_MS: Final = 3_000
"""Whoever comes after a migration that waits for a table waits too: never for longer than this."""
_ATTEMPTS: Final = 5

_QUEUE: Final = "procrastinate_"
"""Prefix of the tables of the queue, whose own schema makes them."""

OPTIONS: Final[Mapping[str, Any]] = {
    "target_metadata": METADATA,
    "version_table": "schema_version",
    "version_table_schema": SCHEMA,
    "include_schemas": True,
    "include_name": lambda name, kind, _: (
        name == SCHEMA if kind == "schema" else not str(name).startswith(_QUEUE)
    ),
    "compare_type": True,
    "compare_server_default": True,
}
"""How Alembic sees the database, in migrations and comparisons alike."""

_RULES: Final = sa.text("""
    SELECT relname || '.' || conname
    FROM pg_constraint
    JOIN pg_class ON pg_class.oid = conrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE contype IN ('c', 'x') AND nspname = :schema AND NOT starts_with(relname, :queue)
""")


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, in one transaction.

    Raises
    ------
    DatabaseStateError
        When the database is newer than the product, or the account lacks a right; the message
        then names the statement the administrator of the database has to run.
    DatabaseUnavailableError
        When others hold the tables for too long; the schema is as it was.
    """
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the schema back to a revision (``base`` = before the first), in one transaction.

    Facts of tables that the revision does not have are lost.
    """
    _run(engine, lambda config: command.downgrade(config, revision))


def head() -> str:
    """The newest revision."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def require_known(revision: str) -> None:
    """Raise `DatabaseStateError` for a revision that only a newer version of the product has."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError as error:
        raise DatabaseStateError(
            "This version does not know the schema {revision}.",
            "Install the version of parcelwatch that wrote it, or a newer one.",
            revision=revision,
        ) from error


def current(engine: sa.Engine) -> str | None:
    """The revision of a database; None where there is none."""
    with in_our_words(), engine.connect() as connection:
        return _context(connection).get_current_revision()


def difference(connection: sa.Connection) -> list[str]:
    """What tells the tables of the database from those of the product; empty when nothing does.

    Compares tables, columns with their types, nulls, defaults and comments, keys and indexes, and
    which check and exclusion constraints there are; what those demand is compared by a test.
    """
    with _names_qualified(connection.dialect):
        listed = [str(entry) for entry in compare_metadata(_context(connection), METADATA)]
    return [*listed, *_rule_differences(connection)]


def administer(connection: sa.Connection, statement: str) -> None:
    """Run a statement that needs rights over the whole database.

    Raises
    ------
    DatabaseStateError
        When the account lacks them (names the statement for the administrator to run), or when
        the server does not have what the statement asks for.
    """
    try:
        connection.execute(sa.text(statement))
    except DBAPIError as error:
        database = connection.engine.url.database
        match error.orig:
            case errors.InsufficientPrivilege():
                raise DatabaseStateError(
                    "The account may not prepare the database {database}: {reason}",
                    "Have its administrator run in it: {statement}; then do the same again.",
                    database=database,
                    reason=reason_of(error.orig),
                    statement=statement,
                ) from error
            case errors.FeatureNotSupported() | errors.UndefinedFile():
                raise DatabaseStateError(
                    "The server of the database {database} lacks an extension: {reason}",
                    "Have PostGIS 3 and PostgreSQL's contrib modules installed on the server.",
                    database=database,
                    reason=reason_of(error.orig),
                ) from error
        raise


@contextmanager
def _names_qualified(dialect: sa.Dialect) -> Iterator[None]:
    """See our schema under its name, also where the account is named like it.

    The schema of the account is the default one, and Alembic drops the name of that.
    """
    default, dialect.default_schema_name = dialect.default_schema_name, "public"
    try:
        yield
    finally:
        dialect.default_schema_name = default


def _rule_differences(connection: sa.Connection) -> Iterator[str]:
    """Alembic compares no check and exclusion constraints: here at least their names."""
    rules = sa.CheckConstraint | ExcludeConstraint
    wanted = {
        f"{table.name}.{connection.dialect.identifier_preparer.format_constraint(rule)}"
        for table in METADATA.tables.values()
        for rule in table.constraints
        if isinstance(rule, rules)
    }
    found = set(connection.scalars(_RULES, {"schema": SCHEMA, "queue": _QUEUE}))
    yield from (f"missing constraint {name}" for name in sorted(wanted - found))
    yield from (f"unknown constraint {name}" for name in sorted(found - wanted))


def _run(engine: sa.Engine, step: Callable[[Config], None]) -> None:
    """Take a step; where a lock is missing, let those who queue behind us pass and try again."""
    for attempts_left in reversed(range(_ATTEMPTS)):
        try:
            _attempt(engine, step)
        except DatabaseUnavailableError as error:
            if not _is_locked_out(error):
                raise
            if not attempts_left:
                raise DatabaseUnavailableError(
                    "The schema cannot be changed while other work holds its tables; it was tried"
                    " {count} times.",
                    "Nothing was changed, and the site goes on with the schema it has. Wait until"
                    " imports and audits are done, or stop the site, then do the same again.",
                    count=_ATTEMPTS,
                ) from error
        else:
            return


def _is_locked_out(error: DatabaseUnavailableError) -> bool:
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and isinstance(cause.orig, errors.LockNotAvailable)


def _attempt(engine: sa.Engine, step: Callable[[Config], None]) -> None:
    config = _config()
    try:
        with in_our_words(), engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_WAIT_MS}")
            config.attributes["connection"] = connection
            step(config)
    except CommandError as error:
        raise DatabaseStateError(
            "The schema cannot be changed: {reason}",
            "If a newer version of parcelwatch wrote this database, install that version.",
            reason=str(error),
        ) from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _context(connection: sa.Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts=dict(OPTIONS))
