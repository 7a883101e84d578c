"""The schema goes up and down, and is the one the product works with."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from samples import NOON, batch, ledger, squares

from geodata.errors import DatabaseStateError, DatabaseUnavailableError
from geodata.model.attributes import ATTRIBUTES
from geodata.model.changes import ImportCounts
from geodata.store import migrate
from geodata.store.engine import make_engine
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import log_import
from geodata.store.queries.parcels import read_features
from geodata.store.session import unit_of_work
from geodata.store.tables import METADATA, SCHEMA

CATALOGUE = sa.text("""
    WITH ours AS (
        SELECT pg_class.oid AS ours_oid, relname FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = 'parcelwatch' AND relkind = 'r' AND relname <> 'schema_version'
    )
    SELECT relname, 'table', '', obj_description(ours_oid, 'pg_class') FROM ours
    UNION ALL
    SELECT relname, 'column', attname, concat_ws(' | ',
        format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
        pg_get_expr(adbin, adrelid), col_description(ours_oid, attnum))
    FROM ours JOIN pg_attribute ON attrelid = ours_oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT relname, 'constraint', conname, pg_get_constraintdef(pg_constraint.oid)
    FROM ours JOIN pg_constraint ON conrelid = ours_oid
    UNION ALL
    SELECT relname, 'index', '', pg_get_indexdef(indexrelid)
    FROM ours JOIN pg_index ON indrelid = ours_oid
