"""The queue between the site, which asks, and the worker, which does: procrastinate's.

A job is in the database with the task it is about, or not at all; jobs are done one after another.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg import OperationalError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from geodata.errors import DatabaseUnavailableError
from geodata.store.session import in_our_words
from geodata.store.tables import SCHEMA

Upkeep = Callable[[], object]
"""Looks after what is kept, before the first task and every night."""

Recover = Callable[[], object]
"""Does what can be done for a database that went away."""

Perform = Callable[[UUID, int, Callable[[], bool]], None]
"""Does a task: its number, how often it was begun before, and whether the worker has to stop."""

_WORKER: Final = "hashtext('parcelwatch.worker')"
_HELD: Final = f"""
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 0 AND objid = {_WORKER}::oid AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""  # noqa: S608 - constants only
_FIND_QUEUE: Final = (
    f"SELECT set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), true)"
)
_PERFORM: Final = "perform"
_UPKEEP: Final = "upkeep"
_NIGHTLY: Final = "0 18 * * *"  # UTC: two in the morning in China
_FACTS: Final = "facts"
"""The lock of every job: facts have one writer."""
_MOST_ATTEMPTS: Final = 10
_PAUSE_S: Final = 1.0
_CONNECTIONS: Final = 3
_PATIENCE_S: Final = 5.0
"""So long a connection is waited for before the database counts as gone."""


def defer(connection: Connection, task_id: UUID) -> None:
    """Have a task performed once the transaction is kept; never, should it be rolled back."""
    connection.exec_driver_sql(_FIND_QUEUE)
    job = App(connector=SyncPsycopgConnector()).configure_task(
        _PERFORM, lock=_FACTS, connection=connection.connection.driver_connection
    )
    try:
        job.defer(task_id=str(task_id))
    except ConnectorException as error:
        raise error.__cause__ or error from error  # the driver's own, which the session words


def work(
    engine: Engine, perform: Perform, upkeep: Upkeep, recover: Recover, grace_s: float
) -> None:
    """Have tasks performed until the process is asked to stop (SIGTERM or SIGINT).

    Where another worker is at work, this one waits for its end; where the database goes away, for
    its return.

    Parameters
    ----------
    engine
        The owner's.
    perform
        Does one task; whatever it raises, the task is begun again.
    upkeep
        Called between tasks, never beside one.
    recover
        Called each time the database is found gone.
    grace_s
        Seconds that a task may take to end when the worker has to stop, before it is told so.
    """
    is_asked_to_stop = False
    while not is_asked_to_stop:
        try:
            with _only_worker(engine) as lock:
                is_asked_to_stop = asyncio.run(_work(lock, perform, upkeep, grace_s))
        except (DatabaseUnavailableError, ConnectorException, OperationalError):
            time.sleep(_PAUSE_S)
            recover()


def is_worker_there(connection: Connection) -> bool:
    """Whether anybody will take up what is asked for."""
    return bool(connection.scalar(text(_HELD)))


@contextmanager
def _only_worker(engine: Engine) -> Iterator[Connection]:
    """Be the only worker; the server lets the next one in when this one is killed.

    Yields the connection that holds the lock.
    """
    with in_our_words(), engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # the lock ends with the connection, which no pool keeps
        connection.exec_driver_sql("SET idle_session_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_lock(0, {_WORKER})")
        yield connection


async def _work(lock: Connection, perform: Perform, upkeep: Upkeep, grace_s: float) -> bool:
    """Perform tasks; True when asked to stop, False when the database went away."""
    app = App(connector=_connector(lock.engine))

    @app.task(name=_PERFORM, pass_context=True, retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS))
    def run(context: JobContext, task_id: str) -> None:
        perform(UUID(task_id), context.job.attempts, context.should_abort)

    @app.periodic(cron=_NIGHTLY)
    @app.task(name=_UPKEEP, lock=_FACTS, queueing_lock=_UPKEEP)
    def look_after(timestamp: int) -> None:  # noqa: ARG001 - the queue tells which night it is
        upkeep()

    await asyncio.to_thread(upkeep)
    async with app.open_async():
        for job in await app.job_manager.list_jobs_async(status="doing"):
            await app.job_manager.retry_job(job)  # left by a worker that was killed
        worker = Worker(
            app,
            install_signal_handlers=False,
            shutdown_graceful_timeout=grace_s,
            delete_jobs="successful",
        )
        stop = _Stop(worker)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        watch = asyncio.create_task(_stop_when_lost(worker, lock))
        await worker.run()
        watch.cancel()
    return stop.is_asked


async def _stop_when_lost(worker: Worker, lock: Connection) -> None:
    """Stop a worker whose lock is gone with its connection: another one may be at work."""
    with suppress(DBAPIError, DatabaseUnavailableError):
        while True:
            await asyncio.sleep(_PAUSE_S)
            await asyncio.to_thread(lock.exec_driver_sql, "SELECT 1")
    worker.stop()


class _Stop:
    """Stops a worker, and remembers that it was asked to."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.is_asked = False

    def __call__(self) -> None:
        self.is_asked = True
        self.worker.stop()


def _connector(engine: Engine) -> PsycopgConnector:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"options": f"-c search_path={SCHEMA}", "application_name": "parcelwatch"}
    return PsycopgConnector(
        conninfo=url, kwargs=options, min_size=1, max_size=_CONNECTIONS, timeout=_PATIENCE_S
    )
