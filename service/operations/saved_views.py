"""Lists that an account keeps to come back to."""

from __future__ import annotations

from typing import Final

from geodata.errors import NothingFoundError, UsageError
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Engine
from geodata.store.queries import views
from geodata.store.queries.views import SavedView
from geodata.store.session import unit_of_work

_LONGEST_TITLE: Final = 80
_LONGEST_QUERY: Final = 4_000
_MOST: Final = 50


def views_of(engine: Engine, actor: Actor) -> list[SavedView]:
    """The lists of an account, by title."""
    actor.require(Permission.VIEW)
    with unit_of_work(engine) as connection:
        return views.saved_views(connection, actor.name)


def keep_view(engine: Engine, actor: Actor, title: str, query: str) -> None:
    """Keep a list; one of the same title is replaced.

    Raises
    ------
    UsageError
        When the title is empty or too long, or there are too many lists.
    """
    actor.require(Permission.VIEW)
    title = " ".join(title.split())
    if not title or len(title) > _LONGEST_TITLE or len(query) > _LONGEST_QUERY:
        raise UsageError(
            "A list is kept under a title of 1 to {most} letters; this one has {count}.",
            "Give it a shorter title, or choose fewer filters.",
            most=_LONGEST_TITLE,
            count=len(title),
        )
    with unit_of_work(engine) as connection:
        kept = views.saved_views(connection, actor.name)
        if len(kept) >= _MOST and title not in {view.title for view in kept}:
            raise UsageError(
                "An account keeps {most} lists at most.",
                "Delete one that is not needed any more.",
                most=_MOST,
            )
        views.save_view(connection, actor.name, title, query)


def forget_view(engine: Engine, actor: Actor, view_id: int) -> None:
    """Forget a list of the account.

    Raises
    ------
    NothingFoundError
        When the account has no such list.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(engine) as connection:
        if not views.drop_view(connection, actor.name, view_id):
            raise NothingFoundError(
                "You have no list with the number {number}.",
                "Choose one from the menu of views.",
                number=view_id,
            )
