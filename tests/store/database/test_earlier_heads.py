"""A database of every earlier schema, with facts in it, comes up to date and says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from uuid import uuid4

import pytest
import sqlalchemy as sa
from parks import fill

from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.table_digests import PLAIN
from service.compliance.law import LawBook

HEAD = int(migrate.head())
FIRST = 4
"""Before it there is no table that facts of contracts could be kept in."""
COLUMNS = sa.text("""
    SELECT relname, array_agg(attname::text ORDER BY attname) FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'parcelwatch'::regnamespace AND relkind = 'r'
        AND relname <> 'schema_version' AND relname NOT LIKE 'procrastinate%'
    GROUP BY relname
""")

SAMPLE = (15, FIRST)
REPLACED = {"transition"}
"""What migrations write and nobody else: how cases may move."""

Columns = Mapping[str, list[str]]
Dumped = Callable[[int], sa.Engine]


def columns_of(engine: sa.Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {name: list(columns) for name, columns in connection.execute(COLUMNS)}


def digests(engine: sa.Engine, wanted: Columns) -> dict[str, tuple[int, str]]:
    """Of each table, its rows and a digest of the columns wanted."""
    found = {}
    with engine.connect() as connection:
        for setting in PLAIN:
            connection.exec_driver_sql(setting)
        for name, columns in wanted.items():
            row = ", ".join(f'"{column}"' for column in columns)
            query = (
                f"SELECT count(*), md5(coalesce(string_agg(said, '|' ORDER BY said), ''))"
                f' FROM (SELECT md5(ROW({row})::text) AS said FROM parcelwatch."{name}") AS kept'
            )
            found[name] = tuple(connection.exec_driver_sql(query).one())
    return found


@pytest.fixture
def dumped(own_engine: sa.Engine, server: Cluster, law: LawBook) -> Iterator[Dumped]:
    """``dumped(head)`` is a copy of a full database as that schema kept it."""
    fill(own_engine, law)
    copies: list[sa.Engine] = []

    def dump(head: int) -> sa.Engine:
        migrate.downgrade(own_engine, f"{head:04}")
        own_engine.dispose()
        name = f"t{uuid4().hex}"
        server.create_database(name, template=own_engine.url.database)
        copies.append(make_engine(server.url_for(name)))
        return copies[-1]

    yield dump
    for copy in copies:
        copy.dispose()


def require_kept(engine: sa.Engine, now: Columns) -> None:
    """Bring a database up to date; every cell that has a place in the schema of now is the same."""
    kept = {
        name: [column for column in columns if column in now[name]]
        for name, columns in columns_of(engine).items()
        if name in now and name not in REPLACED
    }
    before = digests(engine, kept)
    migrate.upgrade(engine)
    assert digests(engine, kept) == before
    assert sum(count for count, _ in before.values()) > 10


@pytest.mark.parametrize(
    "heads",
    [SAMPLE, pytest.param(range(HEAD - 1, FIRST - 1, -1), marks=pytest.mark.faults)],
    ids=["some", "every"],
)
def test_a_dump_of_an_earlier_schema_comes_up_to_date_and_says_the_same(heads, dumped, own_engine):
    now = columns_of(own_engine)
    for head in heads:
        engine = dumped(head)
        require_kept(engine, now)
        with engine.connect() as connection:
            assert migrate.difference(connection) == []


def test_a_migration_that_stopped_half_way_goes_on_where_it_stood(dumped, own_engine):
    now = columns_of(own_engine)
    engine = dumped(10)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parcelwatch.upload (in_the_way int)")
    with pytest.raises(sa.exc.ProgrammingError):
        migrate.upgrade(engine)
    assert migrate.current(engine) == "0010"
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE parcelwatch.upload")
    require_kept(engine, now)
    with engine.connect() as connection:
        assert migrate.difference(connection) == []