""")


def catalogue(connection: sa.Connection) -> set[tuple[str, ...]]:
    return {tuple(row) for row in connection.execute(CATALOGUE)}


def test_up_down_up(empty_engine):
    assert migrate.current(empty_engine) is None
    migrate.upgrade(empty_engine)
    assert migrate.current(empty_engine) == migrate.head()
    with empty_engine.connect() as connection:
        first = catalogue(connection)
    migrate.downgrade(empty_engine, "base")
    assert migrate.current(empty_engine) is None
    with empty_engine.connect() as connection:
        left = sa.inspect(connection)
        assert left.get_table_names(SCHEMA) == ["schema_version"]
        assert left.get_view_names(SCHEMA) == []
    migrate.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert catalogue(connection) == first
        assert migrate.difference(connection) == []


def test_every_revision_can_be_reached_and_left(empty_engine):
    revisions = [f"{number:04}" for number in range(1, int(migrate.head()) + 1)]
    for revision in revisions:
        migrate.upgrade(empty_engine, revision)
        assert migrate.current(empty_engine) == revision
    for revision in reversed(revisions[:-1]):
        migrate.downgrade(empty_engine, revision)
        assert migrate.current(empty_engine) == revision


def test_features_get_their_layer_and_lose_it_again(empty_engine):
    """Before 0008 the kind of a feature began with its layer, and a blank one was "nan"."""
    migrate.upgrade(empty_engine, "0007")
    kinds = ["outline/", "roads/nan", "roads/trunk", "water/None"]
    insert = sa.text(
        "INSERT INTO parcelwatch.map_feature (kind, geom)"
        " VALUES (:kind, ST_MakeEnvelope(121, 30, 122, 31, 4490))"
    )
    with empty_engine.begin() as connection:
        connection.execute(insert, [{"kind": kind} for kind in kinds])
    migrate.upgrade(empty_engine)
    with unit_of_work(empty_engine) as connection:
        found = {layer: f["kind"].tolist() for layer, f in read_features(connection).items()}
        assert found == {"outline": [None], "roads": [None, "trunk"], "water": [None]}
        nothing = ImportCounts(0, 0, 0, 0, 0, 0)
        log_import(connection, "district", batch(), nothing, NOON)
    migrate.downgrade(empty_engine, "0007")
    with empty_engine.connect() as connection:
        query = sa.text("SELECT kind FROM parcelwatch.map_feature ORDER BY feature_id")
        assert connection.scalars(query).all() == ["outline/", "roads/", "roads/trunk", "water/"]


def test_a_migrated_database_has_no_difference(connection):
    assert migrate.difference(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE parcelwatch.contract_fact DROP COLUMN observed_on CASCADE",
        "ALTER TABLE parcelwatch.park ADD COLUMN colour text",
        "ALTER TABLE parcelwatch.park ALTER COLUMN name_en DROP NOT NULL",
        "ALTER TABLE parcelwatch.judgement ALTER COLUMN fee_yuan TYPE numeric(10, 2)",
        "COMMENT ON COLUMN parcelwatch.park.kind IS 'colour'",
        "COMMENT ON TABLE parcelwatch.park IS NULL",
        "DROP INDEX parcelwatch.ix_parcel_fact_geom",
        "ALTER TABLE parcelwatch.contract_fact DROP CONSTRAINT ck_contract_fact_undelivered",
        "ALTER TABLE parcelwatch.contract_fact DROP CONSTRAINT uq_contract_fact_ends",
        "ALTER TABLE parcelwatch.park ADD CONSTRAINT short CHECK (length(name_en) < 9)",
        "DROP TABLE parcelwatch.finding",
    ],
)
def test_a_difference_is_seen(connection, statement):
    connection.execute(sa.text(statement))
    assert migrate.difference(connection)


def test_tables_made_from_the_product_equal_the_migrated_ones(empty_engine, connection):
    """Also what check constraints demand and how columns are computed, which Alembic ignores."""
    with empty_engine.begin() as made:
        for statement in (
            "EXTENSION postgis SCHEMA public",
            "EXTENSION btree_gist SCHEMA public",
            "EXTENSION pg_trgm SCHEMA public",
            f"SCHEMA {SCHEMA}",
        ):
            made.exec_driver_sql(f"CREATE {statement}")
        METADATA.create_all(made)
        wanted = catalogue(made)
    found = {entry for entry in catalogue(connection) if not entry[0].startswith("procrastinate_")}
    assert found == wanted
    assert len(found) > 300


def test_an_account_named_like_the_schema_is_no_trouble(connection):
    """Its default schema is ours; neither PostGIS nor the comparison may take it for another."""
    assert connection.scalar(sa.text("SELECT current_schema()")) == SCHEMA
    home = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'postgis'"
    assert connection.scalar(sa.text(home)) == "public"
    assert migrate.difference(connection) == []


def test_every_column_says_what_it_holds(connection):
    reflected = sa.inspect(connection)
    relations = [*METADATA.tables.values(), sa.Table("ledger", sa.MetaData(schema=SCHEMA))]
    bare = [
        f"{relation.name}.{column['name']}"
        for relation in relations
        for column in reflected.get_columns(relation.name, SCHEMA)
        if not column["comment"]
    ]
    assert bare == []
    assert len(reflected.get_columns("ledger", SCHEMA)) == len(ATTRIBUTES) + 3


def test_every_geometry_is_indexed(connection):
    indexed = sa.text(
        "SELECT count(*) FROM geometry_columns AS g WHERE f_table_schema = 'parcelwatch'"
        " AND f_table_name <> 'ledger' AND NOT EXISTS (SELECT FROM pg_indexes"
        " WHERE tablename = f_table_name AND indexdef LIKE '%gist (' || f_geometry_column || ')')"
    )
    assert connection.scalar(indexed) == 0


def test_a_newer_database_is_left_alone(empty_engine):
    migrate.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE parcelwatch.schema_version SET version_num = '9999'")
    with pytest.raises(DatabaseStateError, match=r"9999.*newer version"):
        migrate.upgrade(empty_engine)
    assert migrate.current(empty_engine) == "9999"


def test_what_the_administrator_has_to_run_is_named(empty_engine):
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS pw_plain")
        connection.exec_driver_sql("CREATE ROLE pw_plain LOGIN")
    url = empty_engine.url.set(username="pw_plain").render_as_string(hide_password=False)
    plain = make_engine(url)
    with pytest.raises(DatabaseStateError, match="CREATE SCHEMA parcelwatch"):
        migrate.upgrade(plain)
    with empty_engine.begin() as connection:
        database = empty_engine.url.database
        connection.exec_driver_sql(f"GRANT CREATE ON DATABASE {database} TO pw_plain")
    with pytest.raises(DatabaseStateError, match="CREATE EXTENSION IF NOT EXISTS postgis"):
        migrate.upgrade(plain)
    with empty_engine.begin() as connection:
        for extension in ("postgis", "btree_gist"):
            connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
    migrate.upgrade(plain)
    with unit_of_work(plain) as connection:
        import_ledger(connection, batch(), ledger({}), squares(0))
        assert migrate.difference(connection) == []
    plain.dispose()
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY pw_plain CASCADE; DROP ROLE pw_plain")


def test_a_server_without_an_extension_is_told(connection):
    with pytest.raises(DatabaseStateError, match=r"no_such_extension.*installed on the server"):
        migrate.administer(connection, "CREATE EXTENSION no_such_extension")


def test_a_table_in_use_is_not_waited_for_without_end(own_engine, monkeypatch):
    monkeypatch.setattr(migrate, "_LOCK_WAIT_MS", 50)
    with own_engine.begin() as reading:
        reading.exec_driver_sql("LOCK TABLE parcelwatch.api_token IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseUnavailableError, match="tried 5 times"):
            migrate.downgrade(own_engine, "0029")
    assert migrate.current(own_engine) == migrate.head()


def test_a_table_that_is_free_again_is_changed_at_the_next_attempt(own_engine, monkeypatch):
    monkeypatch.setattr(migrate, "_LOCK_WAIT_MS", 50)
    reading = own_engine.connect()
    reading.exec_driver_sql("LOCK TABLE parcelwatch.api_token IN ACCESS SHARE MODE")
    begun = []

    @sa.event.listens_for(own_engine, "begin")
    def leave_at_the_second(connection: sa.Connection) -> None:
        begun.append(connection)
        if len(begun) == 2:
            reading.close()

    migrate.downgrade(own_engine, "0029")
    assert len(begun) == 2
    assert migrate.current(own_engine) == "0029"
