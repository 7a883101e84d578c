"""The event log as it is shown to those who may see it."""

from __future__ import annotations

from geodata.model.chain import EventSubject
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Engine
from geodata.store.log import LoggedEvent, read_events
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work


def newest_events(
    engine: Engine, actor: Actor, most: int, subject: EventSubject | None = None
) -> list[LoggedEvent]:
    """The newest events, of everything or of what a subject is.

    Raises
    ------
    NotAllowedError
        When the actor may not see the log.
    """
    actor.require(Permission.EVIDENCE)
    with unit_of_work(engine, Scope.of(actor)) as connection:
        return read_events(connection, most, subject)
