"""Work that takes longer than a page may: it is asked for here, and done by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from geodata.errors import NothingFoundError
from geodata.model.roles import Actor, Permission
from geodata.model.tasks import Task, TaskKind
from geodata.store.engine import Engine
from geodata.store.queries import tasks as rows
from geodata.store.queue import is_worker_there
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock

_SHOWN: Final = 100


def submit(
    engine: Engine, actor: Actor, kind: TaskKind, arguments: Mapping[str, Any], clock: Clock
) -> Task:
    """Ask for a task; the worker takes it up when those asked for before are done.

    Parameters
    ----------
    arguments
        What its operation is told: texts, numbers, and lists and mappings of them.

    Raises
    ------
    NotAllowedError
        When the actor may not have this done.
    """
    actor.require(kind.permission)
    with unit_of_work(engine, Scope.of(actor)) as connection:
        return rows.add_task(connection, kind, arguments, actor.name, actor.parks, clock())


def task_of(engine: Engine, actor: Actor, task_id: UUID) -> Task:
    """A task the actor asked for; any task, for an administrator.

    Raises
    ------
    NothingFoundError
        When there is no such task, or it is another's.
    """
    with unit_of_work(engine, Scope.of(actor)) as connection:
        task = rows.find_task(connection, task_id, _whose(actor))
    if task is None:
        raise NothingFoundError(
            "You have no task {task}.", "Choose one from the list of tasks.", task=task_id
        )
    return task


def tasks_of(engine: Engine, actor: Actor) -> list[Task]:
    """The newest tasks the actor asked for, of everybody for an administrator."""
    with unit_of_work(engine, Scope.of(actor)) as connection:
        return rows.list_tasks(connection, _whose(actor), _SHOWN)


def has_worker(engine: Engine) -> bool:
    """Whether anybody will take up what is asked for."""
    with unit_of_work(engine) as connection:
        return is_worker_there(connection)


def _whose(actor: Actor) -> str | None:
    return None if actor.may(Permission.ADMINISTER) else actor.name
