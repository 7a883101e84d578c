"""The transaction, and what the driver reports in the words of our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from geodata.errors import (
    DatabaseStateError,
    DatabaseUnavailableError,
    InputFileError,
    LandError,
    OutcomeUnknownError,
)
from geodata.store.scope import OPTION, Scope


@contextmanager
def unit_of_work(engine: Engine, scope: Scope | None = None) -> Iterator[Connection]:
    """One transaction: everything done on the connection is kept, or nothing is.

    Parameters
    ----------
    engine
        Where.
    scope
        Whose rows are seen; None = what the engine was made for: an owner's sees everything, the
        site's sees nothing.

    Raises
    ------
    DatabaseUnavailableError
        When the server is gone, is out of room, or what is needed stays locked.
    OutcomeUnknownError
        When the server went away while it was asked to keep what was done.
    DatabaseStateError
        When tables are missing or the account may not do what is asked.
    InputFileError
        When facts break a rule of the database.
    """
    scoped = engine if scope is None else engine.execution_options(**{OPTION: scope})
    with in_our_words(), scoped.begin() as connection:
        yield connection
        with _keeping():
            connection.commit()


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise the driver's errors as errors of the product; unknown ones stay what they are."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error.orig) or error from error
    except psycopg.Error as error:
        # A COPY runs on the driver's own cursor, where SQLAlchemy wraps nothing.
        raise _translated(error) or error from error


@contextmanager
def _keeping() -> Iterator[None]:
    """Tell of a server that goes away before it has said whether what was done is kept."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.OperationalError) and _is_gone(error.orig):
            raise OutcomeUnknownError(
                "The database went away while it was to keep this: {reason}",
                "It was kept whole or not at all. Look which, before you do the same again.",
                reason=reason_of(error.orig),
            ) from error
        raise


def _is_gone(error: psycopg.OperationalError) -> bool:
    """Whether the server, or the way to it, ended; what it refuses itself has another state."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))


def _translated(error: BaseException | None) -> LandError | None:
    match error:
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.InvalidSchemaName():
            return DatabaseStateError(
                "The database lacks tables or columns this version needs: {reason}",
                "Run 'parcelwatch db init', which brings it up to date and keeps its facts.",
                reason=reason_of(error),
            )
        case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return DatabaseStateError(
                "The database account may not do this: {reason}",
                "Nothing was kept. Ask the administrator of the database for the right named.",
                reason=reason_of(error),
            )
        case errors.DiskFull() | errors.OutOfMemory() | errors.TooManyConnections():
            return DatabaseUnavailableError(
                "The database server is out of room: {reason}",
                "Nothing was kept. Free what it is short of, then do the same again.",
                reason=reason_of(error),
            )
        case errors.LockNotAvailable() | errors.QueryCanceled() | errors.DeadlockDetected():
            return DatabaseUnavailableError(
                "The database is busy with other work: {reason}",
                "Nothing was kept. Wait until the other work is done, then do the same again.",
                reason=reason_of(error),
            )
        case psycopg.IntegrityError() | psycopg.DataError():
            return InputFileError(
                "The database refuses these facts: {reason}",
                "Nothing was kept. Correct the row named, then import again.",
                reason=reason_of(error),
            )
        case psycopg.OperationalError():
            return DatabaseUnavailableError(
                "The database does not answer: {reason}",
                "Nothing was kept. Check that the server runs, then do the same again.",
                reason=reason_of(error),
            )
    return None


def reason_of(error: psycopg.Error) -> str:
    """What the server says, without the rows it quotes: they are long and may name persons."""
    told = error.diag.message_primary or str(error)
    repeated = isinstance(error, errors.UniqueViolation | errors.ExclusionViolation)
    detail = error.diag.message_detail if repeated else None
    return " ".join(" ".join(filter(None, (told, detail))).split())
