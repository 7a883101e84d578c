"""A directory of files is judged like one ledger: here, by workers, and when a worker dies."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.errors import InputFileError, MissingProgramError, UsageError, WorkersError
from geodata.importers.ledger import read_ledger
from geodata.store.columns_file import columns_to_parquet
from geodata.store.digest import judgements_digest
from service.cli.bulk import is_bulk
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import contract_results
from service.operations import bulk, engines, workers
from service.operations.bulk import (
    Part,
    Question,
    check_directory,
    check_part,
    in_process,
    judge_block,
)
from service.operations.demonstration import DEMO_AS_OF, demo_files
from service.reports.bulk import BulkContent
from service.reports.content import summarise
from tests.conftest import PROJECT

DISTRICTS = ("310112", "310115", "310116", "310120")
SOUTH, EAST, UNREADABLE = 30.8, 121.2, "2024-02-30"
WAIT_S = 60

Program = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return read_ledger(demo_files(tmp_path_factory.mktemp("demo")).ledger)


@pytest.fixture(scope="module")
def province(tmp_path_factory, ledger) -> Path:
    """The demonstration ledger by district: the last one GeoParquet with a row nobody can read."""
    folder = tmp_path_factory.mktemp("province")
    *quarters, last = np.array_split(np.arange(len(ledger.columns)), len(DISTRICTS))
    for district, rows in zip(DISTRICTS, quarters, strict=False):
        place(folder, district).write_bytes(columns_to_parquet(rows, ledger.columns.take(rows)))
    frame = pd.read_csv(ledger.path, dtype=str).iloc[last]
    frame = pd.concat([frame, frame.tail(1).assign(**{frame.columns[7]: UNREADABLE})])
    square = [shapely.box(EAST, SOUTH, EAST + 0.001, SOUTH + 0.001)] * len(frame)
    gpd.GeoDataFrame(frame, geometry=square, crs=4490).to_parquet(place(folder, DISTRICTS[-1]))
    return folder


def place(folder: Path, district: str) -> Path:
    path = folder / f"district={district}" / "part-0.parquet"
    path.parent.mkdir()
    return path


@pytest.fixture(scope="module")
def found(province, law, tmp_path_factory) -> tuple[BulkContent, Path]:
    """What this process finds, and where its parts are."""
    output = tmp_path_factory.mktemp("found")
    return check_directory(province, law, DEMO_AS_OF, in_process, output=output), output


@contextmanager
def running(*arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A module of Python as a process of its own, killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler that is ready."""
    here = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with running("dask", "scheduler", *here) as process:
        told = (re.search(r"Scheduler at: *(tcp://\S+)", line) for line in process.stdout)
        yield next(filter(None, told))[1]


@pytest.fixture
def worker(scheduler, tmp_path) -> Iterator[Program]:
    """Starts a worker of one thread."""
    alone = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", tmp_path)
    with ExitStack() as stack:

        def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
            command = ("dask", "worker", scheduler, "--host", "127.0.0.1", *alone, *arguments)
            return stack.enter_context(running(*command, **environment))

        yield start


