"""A task from beginning to end, performed in this process."""

from __future__ import annotations

import pytest

from geodata.errors import DatabaseUnavailableError
from geodata.model.tasks import TaskKind, TaskState
from service.jobs.job import Job, Work
from service.jobs.performing import perform
from service.jobs.progress import HandedBackError, Progress
from service.jobs.registry import JOBS


def never() -> bool:
    return False


def busy(_work: Work) -> None:
    raise DatabaseUnavailableError("The database is busy with other work: {reason}", reason="lock")


def test_every_kind_has_its_job():
    assert set(JOBS) == set(TaskKind)


def test_a_task_that_ended_is_not_begun_again(bureau):
    number = bureau.ask()
    perform(bureau.place, number, 0, never)
    ended = bureau.task(number)
    perform(bureau.place, number, 1, never)
    assert bureau.task(number) == ended
    assert ended.state is TaskState.DONE


def test_a_worker_that_has_to_stop_hands_back_and_keeps_nothing(bureau):
    number = bureau.ask()
    with pytest.raises(HandedBackError):
        perform(bureau.place, number, 0, lambda: True)
    assert bureau.task(number).state is TaskState.RUNNING
    assert bureau.runs() == 0
    perform(bureau.place, number, 1, never)
    assert bureau.task(number).state is TaskState.DONE


def test_a_task_that_was_begun_too_often_makes_room_for_the_next(bureau):
    number = bureau.ask()
    perform(bureau.place, number, 5, never)
    assert bureau.task(number).problem.sentence.values == {"count": 5}


def test_a_busy_database_is_tried_again_and_at_last_told(bureau, monkeypatch):
    monkeypatch.setitem(JOBS, TaskKind.AUDIT, Job(busy))
    number = bureau.ask()
    for attempts in range(4):
        with pytest.raises(DatabaseUnavailableError):
            perform(bureau.place, number, attempts, never)
    perform(bureau.place, number, 4, never)
    assert bureau.task(number).problem.sentence.values == {"reason": "lock"}


def test_a_step_is_kept_at_once_and_its_progress_now_and_then(bureau):
    number = bureau.ask()
    seconds = iter([10.0, 10.1, 10.4, 10.6, 10.7])
    tell = Progress(bureau.owner, number, never, lambda: next(seconds))
    shown = []
    for step, done in (("Reading", 1), ("Reading", 2), ("Reading", 3), ("Reading", 4), ("Ok", 5)):
        tell(step, done, 9)
        shown.append(bureau.task(number).done_count)
    assert shown == [1, 1, 1, 4, 5]
