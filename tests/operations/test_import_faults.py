"""All of an import or nothing of it: killed, cut off, or at the same time as another."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.errors import DatabaseUnavailableError
from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.imports import hold_imports
from geodata.store.session import unit_of_work
from geodata.store.tables import CONTRACT_FACT, IMPORT_BATCH, METADATA, TRANSITION
from service.operations.import_sources import Source
from service.operations.importing import import_now
from tests.conftest import NOON, PROJECT

IMPORT = """
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from geodata.store.engine import make_engine
from service.operations.import_sources import Source
from service.operations.importing import import_now

url, file, point = sys.argv[1:]
engine = make_engine(url)


def stop(*_):
    print(point, flush=True)
    sys.stdin.read()


if point in ("begin", "commit"):
    sa.event.listen(engine, point, stop)
import_now(engine, [Source(Path(file))], actor="child", clock=lambda: datetime.now(UTC))
print("done", flush=True)
"""

# One row waits for what the test holds.
WAIT = """
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    RETURN NEW;
END $$;
CREATE TRIGGER wait BEFORE INSERT ON parcelwatch.contract_fact FOR EACH ROW
    WHEN (NEW.row_no = {row}) EXECUTE FUNCTION wait_for_the_test()
"""
# All is written by then, and the server is making it last.
WAIT_LAST = """
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON parcelwatch.import_batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_the_test()
"""
WAITING = sa.text(
    "SELECT pid FROM pg_locks JOIN pg_database ON oid = database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
)

SHORT = pytest.param(3_000, id="3000")
LONG = pytest.param(200_000, id="200000", marks=pytest.mark.faults)


def ledger(path: Path, numbers: range, town: str = "亭林镇") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["contract_no", "town", "area_m2"])
        writer.writerows([f"G-{n}", town, n] for n in numbers)
    return path


def take(engine: sa.Engine, path: Path) -> tuple[int, ...]:
    """Import a file; how many rows were added, changed, unchanged, declined, rejected."""
    report = import_now(engine, [Source(path)], actor="clerk", clock=lambda: NOON)
    rows_in, *parts, _ = astuple(report.tables[0].counts)
    assert rows_in == sum(parts)
    return tuple(parts)


def sizes(engine: sa.Engine) -> Counter[str]:
    """Rows of the tables that have some; how cases may move comes with the tables."""
    empty = METADATA.tables.keys() - {TRANSITION.fullname}
    with unit_of_work(engine) as connection:
        counted = sa.select(sa.func.count())
        return +Counter(
            {name: connection.scalar(counted.select_from(METADATA.tables[name])) for name in empty}
        )


@contextmanager
def importing(engine: sa.Engine, path: Path, point: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that imports a file, stops at a point of it, and is killed in the end."""
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", IMPORT, url, str(path), point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    ) as process:
        yield process
        process.kill()


@contextmanager
def held(engine: sa.Engine, trigger: str) -> Iterator[sa.Connection]:
    """What a trigger waits for, held for the duration; the trigger is gone afterwards."""
    with engine.begin() as connection:
        connection.exec_driver_sql(trigger)
    with engine.connect() as holder:
        holder.exec_driver_sql("SELECT pg_advisory_lock(1)")
        holder.commit()
        yield holder
        holder.exec_driver_sql("SELECT pg_advisory_unlock(1)")
        holder.commit()
    with engine.begin() as connection:
        hold_imports(connection)  # until the server has noticed what became of the other
        connection.exec_driver_sql("DROP FUNCTION wait_for_the_test() CASCADE")


def waiting(connection: sa.Connection, wanted: int = 1) -> list[int]:
    """Processes of the server that wait for a lock, as soon as there are so many."""
    for _ in range(1_000_000):
        pids = list(connection.scalars(WAITING))
        if len(pids) == wanted:
            return pids
    pytest.fail("the imports did not come to wait")


def require_next_works(engine: sa.Engine, path: Path, rows: int) -> None:
    assert sizes(engine) == Counter()
    assert take(engine, path) == (rows, 0, 0, 0, 0)
    with unit_of_work(engine) as connection:
        assert connection.scalars(sa.select(IMPORT_BATCH.c.actor)).all() == ["clerk"]
        assert connection.scalar(sa.select(sa.func.count(CONTRACT_FACT.c.fact_id))) == rows


# --- Killed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [SHORT, LONG])
@pytest.mark.parametrize("point", ["begin", "commit"])
def test_killed_before_it_writes_or_before_it_commits(own_engine, tmp_path, point, rows):
    path = ledger(tmp_path / "a.csv", range(rows))
    with importing(own_engine, path, point) as process:
        assert process.stdout.readline() == f"{point}\n"
        assert sizes(own_engine) == Counter()
    assert process.returncode == -9
    require_next_works(own_engine, path, rows)


