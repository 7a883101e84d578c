"""The house rules that no linter knows: directions of imports, names, sizes, work at import."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import geodata
import service
from tests.conftest import PROJECT

SOURCES = sorted(
    path
    for package in ("geodata", "service", "migrations")
    for path in (PROJECT / package).rglob("*.py")
)
MODULES = sorted(
    module.name
    for package in (geodata, service)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}


def test_the_directions_of_imports_hold():
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_no_module_is_a_drawer():
    assert not [path for path in SOURCES if DRAWERS & set(path.stem.split("_"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_stay_small(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    is_list = path.parent.name == "versions"  # frozen history, not logic
    assert lines <= (900 if is_list else 400)


def test_every_module_imports_without_settings_database_or_network(tmp_path):
    """Importing does no work: an empty directory and an empty environment are enough."""
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    subprocess.run(
        [sys.executable, "-c", program, *MODULES],
        cwd=tmp_path,
        env={"PATH": "", "DATABASE_URL": "postgresql://nowhere.invalid/none"},
        check=True,
        timeout=60,
    )


def test_file_commands_import_nothing_that_only_unix_has():
    """`check` and `map --offline` run on Windows: no fcntl, pwd or fork at import."""
    program = (
        "import sys\n"
        "for name in ('fcntl', 'pwd', 'grp', 'resource', 'gunicorn'):\n"
        "    sys.modules[name] = None\n"
        "import service.cli.main\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=True, timeout=60)


def test_nobody_asks_the_clock_but_the_clock():
    asked = re.compile(r"date\.today\(|datetime\.now\(|utcnow\(|time\.time\(")
    users = {path.relative_to(PROJECT) for path in SOURCES if asked.search(path.read_text("utf-8"))}
    assert users == {Path("service/clock.py")}


def test_no_broad_except_but_where_a_request_or_a_task_ends():
    def broad(handler: ast.ExceptHandler) -> bool:
        names = (
            {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
            if handler.type
            else set()
        )
        return handler.type is None or bool(names & {"Exception", "BaseException"})

    found = {
        path.relative_to(PROJECT)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and broad(node)
    }
    assert found <= {Path("service/web/errors.py"), Path("service/jobs/performing.py")}
