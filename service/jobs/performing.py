"""A task from beginning to end; why it fails is kept in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from geodata.errors import DatabaseUnavailableError, LandError, NotAllowedError, TaskError, trace
from geodata.model.roles import Actor
from geodata.model.tasks import Sentence, Task, TaskProblem, TaskResult
from geodata.store.engine import Engine
from geodata.store.queries.accounts import find_account
from geodata.store.queries.tasks import begin_task, fail_task, finish_task
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.compliance.law import LawBook
from service.jobs.job import Work
from service.jobs.progress import HandedBackError, Progress
from service.jobs.registry import JOBS
from service.operations.cards import refresh_cards
from service.operations.telling import Tell
from service.settings import Config

_MOST_ATTEMPTS: Final = 5
"""A task that so many workers did not survive is not begun again."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where tasks are performed: the owner's database, by which law, the clock and settings."""

    engine: Engine
    law: LawBook
    clock: Clock
    config: Config


def perform(
    place: Workplace, task_id: UUID, attempts: int, is_stopping: Callable[[], bool]
) -> None:
    """Do a task and keep what it brought, or why it failed.

    Parameters
    ----------
    attempts
        How often it was begun before.
    is_stopping
        Whether the worker has to stop.

    Raises
    ------
    HandedBackError, DatabaseUnavailableError
        When it has to be begun anew later; nothing was done.
    """
    with unit_of_work(place.engine) as connection:
        task = begin_task(connection, task_id, place.clock())
    if task is None:
        return  # ended already, by a worker that was killed before it could say so
    try:
        _refuse_endless(attempts)
        result = _do(place, task, Progress(place.engine, task_id, is_stopping))
    except HandedBackError:
        raise
    except DatabaseUnavailableError as error:
        if attempts + 1 < _MOST_ATTEMPTS:
            raise
        _fail(place, task_id, error)
    except LandError as error:
        _fail(place, task_id, error)
    except Exception as error:  # noqa: BLE001 - whatever it was, the page tells and work goes on
        _log.error("task %s failed\n%s", task_id, trace(error))
        _fail(place, task_id, _unforeseen(task_id))
    else:
        with unit_of_work(place.engine) as connection:
            finish_task(connection, task_id, result, place.clock())


def _do(place: Workplace, task: Task, tell: Tell) -> TaskResult:
    job = JOBS[task.kind]
    actor = _actor(place, task)
    asked = (actor, task.arguments, tell)
    result = job.perform(Work(place.engine, place.law, place.clock, place.config, *asked))
    if job.writes_facts:
        tell("Bringing lists and maps up to date")
        refresh_cards(place.engine, place.law, today(place.clock))
    return result


def _actor(place: Workplace, task: Task) -> Actor:
    """Who asked; rights may have been withdrawn since."""
    with unit_of_work(place.engine) as connection:
        account = find_account(connection, task.asked_by)
    if account is None or account.locked_at:
        raise NotAllowedError(
            "The account {account}, which asked for this, is locked or gone.",
            "Ask an administrator to open it, or ask for the task with another account.",
            account=task.asked_by,
        )
    actor = account.actor()
    actor.require(task.kind.permission)
    return actor


def _refuse_endless(attempts: int) -> None:
    if attempts >= _MOST_ATTEMPTS:
        raise TaskError(
            "The task was begun {count} times and never came to an end.",
            "Look into the log of the worker for how it ended, then ask for the task again.",
            count=attempts,
        )


def _unforeseen(task_id: UUID) -> LandError:
    return TaskError(
        "Something went wrong that cannot be explained here.",
        "Tell the administrator the number {number}: the log of the worker holds the details.",
        number=task_id,
    )


def _fail(place: Workplace, task_id: UUID, error: LandError) -> None:
    problem = TaskProblem(Sentence(error.template, error.values), error.next_step)
    with unit_of_work(place.engine) as connection:
        fail_task(connection, task_id, problem, place.clock())