def by_workers(scheduler: str, province: Path, output: Path) -> subprocess.Popen[str]:
    """The command, at work."""
    command = "from service.cli import main; main()"
    asked = ("--as-of", DEMO_AS_OF.isoformat(), "--format", "json", "-o", output)
    engine = ("--engine", "dask", "--scheduler", scheduler)
    return subprocess.Popen(
        [sys.executable, "-c", command, "check", province, *engine, *asked],
        env=os.environ | {"PARCELWATCH_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def require_equal(process: subprocess.Popen[str], output: Path, found) -> None:
    """The command has found what this process finds, file for file and row for row."""
    content, expected = found
    told, complaints = process.communicate(timeout=WAIT_S)
    assert process.returncode == 1, complaints  # one row could not be read
    assert "1 of" in complaints
    document = json.loads(told)
    assert document == json.loads((output / "check.json").read_text(encoding="utf-8"))
    assert document["digest"] == content.digest
    assert [file["file"] for file in document["files"]] == list(content.parts)
    parts = bulk.part_files(output)
    assert [part.relative_to(output).as_posix() for part in parts] == list(content.parts)
    for part in parts:
        assert pq.read_table(part).equals(pq.read_table(expected / part.relative_to(output)))


def test_a_directory_is_judged_like_one_ledger(found, ledger, law):
    content, output = found
    judged = evaluate(ledger.columns, law, DEMO_AS_OF)
    tables = [pq.read_table(part) for part in bulk.part_files(output)]
    assert content.rejected_count == 1
    verdicts = [verdict for table in tables for verdict in table["verdict"].to_pylist()]
    assert verdicts == [result.verdict.value for result in contract_results(ledger.columns, judged)]
    assert content.summary == summarise(ledger.columns, judged)


def test_a_part_holds_names_findings_and_the_digest_of_its_rows(found, ledger, law):
    content, output = found
    name, part = next(iter(content.parts.items()))
    rows = ledger.columns.take(slice(part.summary.contract_count))
    judged = evaluate(rows, law, DEMO_AS_OF)
    assert part.digest == judgements_digest(judged)
    told = pq.read_table(output / name).to_pylist()
    for row, result in zip(told, contract_results(rows, judged), strict=True):
        assert row["contract_no"] == result.key.contract_no
        assert [f["code"] for f in row["findings"]] == [f.code.value for f in result.findings]
        assert row["start_due_on"] == result.milestones[0].due_on


def test_two_workers_find_what_this_process_finds(scheduler, worker, province, found, tmp_path):
    worker()
    worker()
    output = tmp_path / "out"
    require_equal(by_workers(scheduler, province, output), output, found)


def test_a_worker_killed_in_the_middle_changes_nothing(
    scheduler, worker, province, found, tmp_path
):
    output = tmp_path / "out"
    with socket.create_server(("127.0.0.1", 0)) as gate:
        gate.settimeout(WAIT_S)
        port = gate.getsockname()[1]
        doomed = worker("--preload", "tests.operations.gated_worker", GATE=str(port))
        command = by_workers(scheduler, province, output)
        held, _ = gate.accept()  # it has done one file, and begun another
        with held:
            assert len(bulk.part_files(output)) == 1
            worker()
            doomed.kill()
            doomed.wait(WAIT_S)
        require_equal(command, output, found)


def test_a_database_is_judged_by_workers_row_for_row_though_one_is_killed(
    scheduler, worker, ledger, law, monkeypatch
):
    monkeypatch.setattr(workers, "_ROWS", 200)
    expected = evaluate(ledger.columns, law, DEMO_AS_OF)
    with socket.create_server(("127.0.0.1", 0)) as gate, ThreadPoolExecutor(1) as audit:
        gate.settimeout(WAIT_S)
        doomed = worker(
            *("--preload", "tests.operations.gated_worker"), GATE=str(gate.getsockname()[1])
        )
        judged = audit.submit(engines.judge_of(scheduler), ledger.columns, law, DEMO_AS_OF)
        held, _ = gate.accept()  # it has judged one block, and begun another
        with held:
            worker()
            doomed.kill()
            doomed.wait(WAIT_S)
        found = judged.result(WAIT_S)
    assert judgements_digest(found) == judgements_digest(expected)
    assert list(contract_results(ledger.columns, found)) == list(
        contract_results(ledger.columns, expected)
    )


def test_a_worker_with_other_rules_does_not_answer(province, ledger, law):
    part = Part(bulk.part_files(province)[0], None)
    with pytest.raises(WorkersError, match="same version of parcelwatch"):
        check_part(part, law, Question(DEMO_AS_OF, None, "sha256:0"))
    with pytest.raises(WorkersError, match="same version of parcelwatch"):
        judge_block(ledger.columns, law, DEMO_AS_OF, "sha256:0")


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    with pytest.raises(MissingProgramError, match=r"pip install 'parcelwatch\[dask\]'"):
        engines.engine_of("tcp://127.0.0.1:8786")


def test_results_are_not_mixed_with_others(province, law, tmp_path):
    (tmp_path / "old.parquet").touch()
    with pytest.raises(UsageError, match="holds something already"):
        check_directory(province, law, DEMO_AS_OF, in_process, output=tmp_path)
    with pytest.raises(UsageError, match="holds something already"):
        check_directory(province, law, DEMO_AS_OF, in_process, output=province)


def test_an_empty_directory_and_a_broken_file_are_told(law, tmp_path, province):
    with pytest.raises(InputFileError, match="holds no Parquet file"):
        check_directory(tmp_path, law, DEMO_AS_OF, in_process)
    whole = bulk.part_files(province)[0].read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputFileError, match=r"cut\.parquet cannot be read"):
        check_directory(tmp_path, law, DEMO_AS_OF, in_process)


@pytest.mark.parametrize("half", [{"engine": "dask"}, {"scheduler": "tcp://127.0.0.1:1"}])
def test_half_of_the_options_is_refused(province, half):
    options = {"engine": "local", "scheduler": None} | half
    with pytest.raises(UsageError, match="both --engine dask and --scheduler"):
        is_bulk(province, options)
