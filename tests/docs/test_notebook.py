"""Notebooks run in a clean checkout, with public functions only."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from geodata.importers.ledger import read_ledger
from service.compliance.rules.evaluate import evaluate
from service.operations.demonstration import DEMO_AS_OF, demo_files
from service.reports.content import summarise
from tests.conftest import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
TOUR = PROJECT / "notebooks" / "01_tour.ipynb"

EXECUTE = """
import sys

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

source, place = sys.argv[1:]
manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{place}/kernel")
manager.connection_file = f"{place}/kernel.json"
notebook = nbformat.read(source, as_version=4)
NotebookClient(notebook, km=manager, timeout=120).execute()
nbformat.write(notebook, f"{place}/executed.ipynb")
"""
"""Runs in a process of its own; the kernel is reached over Unix sockets, no port is opened."""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def written(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory whose name is short enough for sockets in it."""
    directory = Path(tempfile.mkdtemp(prefix="pwn-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def executed(place):
    """The tour after a run."""
    return run(TOUR, place)


def run(source: Path, place: Path):
    """A notebook after a run in its own directory."""
    unset = ("DATABASE_URL", "PARCELWATCH_CONFIG", "PARCELWATCH_LANG")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    result = subprocess.run(
        [sys.executable, "-c", EXECUTE, source, place],
        cwd=source.parent,
        env=inherited | {"HOME": str(place)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return nbformat.read(place / "executed.ipynb", as_version=4)


@pytest.fixture(scope="module")
def judged(law, tmp_path_factory):
    ledger = read_ledger(demo_files(tmp_path_factory.mktemp("demo")).ledger)
    return ledger.columns, evaluate(ledger.columns, law, DEMO_AS_OF)


def output(notebook, tag, form="text/plain"):
    """What the cell with a tag shows."""
    (cell,) = (cell for cell in notebook.cells if tag in cell.metadata.get("tags", ()))
    shown = [out.data[form] for out in cell.outputs if form in out.get("data", {})]
    assert len(shown) == 1
    return shown[0]


def rows(text):
    return [line.split() for line in text.splitlines()]


def test_the_file_holds_no_outputs(written):
    for cell in written.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_only_public_names_are_used(written):
    code = "\n".join(cell.source for cell in written.cells if cell.cell_type == "code")
    nodes = list(ast.walk(ast.parse(code)))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {alias.name for n in nodes if isinstance(n, ast.ImportFrom) for alias in n.names}
    assert names
    assert not [name for name in names if name.startswith("_")]


def test_the_verdicts_are_those_of_the_checker(executed, judged):
    _, judgements = judged
    shown = rows(output(executed, "verdicts"))
    counts = judgements.verdict_counts()
    assert shown[2:] == [[v.value, v.zh, str(count)] for v, count in counts.items()]


def test_the_groups_are_those_of_the_reports(executed, judged):
    summary = summarise(*judged)
    shown = [row[-1] for row in rows(output(executed, "groups"))[1:]]
    groups = [str(total.count) for total in summary.groups.values()]
    assert shown == [*groups, str(summary.in_any_group)]


def test_one_contract_is_explained_with_its_basis(executed):
    assert "suspect_idle_1y" in output(executed, "contract", "text/html")
    assert "第2条" in output(executed, "contract", "text/html")
    assert "idle.one_year_on" in output(executed, "trace")


def test_both_targets_are_tallied(executed):
    shown = rows(output(executed, "tally"))[2:]
    assert [(row[0], row[2]) for row in shown] == [("腾退", "1500.0"), ("提升", "3000.0")]
    assert all(0 < float(row[3]) < 1 for row in shown)


def test_the_map_is_drawn_and_holds_its_own_scripts(executed):
    page = output(executed, "map", "text/html")
    assert page.count("<iframe") == 1
    assert "district_map" in page
    assert "https://unpkg" not in page


def test_nothing_is_written_to_standard_error(executed):
    assert complaints(executed) == []


@pytest.mark.parametrize(
    "source", [path for path in NOTEBOOKS if path != TOUR], ids=lambda p: p.stem
)
def test_every_other_notebook_runs_and_shows_what_its_cells_promise(source, place):
    notebook = run(source, place)
    promised = [cell for cell in notebook.cells if cell.metadata.get("tags")]
    assert promised
    assert all(cell.outputs for cell in promised)
    assert complaints(notebook) == []


def complaints(notebook):
    """What a notebook has written to standard error."""
    return [
        out.text
        for cell in notebook.cells
        for out in cell.get("outputs", ())
        if out.get("name") == "stderr"
    ]
