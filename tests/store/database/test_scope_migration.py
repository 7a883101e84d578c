"""Account and policies are made beside whatever is there, and taken back without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
import sqlalchemy as sa
from parks import fill
from samples import batch, ledger

from geodata.errors import DatabaseStateError
from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.queries.contracts import import_ledger
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.operations.daily import audit_daily
from service.operations.demonstration import DEMO_AS_OF, audit_demo, import_demo
from tests.conftest import NOON, Demo

OWNER = "pw_owner"
PARKS = sa.text("""
    SELECT contract_no, park FROM parcelwatch.contract
    JOIN parcelwatch.contract_park USING (contract_id)
""")
LEFT_OVER = sa.text("""
    SELECT polname FROM pg_policy
    UNION ALL
    SELECT relname FROM pg_class WHERE relrowsecurity OR relforcerowsecurity
    UNION ALL
    SELECT relname FROM pg_class, aclexplode(relacl) WHERE grantee = 'parcelwatch_site'::regrole
    UNION ALL
    SELECT nspname FROM pg_namespace, aclexplode(nspacl) WHERE grantee = 'parcelwatch_site'::regrole
""")
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@contextmanager
def owned_by_nobody_special(administrator: sa.Engine) -> Iterator[sa.Engine]:
    """The engine of an owner that is no superuser, on a database that was prepared."""
    with administrator.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {OWNER} LOGIN")
        database = administrator.url.database
        connection.exec_driver_sql(f"GRANT CREATE ON DATABASE {database} TO {OWNER}")
        for extension in ("postgis", "btree_gist", "pg_trgm"):
            connection.exec_driver_sql(f"CREATE EXTENSION {extension} SCHEMA public")
    url = administrator.url.set(username=OWNER)
    engine = make_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with administrator.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {OWNER} CASCADE; DROP ROLE {OWNER}")


@pytest.fixture
def owned(empty_engine: sa.Engine) -> Iterator[sa.Engine]:
    with owned_by_nobody_special(empty_engine) as engine:
        yield engine


def parks(engine: sa.Engine) -> set[tuple[str, str]]:
    with unit_of_work(engine) as connection:
        return {(number, park) for number, park in connection.execute(PARKS)}


def test_up_down_up_with_facts(own_engine, law):
    fill(own_engine, law)
    before = parks(own_engine)
    assert before == {("A2", "A"), ("B2", "B"), ("B9", "B"), ("N1", None)}
    migrate.downgrade(own_engine, "0015")
    with own_engine.connect() as connection:
        assert connection.scalars(LEFT_OVER).all() == []
        assert connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.contract_fact")) == 7
    migrate.upgrade(own_engine)
    assert parks(own_engine) == before
    with own_engine.connect() as connection:
        assert migrate.difference(connection) == []


def test_a_contract_that_ends_stays_with_its_park(own_engine):
    with unit_of_work(own_engine) as connection:
        import_ledger(connection, batch(), ledger({"park": "A"}, {"park": "A"}))
        contract_id = connection.scalar(
            sa.text("SELECT min(contract_id) FROM parcelwatch.contract")
        )
        import_ledger(connection, batch(1), ledger(), retired=[contract_id])
    assert parks(own_engine) == {("C1", "A"), ("C2", "A")}
    migrate.downgrade(own_engine, "0015")
    migrate.upgrade(own_engine)
    assert parks(own_engine) == {("C1", "A"), ("C2", "A")}


def test_an_owner_without_rights_over_the_server_does_everything(owned, demo: Demo, law):
    """COPY is refused below policies; what arrives another way is the same to the byte."""
    migrate.upgrade(owned)
    imported = import_demo(owned, demo.files, lambda: NOON)
    assert [table.counts for table in imported.tables] == [
        table.counts for table in demo.imported.tables
    ]
    audited = audit_demo(owned, law, "en", lambda: NOON)
    assert audited.run.result_digest == demo.audited.run.result_digest
    assert audited.run.facts_digest == demo.audited.run.facts_digest
    assert audit_daily(owned, law, DEMO_AS_OF, actor="demo", clock=lambda: NOON).audit.due_count > 0
    guarded = sa.text("SELECT row_security_active('parcelwatch.contract_fact')")
    with unit_of_work(owned) as connection:
        assert connection.scalar(guarded) is True
        assert migrate.difference(connection) == []
    site = site_engine(owned.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    with unit_of_work(site) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.contract")) == 0
    site.dispose()
    migrate.downgrade(owned, "base")
    migrate.upgrade(owned)


@pytest.fixture
def bare(served: Cluster) -> Iterator[list[sa.Engine]]:
    """Two empty databases of a server without the role."""
    names = [f"t{uuid4().hex}" for _ in range(2)]
    for name in names:
        served.create_database(name)
    engines = [make_engine(served.url_for(name)) for name in names]
    yield engines
    for engine in engines:
        migrate.downgrade(engine, "base")
    with engines[0].begin() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {SITE_ROLE}")
    for engine in engines:
        engine.dispose()


def test_two_databases_of_a_server_make_the_role_at_once(bare):
    first, second = bare
    with ThreadPoolExecutor() as threads:
        with first.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {SITE_ROLE} LOGIN")
            upgraded = threads.submit(migrate.upgrade, second)
            while not connection.scalar(WAITING):
                assert not upgraded.done()
        upgraded.result()
    migrate.upgrade(first)
    assert [migrate.current(engine) for engine in bare] == [migrate.head()] * 2


def test_the_administrator_is_told_to_make_the_role(bare):
    with owned_by_nobody_special(bare[0]) as plain:
        with pytest.raises(DatabaseStateError, match=f"run in it: CREATE ROLE {SITE_ROLE} LOGIN;"):
            migrate.upgrade(plain)
        with bare[1].begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {SITE_ROLE} LOGIN")
        migrate.upgrade(plain)
        migrate.downgrade(plain, "base")
