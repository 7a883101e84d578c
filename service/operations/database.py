"""The database itself: bring its schema up to date, and say what state it is in."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.errors import DatabaseStateError
from geodata.store import migrate
from geodata.store.engine import Engine


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Revision of the database (None = empty) and the one this version needs."""

    current: str | None
    needed: str

    @property
    def is_current(self) -> bool:
        """True when nothing has to be migrated."""
        return self.current == self.needed


def schema_status(engine: Engine) -> SchemaStatus:
    """The state of the schema."""
    return SchemaStatus(migrate.current(engine), migrate.head())


def prepare(engine: Engine) -> SchemaStatus:
    """Bring the schema up to date; facts are kept. Returns the state before."""
    before = schema_status(engine)
    if not before.is_current:
        migrate.upgrade(engine)
    return before


def require_schema(engine: Engine) -> None:
    """Raise `DatabaseStateError` unless the schema is the one this version needs."""
    status = schema_status(engine)
    if not status.is_current:
        raise DatabaseStateError(
            "The database has schema {current}; this version needs {needed}.",
            "Run: parcelwatch db init",
            current=status.current or "–",
            needed=status.needed,
        )
