"""The account the site works with: one that row-level security binds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy import Engine, event

from geodata.errors import DatabaseStateError, SettingError
from geodata.settings import DatabaseSettings
from geodata.store.cluster import DATABASE, Cluster
from geodata.store.engine import disposed, make_engine
from geodata.store.scope import NOTHING

SITE_ROLE: Final = "parcelwatch_site"
"""Made by migration 0016, which also says what it may do."""

_IS_UNBOUND: Final = """
    SELECT EXISTS (
        SELECT FROM pg_roles
        WHERE (rolsuper OR rolbypassrls) AND pg_has_role(oid, 'MEMBER')
    ) OR EXISTS (
        SELECT FROM pg_class
        WHERE relnamespace = to_regnamespace('parcelwatch') AND pg_has_role(relowner, 'MEMBER')
    )
"""
"""Whether the account is, or may become, one that can pass the policies by."""


@contextmanager
def open_site_database(settings: DatabaseSettings) -> Iterator[Engine]:
    """Yield the engine of the site on the server of the settings or the private cluster.

    The private cluster runs for the duration; see `Cluster.running`.

    Raises
    ------
    SettingError
        When a server of the bureau's own is named, but no account of the site on it.
    """
    if settings.is_private:
        with (
            Cluster.of_project(settings).running() as cluster,
            disposed(site_engine(cluster.url_for(DATABASE, SITE_ROLE))) as engine,
        ):
            yield engine
    else:
        with disposed(site_engine(settings.site_url)) as engine:
            yield engine


def site_engine(url: str) -> Engine:
    """Return an engine whose transactions see nothing unless `unit_of_work` gives them a scope.

    Connecting raises DatabaseStateError for an account that row-level security does not bind.

    Raises
    ------
    SettingError
        When there is no URL, or not one of a PostgreSQL database.
    """
    if not url:
        raise SettingError(
            "The site has no account of its own in the database.",
            "Set PARCELWATCH_SITE_DATABASE_URL to "
            "postgresql://parcelwatch_site:password@host:5432/database, or use the private "
            "cluster with: parcelwatch serve",
        )
    engine = make_engine(url, NOTHING)
    event.listen(engine, "connect", _refuse_unbound)
    return engine


def _refuse_unbound(connection: psycopg.Connection[tuple[bool]], _: object) -> None:
    account = connection.info.user
    is_unbound = connection.execute(_IS_UNBOUND).fetchone() != (False,)
    connection.rollback()
    if is_unbound:
        connection.close()
        raise DatabaseStateError(
            "The account {account} is a superuser, is exempt from row-level security or owns the "
            "tables: nothing in the database would keep a park manager to the parks given.",
            "Name the account parcelwatch_site in PARCELWATCH_SITE_DATABASE_URL.",
            account=account,
        )
