"""Tasks as they are asked for, get on and end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from geodata.model.codelist import Codelist
from geodata.model.tasks import Sentence, Task, TaskKind, TaskProblem, TaskResult, TaskState
from geodata.store.queue import defer
from geodata.store.tables import TASK

_TASK = TASK.c
_SHOWN = [column for column in _TASK if column is not _TASK.parks]


def add_task(
    connection: sa.Connection,
    kind: TaskKind,
    arguments: Mapping[str, Any],
    asked_by: str,
    parks: frozenset[str] | None,
    asked_at: datetime,
) -> Task:
    """Keep a task and have it performed: both, or neither when the transaction fails."""
    entry = sa.insert(TASK).values(
        task_id=uuid4(),
        kind=kind,
        arguments=_plain(arguments),
        asked_by=asked_by,
        asked_at=asked_at,
        parks=None if parks is None else sorted(parks),
    )
    task = _task(connection.execute(entry.returning(*_SHOWN)).mappings().one())
    defer(connection, task.task_id)
    return task


def find_task(connection: sa.Connection, task_id: UUID, account: str | None = None) -> Task | None:
    """A task, of one account where named; None where there is none."""
    query = _tasks(account).where(_TASK.task_id == task_id)
    row = connection.execute(query).mappings().one_or_none()
    return _task(row) if row else None


def list_tasks(connection: sa.Connection, account: str | None, most: int) -> list[Task]:
    """The newest tasks of an account, or of all for None."""
    query = _tasks(account).order_by(_TASK.asked_at.desc(), _TASK.task_id).limit(most)
    return [_task(row) for row in connection.execute(query).mappings()]


def count_waiting(connection: sa.Connection) -> int:
    """Tasks that nobody has taken up yet."""
    query = sa.select(sa.func.count()).where(_TASK.state == TaskState.WAITING)
    return connection.scalar(query) or 0


def begin_task(connection: sa.Connection, task_id: UUID, now: datetime) -> Task | None:
    """Take a task up, also one that a killed worker left; None where it has ended already."""
    change = _open(task_id).values(state=TaskState.RUNNING, started_at=now).returning(*_SHOWN)
    row = connection.execute(change).mappings().one_or_none()
    return _task(row) if row else None


def keep_progress(
    connection: sa.Connection, task_id: UUID, done_count: int, total_count: int, step: Sentence
) -> None:
    """Keep how far a task has come; one that was taken up again is not shown to go back."""
    values = {"done_count": done_count, "total_count": total_count, "step": _sentence(step)}
    is_farther = _TASK.done_count * total_count <= _TASK.total_count * done_count
    connection.execute(_open(task_id).where(is_farther).values(values))


def finish_task(
    connection: sa.Connection, task_id: UUID, result: TaskResult, now: datetime
) -> None:
    """Keep what a task brought."""
    told = {**_sentence(result.sentence), "page": result.page, "place": _plain(result.place)}
    values = {
        "state": TaskState.DONE,
        "done_count": _TASK.total_count,
        "result": told,
        "finished_at": now,
    }
    connection.execute(_open(task_id).values(values))


def fail_task(
    connection: sa.Connection, task_id: UUID, problem: TaskProblem, now: datetime
) -> None:
    """Keep why a task failed."""
    told = {**_sentence(problem.sentence), "next_step": problem.next_step}
    values = {"state": TaskState.FAILED, "problem": told, "finished_at": now}
    connection.execute(_open(task_id).values(values))


def _tasks(account: str | None) -> sa.Select[Any]:
    query = sa.select(*_SHOWN)
    return query if account is None else query.where(_TASK.asked_by == account)


def _open(task_id: UUID) -> sa.Update:
    return sa.update(TASK).where(_TASK.task_id == task_id, _TASK.finished_at.is_(None))


def _task(row: sa.RowMapping) -> Task:
    step, result, problem = row["step"], row["result"], row["problem"]
    return Task(
        **{
            **row,
            "kind": TaskKind.of(row["kind"]),
            "state": TaskState.of(row["state"]),
            "step": step and _read(step),
            "result": result and TaskResult(_read(result), result["page"], result["place"]),
            "problem": problem and TaskProblem(_read(problem), problem["next_step"]),
        }
    )


def _read(told: Mapping[str, Any]) -> Sentence:
    return Sentence(told["template"], told["values"])


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"template": sentence.template, "values": _plain(sentence.values)}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON has them: of a member of a codelist its words, of what is foreign its text."""
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> object:
    match value:
        case Codelist():
            return {"zh": value.zh, "en": value.en}
        case None | bool() | int() | float() | str() | list() | dict():
            return value
        case _:
            return str(value)
