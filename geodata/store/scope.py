"""Which rows a transaction sees; the policies of the tables read it (migration 0016)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

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
    """

    parks: frozenset[str] | None

    @classmethod
    def of_parks(cls, parks: Iterable[str] | None) -> Scope:
        """The scope of some parks; of everything for None."""
        return EVERYTHING if parks is None else cls(frozenset(parks))


EVERYTHING: Final = Scope(None)
NOTHING: Final = Scope(frozenset())


def limit_transaction(connection: sa.Connection) -> None:
    """Limit the transaction that begins to the scope of its connection, and to nothing without one.

    The server forgets it at the end of the transaction: a pooled connection keeps none.
    """
    scope: Scope = connection.get_execution_options().get(OPTION, NOTHING)
    if scope.parks is None:
        connection.exec_driver_sql(_ALL)
    else:
        connection.exec_driver_sql(_PARKS, (sorted(scope.parks),))
