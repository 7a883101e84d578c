"""Many rows in and out of tables, column by column, by COPY; no object per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg
import pyarrow as pa
import pyarrow.csv as arrow_csv
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.sql.type_api import TypeEngine

_EPOCH: Final[sa.ColumnElement[Any]] = sa.literal_column("DATE '1970-01-01'")

_BLOCK: Final = 2**20

_ARROW_TYPES: Final[tuple[tuple[type[TypeEngine[Any]], pa.DataType], ...]] = (
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.Boolean, pa.bool_()),
    (sa.Float, pa.float64()),
    (sa.Numeric, pa.decimal128(38, 0)),
    (sa.Text, pa.string()),
    (sa.JSON, pa.string()),
)


def copy_in(
    connection: sa.Connection, table: sa.Table, columns: Mapping[str, Iterable[object]]
) -> None:
    """Append rows to a table.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    table
        Where the rows go.
    columns
        Values by column, all of one length; None is null. A geometry is hexadecimal EWKB, JSON
        its text.
    """
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in columns)
    with _cursor(connection).copy(
        f"COPY {quote.format_table(table)} ({names}) FROM STDIN".encode()
    ) as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)


def copy_out(connection: sa.Connection, query: sa.Select[Any]) -> pa.Table:
    """The rows of a query as an Arrow table.

    Dates arrive as days since 1970-01-01, decimals as whole numbers of their last place (yuan as
    fen), geometry (WKB) and bytes as hexadecimal text, JSON as its text.
    """
    chosen = tuple(query.selected_columns)
    wired = query.with_only_columns(*map(_on_the_wire, chosen))
    compiled = wired.compile(dialect=connection.dialect)
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


def _cursor(connection: sa.Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def _on_the_wire(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    match column.type:
        case sa.Date():
            return sa.type_coerce(column - _EPOCH, sa.Integer).label(column.key)
        case sa.Float():
            return column
        case sa.Numeric(scale=int(scale)):
            return sa.cast(column * 10**scale, sa.Numeric(38, 0)).label(column.key)
        case sa.LargeBinary():
            return sa.func.encode(column, "hex", type_=sa.Text).label(column.key)
        case Geometry():
            shape = sa.func.ST_AsBinary(column, type_=sa.LargeBinary)
            return sa.func.encode(shape, "hex", type_=sa.Text).label(column.key)
        case _:
            return column


def _arrow_type(column: sa.ColumnElement[Any]) -> pa.DataType:
    return next(arrow for kind, arrow in _ARROW_TYPES if isinstance(column.type, kind))
