"""Whether the site can do its work, and how it is getting on: for those who keep it running."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from geodata.errors import DatabaseStateError, LandError
from geodata.store.engine import Engine, pooled
from geodata.store.log import head
from geodata.store.queries.runs import list_runs
from geodata.store.queries.tasks import count_waiting
from geodata.store.queue import is_worker_there
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.database import require_schema
from service.settings import OperationSettings


class Check(StrEnum):
    """What the site needs for its work."""

    DATABASE = "database"
    SCHEMA = "schema"
    WORKER = "worker"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Figures:
    """How the work is getting on.

    Attributes
    ----------
    waiting_count
        Tasks that nobody has taken up yet.
    audited_at
        When the last audit was begun; None = never.
    event_count
        Number of the last event of the log.
    used_count, idle_count
        Connections of this process to the database.
    """

    waiting_count: int
    audited_at: datetime | None
    event_count: int
    used_count: int
    idle_count: int


@dataclass(frozen=True, slots=True)
class Operation:
    """The site as seen by those who keep it running.

    Attributes
    ----------
    files
        Directory of the files beside the database.
    """

    engine: Engine
    files: Path
    settings: OperationSettings
    clock: Clock

    def failing(self) -> list[Check]:
        """What is missing for the work; nothing where all is well."""
        try:
            require_schema(self.engine)
            with unit_of_work(self.engine, EVERYTHING) as connection:
                has_worker = is_worker_there(connection)
        except DatabaseStateError:
            return [Check.SCHEMA]
        except LandError:
            return [Check.DATABASE]
        found = {Check.WORKER: has_worker, Check.DISK: self._has_room()}
        return [check for check, holds in found.items() if not holds]

    def figures(self) -> Figures:
        """Counted in the database.

        Raises
        ------
        LandError
            When it does not answer.
        """
        with unit_of_work(self.engine, EVERYTHING) as connection:
            runs = list_runs(connection, 1)
            audited_at = runs[0].started_at if runs else None
            counted = count_waiting(connection), audited_at, head(connection).seq
        return Figures(*counted, *pooled(self.engine))

    def _has_room(self) -> bool:
        """The directory is made with the first file: until then, the one it will be in counts."""
        there = next(path for path in (self.files, *self.files.parents) if path.exists())
        return shutil.disk_usage(there).free >= self.settings.least_free_bytes
