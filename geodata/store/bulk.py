"""Many rows in and out of tables, column by column, by COPY; no object per row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as arrow_csv
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.sql.type_api import TypeEngine

from geodata.store.binary_rows import Column, binary_rows, has_shapes
from geodata.store.masking import as_told

__all__ = ["Column", "copy_in", "copy_out", "in_order", "in_passing"]

_EPOCH: Final[sa.ColumnElement[Any]] = sa.literal_column("DATE '1970-01-01'")

_BLOCK: Final = 2**20
_ROWS: Final = 2**14

_ARROW_TYPES: Final[tuple[tuple[type[TypeEngine[Any]], pa.DataType], ...]] = (
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.Boolean, pa.bool_()),
    (sa.Float, pa.float64()),
    (sa.Numeric, pa.decimal128(38, 2)),
    (sa.Text, pa.string()),
    (sa.JSON, pa.string()),
)


def copy_in(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Column]) -> None:
    """Append rows to a table.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    table
        Where the rows go.
    columns
        Values by column, all of one length; None is null. Geometry is an array of shapes in the
        reference system of its column, JSON and lists of words are their text.
    """
    if _is_guarded(connection, table):
        with in_passing(connection, table, columns) as passing:
            rows = sa.select(passing)
            connection.execute(sa.insert(table).from_select([*columns], rows))
    else:
        _copy(connection, table, columns)


def copy_out(connection: sa.Connection, query: sa.Select[Any]) -> pa.Table:
    """The rows of a query as an Arrow table.

    Dates arrive as days since 1970-01-01, decimals with two places (yuan), geometry (WKB) and
    bytes as hexadecimal text, JSON as its text.
    """
    chosen = tuple(query.selected_columns)
    wired = query.with_only_columns(*map(_on_the_wire, chosen))
    compiled = as_told(connection, wired).compile(dialect=connection.dialect)
    statement = f"COPY ({compiled}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
    with _cursor(connection).copy(statement.encode(), compiled.params) as copy:
        rows = [bytes(row) for row in copy]
    table = b"".join(rows)
    # A row must fit into a block. Where a block ends within a CRLF, Arrow loses the second half of
    # it, also inside a text (apache/arrow issue 51368).
    block_size = len(table) if b"\r\n" in table else max(_BLOCK, *map(len, rows))
    return arrow_csv.read_csv(
        pa.BufferReader(table),
        read_options=arrow_csv.ReadOptions(block_size=block_size),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types={column.key: _arrow_type(column) for column in wired.selected_columns},
            # Null is an empty cell without quotes, the empty text one with them.
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


@contextmanager
def in_passing(
    connection: sa.Connection, table: sa.Table, columns: Mapping[str, Column]
) -> Iterator[sa.Table]:
    """Rows as a temporary table with the columns of another one, for the duration."""
    plain = (sa.Column(name, table.c[name].type) for name in columns)
    passing = sa.Table(f"{table.name}_in_passing", sa.MetaData(), *plain, prefixes=["TEMPORARY"])
    passing.create(connection)
    _copy(connection, passing, columns)
    yield passing
    passing.drop(connection)


def in_order(table: pa.Table, *keys: str) -> pa.Table:
    """The rows by ascending whole numbers that are never null.

    A server that has to join in order fetches row by row; sorting what it sends is faster.
    """
    columns = [table[key].to_numpy() for key in keys]
    order = np.lexsort(columns[::-1])
    return table if np.all(np.diff(order) > 0) else table.take(order)


def _is_guarded(connection: sa.Connection, table: sa.Table) -> bool:
    """Whether policies apply: COPY FROM refuses such a table, whatever they allow."""
    name = connection.dialect.identifier_preparer.format_table(table)
    return connection.scalar(sa.select(sa.func.row_security_active(name))) is True


def _copy(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Column]) -> None:
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in columns)
    is_binary = has_shapes(table, columns)
    form = "binary" if is_binary else "csv, ENCODING 'UTF8'"
    statement = f"COPY {quote.format_table(table)} ({names}) FROM STDIN (FORMAT {form})"
    with _cursor(connection).copy(statement.encode()) as copy:
        for block in binary_rows(table, columns) if is_binary else _csv(columns):
            copy.write(block)


def _csv(columns: Mapping[str, Column]) -> Iterator[memoryview]:
    rows = pa.table({name: _written(column) for name, column in columns.items()})
    # Text is quoted and null is not: an empty text stays one, also where it looks like an end.
    options = arrow_csv.WriteOptions(include_header=False)
    for batch in rows.to_batches(max_chunksize=_ROWS):
        block = pa.BufferOutputStream()
        arrow_csv.write_csv(batch, block, options)
        yield memoryview(block.getvalue())


def _written(column: Column) -> pa.Array:
    """The values as CSV can hold them."""
    values = column if isinstance(column, pa.Array) else pa.array(column)
    if pa.types.is_dictionary(values.type):
        return values.dictionary_decode()
    if pa.types.is_binary(values.type):
        texts = [None if value is None else f"\\x{value.hex()}" for value in values.to_pylist()]
        return pa.array(texts, pa.string())
    return values


def _cursor(connection: sa.Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def _on_the_wire(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    match column.type:
        case sa.Date():
            return sa.type_coerce(column - _EPOCH, sa.Integer).label(column.key)
        case sa.LargeBinary():
            return sa.func.encode(column, "hex", type_=sa.Text).label(column.key)
        case Geometry():
            shape = sa.func.ST_AsBinary(column, type_=sa.LargeBinary)
            return sa.func.encode(shape, "hex", type_=sa.Text).label(column.key)
        case _:
            return column


def _arrow_type(column: sa.ColumnElement[Any]) -> pa.DataType:
    return next(arrow for kind, arrow in _ARROW_TYPES if isinstance(column.type, kind))
