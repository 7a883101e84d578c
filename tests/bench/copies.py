"""A country from a city: cards copied within the database, beside each other on the ground."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from geodata.store.engine import Connection, Engine
from geodata.store.session import unit_of_work
from geodata.store.tables import CARD_SPAN, CONTRACT_CARD, CONTRACT_PARK

_ACROSS: Final = 4
"""Copies that lie side by side."""
_APART_M: Final = 50_000  # a city of 100,000 parcels is 37 km wide at this latitude
_INDEXES: Final = sa.text("""
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'parcelwatch' AND tablename = 'contract_card' AND indexname LIKE 'ix_%'
""")


def multiply_cards(engine: Engine, count: int) -> None:
    """Copy the cards, their spans and their parks until there are so many cards.

    Each copy has numbers of contracts and a place on the ground of its own; names repeat.
    """
    with unit_of_work(engine) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        held, last = connection.execute(
            sa.select(sa.func.count(), sa.func.max(CONTRACT_CARD.c.contract_id))
        ).one()
        with _without_indexes(connection):
            for table in (CONTRACT_CARD, CARD_SPAN, CONTRACT_PARK):
                connection.execute(_copies(table, last), {"copies": count // held - 1})
    settle(engine)


def settle(engine: Engine) -> None:
    """Let the server tidy up now, so that it does not while something is measured."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Indexes of cards are made anew afterwards: that takes a fraction of keeping them."""
    indexes = connection.execute(_INDEXES).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX parcelwatch.{name}")
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)


def _copies(table: sa.Table, last: int) -> sa.Insert:
    copies = sa.func.generate_series(1, sa.bindparam("copies", type_=sa.Integer))
    numbers = copies.table_valued("copy").render_derived("numbers")
    copy = sa.cast(numbers.c.copy, sa.Integer)
    east, north = (copy % _ACROSS) * _APART_M, (copy / _ACROSS) * _APART_M
    changed = {
        "contract_id": table.c.contract_id + copy * last,
        "contract_no": sa.func.concat(table.c.get("contract_no"), "-", copy),
        "outline": sa.func.st_translate(table.c.get("outline"), east, north),
    }
    names = [column.name for column in table.columns if column.computed is None]
    told = sa.select(*(changed.get(name, table.c[name]) for name in names))
    return table.insert().from_select(names, told.select_from(table.join(numbers, sa.true())))