@pytest.mark.parametrize("rows", [SHORT, LONG])
def test_killed_in_the_middle_of_the_rows(own_engine, tmp_path, rows):
    path = ledger(tmp_path / "a.csv", range(rows))
    with held(own_engine, WAIT.format(row=rows // 2)) as connection:
        with importing(own_engine, path):
            waiting(connection)
        assert sizes(own_engine) == Counter()
    require_next_works(own_engine, path, rows)


def test_killed_while_the_server_commits_all_of_it_is_there(own_engine, tmp_path):
    path = ledger(tmp_path / "a.csv", range(100))
    with held(own_engine, WAIT_LAST) as connection:
        with importing(own_engine, path):
            waiting(connection)
        assert sizes(own_engine) == Counter()
    assert sizes(own_engine)["parcelwatch.contract_fact"] == 100
    assert take(own_engine, path) == (0, 0, 100, 0, 0)


# --- Cut off -------------------------------------------------------------------------------------


def test_a_connection_that_is_cut_is_told_and_leaves_nothing(own_engine, tmp_path):
    path = ledger(tmp_path / "a.csv", range(500))
    with held(own_engine, WAIT.format(row=250)) as connection, ThreadPoolExecutor(1) as pool:
        running = pool.submit(take, own_engine, path)
        (pid,) = waiting(connection)
        connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))
        with pytest.raises(DatabaseUnavailableError, match="Nothing was kept"):
            running.result()
    require_next_works(own_engine, path, 500)


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server of the test's own, with an empty database."""
    home = Path(tempfile.mkdtemp(prefix="pw-", dir="/tmp"))
    home.chmod(0o711)
    cluster = Cluster.throwaway(home / "cluster")
    cluster.start()
    cluster.create_database("own")
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


@pytest.mark.faults
def test_a_server_that_is_shut_down_is_told_and_leaves_nothing(own_cluster, tmp_path):
    path = ledger(tmp_path / "a.csv", range(500))
    engine = make_engine(own_cluster.url_for("own"))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(WAIT.format(row=250))
    with ThreadPoolExecutor(1) as pool, engine.connect() as holder:
        holder.exec_driver_sql("SELECT pg_advisory_lock(1)")
        running = pool.submit(take, engine, path)
        waiting(holder)
        own_cluster.stop()
        with pytest.raises(DatabaseUnavailableError, match="Nothing was kept"):
            running.result()
        with pytest.raises(DatabaseUnavailableError):
            sizes(engine)
        holder.invalidate()
    own_cluster.start()
    require_next_works(engine, path, 500)
    engine.dispose()


# --- At the same time ----------------------------------------------------------------------------


def test_two_processes_with_the_same_file_add_it_once(own_engine, tmp_path):
    path = ledger(tmp_path / "a.csv", range(300))
    with own_engine.connect() as holder:
        hold_imports(holder)
        with importing(own_engine, path) as one, importing(own_engine, path) as other:
            waiting(holder, 2)
            holder.rollback()
            assert [process.stdout.readline() for process in (one, other)] == ["done\n"] * 2
    with unit_of_work(own_engine) as connection:
        log = IMPORT_BATCH.c
        told = connection.execute(sa.select(log.added, log.unchanged).order_by(log.import_id))
        assert [tuple(row) for row in told] == [(300, 0), (0, 300)]
    assert sizes(own_engine)["parcelwatch.contract_fact"] == 300


def test_many_files_at_once_add_up(own_engine, tmp_path):
    """Each shares half of its contracts with the next; what both say is wholly that of one."""
    files = [ledger(tmp_path / f"{n}.csv", range(n * 50, n * 50 + 100), f"{n}镇") for n in range(6)]
    with ThreadPoolExecutor(len(files)) as pool:
        with own_engine.connect() as holder:
            hold_imports(holder)
            running = [pool.submit(partial(take, own_engine), path) for path in files]
            waiting(holder, len(files))
            holder.rollback()
        reports = [future.result() for future in running]
    assert all(sum(report) == 100 for report in reports)
    assert sum(added for added, *_ in reports) == 350
    assert sum(added + changed for added, changed, *_ in reports) == 600
    with unit_of_work(own_engine) as connection:
        stored = read_contracts(connection).columns
    towns = dict(zip(stored.texts["contract_no"], stored.texts["town"], strict=True))
    for start in range(0, 350, 50):
        assert len({towns[f"G-{n}"] for n in range(start, start + 50)}) == 1
