"""Lists that accounts come back to."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.store.tables import SAVED_VIEW

_VIEW = SAVED_VIEW.c


@dataclass(frozen=True, slots=True)
class SavedView:
    """One list: its title, and the filters, order and columns of its address."""

    view_id: int
    title: str
    query: str


def saved_views(connection: sa.Connection, account: str) -> list[SavedView]:
    """The lists of an account, by title."""
    columns = (_VIEW.view_id, _VIEW.title, _VIEW.query)
    query = sa.select(*columns).where(_VIEW.account == account).order_by(_VIEW.title)
    return [SavedView(*row) for row in connection.execute(query)]


def save_view(connection: sa.Connection, account: str, title: str, query: str) -> None:
    """Keep a list under a title; one of the same title is replaced."""
    entry = insert(SAVED_VIEW).values(account=account, title=title, query=query)
    connection.execute(
        entry.on_conflict_do_update(
            index_elements=["account", "title"], set_={"query": entry.excluded.query}
        )
    )


def drop_view(connection: sa.Connection, account: str, view_id: int) -> bool:
    """Forget a list of an account; return whether there was one."""
    own = sa.and_(_VIEW.account == account, _VIEW.view_id == view_id)
    return connection.execute(sa.delete(SAVED_VIEW).where(own)).rowcount > 0
