"""Tasks are asked for whole or not at all, and shown to who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import pytest
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

from geodata.errors import DatabaseStateError, NotAllowedError, NothingFoundError
from geodata.model.roles import Actor, Role
from geodata.model.tasks import Sentence, TaskKind, TaskState
from geodata.store import migrate
from geodata.store.queries.tasks import add_task, begin_task, keep_progress
from geodata.store.scope import EVERYTHING, Scope
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.operations.tasks import has_worker, submit, task_of, tasks_of
from tests.conftest import NOON

AUDITOR = Actor.of_role("auditor", Role.AUDITOR)
OTHER = replace(AUDITOR, name="other")
KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)
MANAGER = replace(Actor.of_role("manager", Role.PARK_MANAGER), parks=frozenset({"A"}))
AUDIT = {"as_of": "2026-06-30"}
SCHEMA_OF_QUEUE = "c70ec4b400a6"


@pytest.fixture
def site(own_engine: sa.Engine) -> Iterator[sa.Engine]:
    url = own_engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    engine = site_engine(url)
    yield engine
    engine.dispose()


def jobs(engine: sa.Engine) -> list[str]:
    """Numbers of the tasks for which there is a job."""
    with engine.connect() as connection:
        query = "SELECT args->>'task_id' FROM parcelwatch.procrastinate_jobs ORDER BY id"
        return connection.exec_driver_sql(query).scalars().all()


def test_a_task_waits_together_with_its_job(site, own_engine, clock):
    task = submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)
    assert task.state is TaskState.WAITING
    assert task_of(site, AUDITOR, task.task_id) == task
    assert jobs(own_engine) == [str(task.task_id)]
    assert not has_worker(site)


def test_what_is_rolled_back_leaves_neither_task_nor_job(site, own_engine):
    with unit_of_work(site, EVERYTHING) as connection:
        add_task(connection, TaskKind.AUDIT, AUDIT, "auditor", None, NOON)
        connection.rollback()
    assert jobs(own_engine) == []
    assert tasks_of(site, KEEPER) == []


def test_without_a_job_there_is_no_task(site, own_engine, clock):
    with own_engine.begin() as connection:
        connection.exec_driver_sql(
            f"REVOKE INSERT ON parcelwatch.procrastinate_jobs FROM {SITE_ROLE}"
        )
    with pytest.raises(DatabaseStateError, match="procrastinate_jobs"):
        submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)
    assert tasks_of(site, KEEPER) == []


def test_who_may_not_audit_asks_for_none(site, own_engine, clock):
    reviewer = Actor.of_role("reviewer", Role.REVIEWER)
    with pytest.raises(NotAllowedError, match="would need the right"):
        submit(site, reviewer, TaskKind.AUDIT, AUDIT, clock)
    assert jobs(own_engine) == []


def test_a_task_is_shown_to_who_asked_and_to_administrators(site, clock):
    task = submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)
    assert tasks_of(site, AUDITOR) == tasks_of(site, KEEPER) == [task]
    assert task_of(site, KEEPER, task.task_id) == task
    assert tasks_of(site, OTHER) == []
    for actor, number in ((OTHER, task.task_id), (AUDITOR, uuid4())):
        with pytest.raises(NothingFoundError):
            task_of(site, actor, number)


def test_the_database_shows_a_park_manager_tasks_of_own_parks_only(site):
    scopes = {park: Scope(frozenset({park})) for park in "AB"}
    for park, scope in scopes.items():
        with unit_of_work(site, scope) as connection:
            add_task(connection, TaskKind.AUDIT, {}, "manager", frozenset({park}), NOON)
    with unit_of_work(site, EVERYTHING) as connection:
        add_task(connection, TaskKind.AUDIT, {}, "manager", None, NOON)
    query = sa.text("SELECT array_agg(parks) FROM parcelwatch.task")
    for park, scope in scopes.items():
        with unit_of_work(site, scope) as connection:
            assert connection.scalar(query) == [[park]]
    assert len(tasks_of(site, MANAGER)) == 1
    with pytest.raises(DatabaseStateError), unit_of_work(site, scopes["A"]) as connection:
        add_task(connection, TaskKind.AUDIT, {}, "manager", frozenset({"B"}), NOON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parcelwatch.task SET state = 'done'",
        "UPDATE parcelwatch.task SET asked_by = 'me'",
        "DELETE FROM parcelwatch.task",
        "INSERT INTO parcelwatch.task (task_id, state) VALUES (gen_random_uuid(), 'running')",
        "UPDATE parcelwatch.procrastinate_jobs SET status = 'doing'",
        "DELETE FROM parcelwatch.procrastinate_jobs",
        "SELECT FROM parcelwatch.procrastinate_workers",
        "SELECT FROM parcelwatch.procrastinate_events",
        "SET search_path = parcelwatch; SELECT procrastinate_fetch_job_v2(NULL, NULL)",
    ],
)
def test_the_site_performs_and_alters_nothing(site, clock, statement):
    submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)
    expected = pytest.raises(DatabaseStateError, match="permission denied")
    with expected, unit_of_work(site, EVERYTHING) as connection:
        connection.exec_driver_sql(statement)


def test_progress_never_goes_back(site, own_engine, clock):
    """Not when the task is begun again, nor when another number of steps turns out."""
    number = submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock).task_id
    shown = []
    for done, total in ((0, 4), (1, 4), (3, 4), (0, 4), (2, 4), (8, 10), (3, 4), (10, 10)):
        with unit_of_work(own_engine) as connection:
            begin_task(connection, number, clock())
            keep_progress(connection, number, done, total, Sentence("Judging", {}))
        task = task_of(site, AUDITOR, number)
        shown.append((task.done_count, task.total_count))
    assert shown == [(0, 4), (1, 4), (3, 4), (3, 4), (3, 4), (8, 10), (8, 10), (10, 10)]


def test_the_queue_is_taken_down_and_set_up_again(own_engine, site, clock):
    submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)
    left = sa.text(
        "SELECT oid::regclass::text FROM pg_class WHERE relname ~ '^procrastinate' UNION ALL"
        " SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ '^procrastinate' UNION ALL"
        " SELECT oid::regtype::text FROM pg_type WHERE typname ~ '^_?procrastinate'"
    )
    migrate.downgrade(own_engine, "0018")
    with own_engine.connect() as connection:
        assert connection.scalars(left).all() == []
    migrate.upgrade(own_engine)
    with own_engine.connect() as connection:
        assert migrate.difference(connection) == []
    submit(site, AUDITOR, TaskKind.AUDIT, AUDIT, clock)


def test_the_queue_is_still_the_one_that_the_migration_made():
    """Another one needs a migration of ours that runs procrastinate's own, then its digest here."""
    digest = sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert digest.startswith(SCHEMA_OF_QUEUE)
