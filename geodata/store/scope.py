"""Which rows a transaction sees; the policies of the tables read it (migration 0016)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from geodata.model.roles import Actor, Permission

OPTION: Final = "parcelwatch_scope"
"""Execution option that holds the scope of an engine's or a connection's transactions."""

# Policies make queries look dear, and compiling them would take longer than they do.
_ALL: Final = "SELECT set_config('parcelwatch.scope', 'all', true), set_config('jit', 'off', true)"
_PARKS: Final = (
    "SELECT set_config('parcelwatch.scope', (%s::text[])::text, true),"
    " set_config('jit', 'off', true)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose land is seen.

    Attributes
    ----------
    parks
        Names of parks as contracts have them; None = every row, empty = none.
    sees_persons
        Whether names of natural persons, and what else tells of them, are told.
    """

    parks: frozenset[str] | None
    sees_persons: bool = True

    @classmethod
    def of(cls, actor: Actor) -> Scope:
        """What an actor may be told."""
        return cls(actor.parks, actor.may(Permission.PERSONAL))

    @property
    def mark(self) -> str:
        """A short text that is another one for another scope."""
        parks = "all" if self.parks is None else _digest(self.parks)
        return parks if self.sees_persons else f"{parks}-masked"


EVERYTHING: Final = Scope(None)
NOTHING: Final = Scope(frozenset(), sees_persons=False)


def scope_of(connection: sa.Connection) -> Scope:
    """What the transactions of a connection see."""
    scope: Scope = connection.get_execution_options().get(OPTION, NOTHING)
    return scope


def limit_transaction(connection: sa.Connection) -> None:
    """Limit the transaction that begins to the scope of its connection, and to nothing without one.

    The server forgets it at the end of the transaction: a pooled connection keeps none.
    """
    scope = scope_of(connection)
    if scope.parks is None:
        connection.exec_driver_sql(_ALL)
    else:
        connection.exec_driver_sql(_PARKS, (sorted(scope.parks),))


def _digest(parks: Iterable[str]) -> str:
    return sha256("\n".join(sorted(parks)).encode()).hexdigest()[:16]
