"""How far a task has come, kept for the page that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from geodata.model.tasks import Sentence
from geodata.store.engine import Engine
from geodata.store.queries.tasks import keep_progress
from geodata.store.session import unit_of_work

_PAUSE_S: Final = 0.5
"""So long a step is told once; another step at once."""


class HandedBackError(Exception):
    """The worker has to stop: what was done is undone, and the next worker begins anew."""


class Progress:
    """Keeps what it is told of a task (see `service.operations.telling`).

    Parameters
    ----------
    is_stopping
        Whether the worker has to stop; the next thing told then raises `HandedBackError`.
    seconds
        A clock that only goes forward.
    """

    def __init__(
        self,
        engine: Engine,
        task_id: UUID,
        is_stopping: Callable[[], bool],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._task_id = task_id
        self._is_stopping = is_stopping
        self._seconds = seconds
        self._step = ""
        self._kept_at_s = 0.0

    def __call__(self, step: str, done: int = 0, total: int = 0, /, **values: object) -> None:
        """Keep the step, unless the same one was kept a moment ago."""
        if self._is_stopping():
            raise HandedBackError
        now_s = self._seconds()
        if step == self._step and now_s - self._kept_at_s < _PAUSE_S:
            return
        self._step, self._kept_at_s = step, now_s
        with unit_of_work(self._engine) as connection:
            keep_progress(connection, self._task_id, done, total, Sentence(step, values))
