"""Contracts of a day counted by squares of the ground: what wide views and the legend read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from geodata.model.card_counts import CardCount
from geodata.model.codelists import Group
from geodata.store.tables import CARD_CELL, CARD_SPAN, CONTRACT_CARD
from geodata.store.tables.cards import group_column
from geodata.tiles.catalogue import CELL_ZOOM, FILTERED
from geodata.tiles.matrix import HALF_WORLD_M

_KEPT_AROUND: Final = timedelta(days=900)
_SIDE_M: Final = 2 * HALF_WORLD_M / 2**CELL_ZOOM


def are_counted(connection: sa.Connection, as_of: date, revision: int) -> bool:
    """Whether the contracts were counted for a day since cards changed last."""
    counted = sa.select(CARD_CELL).where(_of(as_of, revision)).exists()
    return bool(connection.scalar(sa.select(counted)))


def count_cells(connection: sa.Connection, as_of: date, revision: int) -> None:
    """Count the contracts of a day, and forget counts that are outdated or of far-off days.

    Parameters
    ----------
    connection
        Within a transaction that sees everything; others that count the same day wait for it.
    """
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(CARD_CELL.name), as_of.toordinal())
    connection.execute(sa.select(lock))
    if are_counted(connection, as_of, revision):
        return
    kept = CARD_CELL.c.as_of.between(as_of - _KEPT_AROUND, as_of + _KEPT_AROUND)
    outdated = sa.or_(CARD_CELL.c.revision != revision, ~kept)
    connection.execute(sa.delete(CARD_CELL).where(outdated))
    counted = _counted(as_of, revision)
    names = [column.name for column in counted.selected_columns]
    connection.execute(sa.insert(CARD_CELL).from_select(names, counted))


def card_counts(connection: sa.Connection, as_of: date, revision: int) -> list[CardCount]:
    """How many contracts stand how on a day that was counted."""
    cell = CARD_CELL.c
    alike = (
        *(cell[name] for name in FILTERED),
        cell.cell_x.is_not(None).label("is_placed"),
    )
    query = (
        sa.select(
            *alike,
            sa.func.sum(cell["count"]).label("count"),
            sa.func.sum(cell.area_m2).label("area_m2"),
        )
        .where(_of(as_of, revision))
        .group_by(*alike)
    )
    rows = connection.execute(query).mappings()
    return [CardCount(**row) for row in rows]


def of_day(as_of: date | sa.BindParameter[date]) -> sa.Select[Any]:
    """The cards, each with its span of a day."""
    card, span = CONTRACT_CARD.c, CARD_SPAN.c
    return (
        sa.select(card.contract_id)
        .join_from(CONTRACT_CARD, CARD_SPAN, card.contract_id == span.contract_id)
        .where(span.from_on <= as_of, span.until_on > as_of)
    )


def standing() -> dict[str, sa.ColumnElement[Any]]:
    """What a map filters cards by, by name; the groups are one number with a bit for each."""
    bits = (
        sa.cast(CARD_SPAN.c[group_column(group)], sa.Integer) * 2**place
        for place, group in enumerate(Group)
    )
    groups = sa.cast(sum(bits, sa.literal(0)), sa.SmallInteger)
    found = {**dict(CARD_SPAN.c), **dict(CONTRACT_CARD.c), "groups": groups}
    return {name: found[name] for name in FILTERED}


def _of(as_of: date, revision: int) -> sa.ColumnElement[bool]:
    return sa.and_(CARD_CELL.c.as_of == as_of, CARD_CELL.c.revision == revision)


def _counted(as_of: date, revision: int) -> sa.Select[Any]:
    card = CONTRACT_CARD.c
    alike = [
        _cell(sa.func.st_x(card.place) + HALF_WORLD_M).label("cell_x"),
        _cell(HALF_WORLD_M - sa.func.st_y(card.place)).label("cell_y"),
        *(column.label(name) for name, column in standing().items()),
    ]
    return (
        of_day(as_of)
        .with_only_columns(
            sa.literal(as_of).label("as_of"),
            sa.literal(revision).label("revision"),
            *alike,
            sa.func.count().label("count"),
            sa.func.coalesce(sa.func.sum(card.area_m2), 0).label("area_m2"),
        )
        .group_by(*alike)
    )


def _cell(from_edge_m: sa.ColumnElement[float]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.floor(from_edge_m / _SIDE_M), sa.Integer)
