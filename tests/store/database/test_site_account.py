"""The site works with an account that policies bind, and with no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from geodata.errors import DatabaseStateError, DatabaseUnavailableError, SettingError
from geodata.settings import DatabaseSettings
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, open_site_database, site_engine
from service.operations.database import require_schema

ROLE = "pw_somebody"


@pytest.fixture
def role(own_engine: sa.Engine) -> Iterator[Callable[..., URL]]:
    """Make the role with statements about it; it is gone after the test."""

    def make(*statements: str) -> URL:
        with own_engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
            for statement in statements:
                connection.exec_driver_sql(statement)
        return own_engine.url.set(username=ROLE)

    yield make
    with own_engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
        connection.exec_driver_sql("DROP ROLE IF EXISTS pw_other")


def connect(url: URL) -> None:
    engine = site_engine(url.render_as_string(hide_password=False))
    try:
        require_schema(engine)
    finally:
        engine.dispose()


def test_the_account_of_the_migration_will_do(own_engine):
    connect(own_engine.url.set(username=SITE_ROLE))


def test_a_superuser_will_not(own_engine):
    expected = r"account parcelwatch is a superuser.*Name the account parcelwatch_site"
    with pytest.raises(DatabaseStateError, match=expected):
        connect(own_engine.url)


@pytest.mark.parametrize(
    "statements",
    [
        [f"ALTER ROLE {ROLE} BYPASSRLS"],
        [f"GRANT parcelwatch TO {ROLE}"],
        [f"ALTER TABLE parcelwatch.park OWNER TO {ROLE}"],
        ["CREATE ROLE pw_other NOLOGIN BYPASSRLS", f"GRANT pw_other TO {ROLE}"],
        [f"ALTER ROLE {ROLE} NOINHERIT", f"GRANT parcelwatch TO {ROLE}"],
    ],
    ids=["bypasses", "is a superuser's", "owns a table", "may bypass", "may become a superuser"],
)
def test_nor_will_who_is_not_bound_or_may_become_so(role, statements):
    url = role(*statements)
    with pytest.raises(DatabaseStateError, match=f"account {ROLE} "):
        connect(url)


def test_an_account_of_another_name_is_given_the_role(role):
    url = role()
    with pytest.raises(DatabaseStateError, match="permission denied for schema parcelwatch"):
        connect(url)


def test_the_role_brings_its_policies_along(role, own_engine):
    url = role(f"GRANT {SITE_ROLE} TO {ROLE}")
    connect(url)


def test_every_new_connection_is_asked(own_engine, role):
    """Rights that are given later are noticed by connections made later."""
    engine = site_engine(role(f"GRANT {SITE_ROLE} TO {ROLE}").render_as_string(hide_password=False))
    require_schema(engine)
    engine.dispose()
    with own_engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER ROLE {ROLE} SUPERUSER")
    with pytest.raises(DatabaseStateError):
        require_schema(engine)
    assert engine.pool.checkedout() == 0


def test_a_server_of_the_bureaus_own_needs_an_account_of_the_site(tmp_path):
    settings = DatabaseSettings("postgresql://owner@127.0.0.1:1/land", tmp_path)
    with (
        pytest.raises(SettingError, match="PARCELWATCH_SITE_DATABASE_URL"),
        open_site_database(settings),
    ):
        pass


def test_the_owner_is_not_needed_to_serve(own_engine, tmp_path):
    url = own_engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    settings = DatabaseSettings("", tmp_path, site_url=url)
    with open_site_database(settings) as engine, unit_of_work(engine, EVERYTHING) as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == SITE_ROLE


def test_a_database_that_is_down_is_told(tmp_path):
    settings = DatabaseSettings("", tmp_path, site_url=f"postgresql://{uuid4().hex}@127.0.0.1:1/x")
    expected = pytest.raises(DatabaseUnavailableError)
    with open_site_database(settings) as engine, expected:
        require_schema(engine)
