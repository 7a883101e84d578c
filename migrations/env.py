"""How migrations run: on the connection given, and one product at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from geodata.store.migrate import OPTIONS, administer
from geodata.store.tables import SCHEMA

connection: sa.Connection = context.config.attributes["connection"]

connection.execute(sa.text("SET LOCAL statement_timeout = '30min'"))
connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('parcelwatch.migrate'))"))
if not sa.inspect(connection).has_schema(SCHEMA):
    administer(connection, f"CREATE SCHEMA {SCHEMA}")

context.configure(connection=connection, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
