"""One transaction, and the driver's errors in our own words."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from samples import batch, extras, ledger
from sqlalchemy.exc import DBAPIError

from geodata.errors import (
    DatabaseStateError,
    DatabaseUnavailableError,
    InputFileError,
    NothingFoundError,
    OutcomeUnknownError,
)
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.session import in_our_words, unit_of_work


def insert(connection: sa.Connection) -> None:
    connection.execute(sa.text("INSERT INTO kept VALUES (1)"))


def copy(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    with driver.cursor().copy("COPY kept FROM STDIN") as rows:
        rows.write_row((1,))


def insert_and_fail(connection: sa.Connection) -> None:
    insert(connection)
    raise NothingFoundError("nothing")


def end_our_process(connection: sa.Connection) -> None:
    ours = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    with connection.engine.connect() as other:
        other.execute(sa.text(f"SELECT pg_terminate_backend({ours}, 60000)"))


def lose_the_server(connection: sa.Connection) -> None:
    end_our_process(connection)
    insert(connection)


def create(engine: sa.Engine, rule: str = "true") -> None:
    with unit_of_work(engine) as connection:
        connection.execute(sa.text(f"CREATE TABLE kept (n integer CONSTRAINT rule CHECK ({rule}))"))


def test_a_database_without_tables_names_the_next_step(empty_engine):
    expected = pytest.raises(DatabaseStateError, match="parcelwatch db init")
    with expected, unit_of_work(empty_engine) as connection:
        read_contracts(connection)


def test_what_is_done_in_one_unit_is_kept_or_undone_together(empty_engine):
    create(empty_engine)
    with pytest.raises(NothingFoundError), unit_of_work(empty_engine) as connection:
        insert_and_fail(connection)
    with unit_of_work(empty_engine) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 0
        insert(connection)
    with unit_of_work(empty_engine) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM kept")) == 1


@pytest.mark.parametrize("write", [insert, copy])
def test_errors_of_statements_and_of_copies_are_told_alike(empty_engine, write):
    create(empty_engine, "n > 1")
    expected = pytest.raises(InputFileError, match=r'"rule".*Nothing was kept')
    with expected, unit_of_work(empty_engine) as connection:
        write(connection)


def test_a_server_that_goes_away_is_told(empty_engine):
    create(empty_engine)
    with pytest.raises(DatabaseUnavailableError), unit_of_work(empty_engine) as connection:
        lose_the_server(connection)


def test_a_server_that_goes_away_while_it_keeps_promises_nothing(empty_engine):
    create(empty_engine)
    expected = pytest.raises(OutcomeUnknownError, match="whole or not at all")
    with expected, unit_of_work(empty_engine) as connection:
        insert(connection)
        end_our_process(connection)


def test_what_the_server_refuses_to_keep_is_known_to_be_undone(empty_engine):
    create(empty_engine)
    with unit_of_work(empty_engine) as connection:
        connection.execute(sa.text("ALTER TABLE kept ADD UNIQUE (n) DEFERRABLE INITIALLY DEFERRED"))
    with unit_of_work(empty_engine) as connection:
        insert(connection)
    with pytest.raises(InputFileError), unit_of_work(empty_engine) as connection:
        insert(connection)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.DiskFull("No space left on device"), DatabaseUnavailableError),
        (errors.TooManyConnections("sorry, too many clients"), DatabaseUnavailableError),
        (errors.AdminShutdown("terminating connection"), DatabaseUnavailableError),
        (errors.LockNotAvailable("canceling statement"), DatabaseUnavailableError),
        (psycopg.OperationalError("server closed the connection"), DatabaseUnavailableError),
        (errors.InsufficientPrivilege("permission denied"), DatabaseStateError),
        (errors.UndefinedColumn("no such column"), DatabaseStateError),
        (psycopg.DataError("text cannot contain NUL"), InputFileError),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_of_the_driver_has_a_reason_and_a_next_step(error, expected):
    for raised in (error, DBAPIError("SELECT 1", {}, error)):
        with pytest.raises(expected) as caught, in_our_words():
            raise raised
        assert str(error) in str(caught.value)
        assert caught.value.next_step


def test_defects_of_the_product_stay_what_they_are():
    with pytest.raises(errors.SyntaxError), in_our_words():
        raise errors.SyntaxError("syntax error")


def test_text_that_no_database_can_hold_is_refused(connection):
    with pytest.raises(InputFileError, match="0x00"), in_our_words():
        import_ledger(connection, batch(), ledger({"note": "a\0b"}))


def test_other_columns_that_no_database_can_hold_are_refused(connection):
    with pytest.raises(InputFileError, match="Unicode"), in_our_words():
        import_ledger(connection, batch(), ledger({}), extras=extras(x=["a\0b"]))
