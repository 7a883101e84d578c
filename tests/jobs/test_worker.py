"""Real workers over a real database: killed, stopped, restarted beside, and never twice at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from geodata.errors import DatabaseUnavailableError
from geodata.model.tasks import TaskState
from geodata.store import migrate
from geodata.store.cluster import DATABASE, Cluster, ClusterState
from geodata.store.engine import make_engine
from geodata.store.site_account import SITE_ROLE, site_engine
from service.cli.supervision import pause_s
from service.config import load_config
from service.operations.tasks import has_worker

from .conftest import COMMAND, DEADLINE_S, Bureau, bureau_of, worker_of


@contextmanager
def keeping_barred(bureau: Bureau) -> Iterator[None]:
    """No run can be kept meanwhile: an audit comes to the step before, and waits there."""
    with bureau.owner.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE parcelwatch.audit_run IN EXCLUSIVE MODE")
        yield


def is_keeping(task) -> bool:
    return task.step is not None and task.step.template == "Keeping the run"


def test_a_worker_performs_what_waited_and_what_comes(bureau):
    waiting = bureau.ask()
    with worker_of(bureau.owner) as worker:
        done = bureau.ended(waiting)
        assert done.state is TaskState.DONE, done.problem
        assert done.done_count == done.total_count
        assert done.result.page == "runs.runs"
        assert done.result.sentence.values == {"run": 1, "day": "2026-06-30", "count": 2}
        assert bureau.ended(bureau.ask()).result.sentence.template.startswith("Run {run} had")
        assert has_worker(bureau.site)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(DEADLINE_S) == 0
    assert bureau.runs() == 1
    assert not has_worker(bureau.site)


def test_what_a_killed_worker_left_is_taken_up_again_and_done_once(bureau):
    with keeping_barred(bureau):
        number = bureau.ask()
        with worker_of(bureau.owner) as worker:
            bureau.wait(number, is_keeping)
            worker.send_signal(signal.SIGKILL)
            worker.wait(DEADLINE_S)
        assert bureau.task(number).state is TaskState.RUNNING
    with worker_of(bureau.owner):
        assert bureau.ended(number).state is TaskState.DONE
    assert bureau.runs() == 1


def test_a_worker_that_is_stopped_finishes_what_it_is_at(bureau):
    with worker_of(bureau.owner) as worker:
        with keeping_barred(bureau):
            number, next_one = bureau.ask(), bureau.ask(as_of="2026-07-01")
            bureau.wait(number, is_keeping)
            worker.send_signal(signal.SIGTERM)
        assert worker.wait(DEADLINE_S) == 0
    assert bureau.task(number).state is TaskState.DONE
    assert bureau.task(next_one).state is TaskState.WAITING
    assert bureau.runs() == 1


def test_a_second_worker_waits_for_the_first(bureau):
    with keeping_barred(bureau), worker_of(bureau.owner) as first, worker_of(bureau.owner):
        number, next_one = bureau.ask(), bureau.ask(as_of="2026-07-01")
        bureau.wait(number, is_keeping)
        assert bureau.task(next_one).state is TaskState.WAITING
        first.kill()
        assert first.wait(DEADLINE_S) != 0
    with worker_of(bureau.owner):
        assert bureau.ended(next_one).state is bureau.task(number).state is TaskState.DONE
    assert bureau.runs() == 2


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="pwt-", dir="/tmp"))
    home.chmod(0o711)
    made = Cluster.throwaway(home / "cluster")
    made.start()
    yield made
    made.stop()
    shutil.rmtree(home)


def test_queue_and_worker_survive_a_restart_of_the_database(cluster, law, tmp_path):
    owner: sa.Engine = make_engine(cluster.url)
    migrate.upgrade(owner)
    with bureau_of(owner, law, tmp_path) as bureau:
        waiting = bureau.ask()
        cluster.stop()
        cluster.start()
        with worker_of(owner):
            assert bureau.ended(waiting).state is TaskState.DONE
            cluster.stop()
            cluster.start()
            bureau.wait(waiting, lambda _: has_worker(bureau.site))
            assert bureau.ended(bureau.ask(as_of="2026-07-01")).state is TaskState.DONE
            with suppress(OperationalError), keeping_barred(bureau):  # its own transaction ends too
                number = bureau.ask(as_of="2026-07-02")
                bureau.wait(number, is_keeping)
                cluster.stop()
                cluster.start()
            assert bureau.ended(number).state is TaskState.DONE
        assert bureau.runs() == 3
    owner.dispose()


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Cluster]:
    """The cluster that commands find by the settings in `tmp_path`, prepared."""
    state = Path(tempfile.mkdtemp(prefix="pwt-", dir="/tmp"))
    state.chmod(0o711)
    settings = tmp_path / "config.toml"
    settings.write_text(f'[cluster]\nstate_dir = "{state}"\n', encoding="utf-8")
    made = Cluster.of_project(load_config(settings, {}).database)
    with made.running():
        owner = make_engine(made.url)
        migrate.upgrade(owner)
        owner.dispose()
    yield made
    shutil.rmtree(state)


@pytest.fixture
def served(private: Cluster, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The site over the private cluster, in a process of its own."""
    words = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(
        [*COMMAND, "--config", str(tmp_path / "config.toml"), "serve", "--port", "0"],
        env=words | {"PARCELWATCH_LANG": "en"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            private.stop()


def worker_said(served: subprocess.Popen[str], word: str) -> int:
    """Number of the worker that a line with the word is about, once it was written."""
    return next(int(line.split()[2]) for line in served.stderr if "worker" in line and word in line)


def test_the_site_of_the_private_cluster_brings_its_worker(private, served):
    said = [served.stderr.readline(), served.stderr.readline()]
    assert sorted(line.split()[0] for line in said) == ["Serving", "The"]
    site = site_engine(private.url_for(DATABASE, SITE_ROLE))
    assert has_worker(site)
    site.dispose()
    served.terminate()
    assert served.wait(DEADLINE_S) == 0
    assert private.status().state is ClusterState.STOPPED


def test_a_worker_that_crashes_beside_the_site_is_started_again(served):
    first = worker_said(served, "ready")
    os.kill(first, signal.SIGKILL)
    assert worker_said(served, "started again in 1 s") == first
    assert worker_said(served, "ready") != first
    served.terminate()
    assert served.wait(DEADLINE_S) == 0
    assert "worker" not in served.stderr.read()


def test_a_private_database_that_is_killed_comes_back_by_itself(private, served):
    assert worker_said(served, "ready")
    killed = private.status().pid
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + DEADLINE_S
    while private.status().pid in {killed, None}:
        assert time.monotonic() < deadline
    site = site_engine(private.url_for(DATABASE, SITE_ROLE))
    while not is_at_work(site):
        assert time.monotonic() < deadline
    site.dispose()
    served.terminate()
    assert served.wait(DEADLINE_S) == 0
    assert private.status().state is ClusterState.STOPPED


def is_at_work(site: sa.Engine) -> bool:
    try:
        return has_worker(site)
    except DatabaseUnavailableError:
        return False


def test_a_site_that_is_killed_leaves_no_worker(private, served):
    assert worker_said(served, "ready")
    served.kill()
    site = site_engine(private.url_for(DATABASE, SITE_ROLE))
    deadline = time.monotonic() + DEADLINE_S
    while has_worker(site):
        assert time.monotonic() < deadline
    site.dispose()


@pytest.mark.parametrize(
    ("before_s", "lived_s", "expected_s"), [(0.5, 0, 1), (1, 59, 2), (40, 3, 60), (60, 61, 1)]
)
def test_a_process_that_keeps_ending_is_started_ever_more_seldom(before_s, lived_s, expected_s):
    assert pause_s(before_s, lived_s) == expected_s
