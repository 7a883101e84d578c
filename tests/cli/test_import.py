"""`parcelwatch import`: what would change is shown before anything is written, and reported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from geodata.store.cluster import Cluster
from tests.cli.conftest import Run


@pytest.fixture
def database(empty_database: str, server: Cluster, run: Run) -> dict[str, str]:
    """Environment of a prepared database of the test's own."""
    environment = {"DATABASE_URL": empty_database}
    assert run("db", "init", **environment).returncode == 0
    return environment


@pytest.fixture
def years(tmp_path: Path) -> Path:
    path = tmp_path / "years.csv"
    path.write_text(
        "uscc,year,staff_count\n91310116MA1J00006H,2024,4\n91310116MA1J00006H,x,5\n", "utf-8"
    )
    return path


def test_a_dry_run_shows_what_would_change_and_writes_nothing(run, database, years, tmp_path):
    report = tmp_path / "report.json"
    dry = run("import", years, "--dry-run", "--report", report, **database)
    assert dry.returncode == 1, dry.stderr
    assert "2 rows = 1 added" in dry.stderr
    assert "Nothing is written" in dry.stderr
    assert "91310116MA1J00006H 2024" in dry.stdout
    document = json.loads(report.read_text("utf-8"))
    assert (document["written"], document["tables"][0]["counts"]["rejected"]) == (False, 1)
    done = run("import", years, "--report", tmp_path / "report.xlsx", **database)
    assert "2 rows = 1 added" in done.stderr
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames[0] == "Import"
    again = run("import", years, "--dry-run", "--report", tmp_path / "report.html", **database)
    assert "2 rows = 0 added + 0 changed + 1 unchanged" in again.stderr
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_what_a_file_no_longer_has_is_ended_only_where_that_is_asked(run, database, ledger):
    """A ledger of a part of the contracts does not end the others by itself."""
    whole = ledger.read_text("utf-8")
    assert run("import", ledger, **database).returncode == 0
    ledger.write_text("".join(whole.splitlines(keepends=True)[:-1]), "utf-8")
    for options, left in ([(), 2], [("--end-vanished",), 1]):
        assert run("import", ledger, *options, **database).returncode == 0
        audit = run("audit", "--as-of", "2023-04-01", **database)
        assert re.search(rf"│ All +│ +{left} │", audit.stdout), audit.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["years.csv", "--report", "report.pdf"], ".xlsx, .html or .json"),
        ([], "There is nothing to import"),
    ],
    ids=["ending", "nothing"],
)
def test_what_cannot_be_done_is_said_at_once(run, years, arguments, named):
    nowhere = {"DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    refused = run("import", *arguments, **nowhere)
    assert refused.returncode == 2
    assert named in refused.stderr


def test_the_encoding_can_be_named(run, database, tmp_path):
    path = tmp_path / "years.csv"
    path.write_bytes("uscc,year,note\n91310116MA1J00006H,2024,備註\n".encode("big5"))
    done = run("import", path, "--encoding", "big5", "--kind", "enterprise_years", **database)
    assert done.returncode == 0, done.stderr
    refused = run("import", path, "--encoding", "klingon", **database)
    assert refused.returncode == 2
    assert "klingon" in refused.stderr
