"""How many contracts came into a group and left it between two days, as their cards tell."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from geodata.model.codelists import Group
from geodata.store.tables import CARD_SPAN
from geodata.store.tables.cards import group_column


def group_changes(
    connection: sa.Connection, before: date, after: date
) -> dict[Group, tuple[int, int]]:
    """Of each group, the contracts that came into it and those that left it.

    Parameters
    ----------
    connection
        A connection; counted is what its scope sees.
    before, after
        The days compared, within those looked at.
    """
    then, now = _flagged(before, "then"), _flagged(after, "now")
    both = then.outerjoin(now, then.c.contract_id == now.c.contract_id, full=True)
    counts = (
        sa.func.count().filter(_in(one, group), ~_in(other, group))
        for group in Group
        for one, other in ((now, then), (then, now))
    )
    found = connection.execute(sa.select(*counts).select_from(both)).one()
    return dict(zip(Group, zip(found[::2], found[1::2], strict=True), strict=True))


def _in(side: sa.Subquery, group: Group) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(side.c[group_column(group)], sa.false())


def _flagged(day: date, name: str) -> sa.Subquery:
    """The contracts that stand in a group on a day."""
    span = CARD_SPAN.c
    flags = [span[group_column(group)] for group in Group]
    is_of_day = sa.and_(span.from_on <= day, span.until_on > day)
    return sa.select(span.contract_id, *flags).where(is_of_day, sa.or_(*flags)).subquery(name)
