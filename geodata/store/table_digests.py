"""Digests of everything the tables hold, computed where they are: what a backup is compared by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from geodata.store.tables import SCHEMA

PLAIN: Final = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL search_path = ''",
    "SET LOCAL row_security = on",
    "SET LOCAL parcelwatch.scope = 'all'",
)
"""Under which rows read the same in every session, and all of them are seen."""

_TABLES: Final = sa.text("""
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.to_regnamespace(:schema) AND relkind = 'r'
    ORDER BY relname COLLATE "C"
""")
_ENTRANCES: Final = ("account", "event", "import_batch")
"""Tables that whatever is not made by a migration leaves a row in."""


_ONE_VALUE: Final = """
    SELECT count(*) || ' ' || encode(
        sha256(coalesce(string_agg(said, ''::bytea ORDER BY said), '')), 'hex')
    FROM (SELECT sha256(convert_to(kept::text, 'UTF8')) AS said FROM {table} AS kept) AS rows
"""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and SHA-256 over the sorted SHA-256 of each, hexadecimal."""

    row_count: int
    sha256: str


def table_digests(connection: sa.Connection) -> dict[str, TableDigest]:
    """What every table holds, by name, as the transaction sees it.

    The settings of the transaction are changed.
    """
    names = list(connection.scalars(_TABLES, {"schema": SCHEMA}))
    for setting in PLAIN:
        connection.exec_driver_sql(setting)
    return {name: _digest(connection, name) for name in names}


def holds_facts(connection: sa.Connection) -> bool:
    """Whether people or imports brought anything."""
    names = set(connection.scalars(_TABLES, {"schema": SCHEMA}))
    return any(
        connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {_quoted(name)})"))  # noqa: S608 - constants
        for name in _ENTRANCES
        if name in names
    )


def demands(digests: Mapping[str, TableDigest]) -> Iterator[str]:
    """Statements that fail unless the tables hold just that."""
    yield from PLAIN
    for name, wanted in digests.items():
        yield (
            f"DO $demand$ BEGIN IF ({_one_value(name)})"
            f" IS DISTINCT FROM '{wanted.row_count} {wanted.sha256}' THEN"
            f" RAISE EXCEPTION 'the table {name} is not what was backed up'; END IF; END $demand$"
        )


def _digest(connection: sa.Connection, name: str) -> TableDigest:
    row_count, sha256 = connection.execute(sa.text(_one_value(name))).scalar_one().split()
    return TableDigest(int(row_count), sha256)


def _one_value(name: str) -> str:
    return _ONE_VALUE.format(table=_quoted(name))


def _quoted(name: str) -> str:
    return f'{SCHEMA}."{name}"'
