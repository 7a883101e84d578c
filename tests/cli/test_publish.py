"""What is published names no person, and its sums are those of the bureau."""

from __future__ import annotations

import csv
from pathlib import Path

from geodata.model.personal import MASK
from tests.cli.test_database import database

__all__ = ["database"]

LEDGER = """\
contract_no,grantee,note,area_m2,start_agreed_on
C1,李小明,电话13812345678,20000,2022-03-31
C2,金山示例有限公司,,10000,2022-03-31
"""


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_contracts_are_published_without_persons(run, database, tmp_path):
    ledger = tmp_path / "persons.csv"
    ledger.write_text(LEDGER, encoding="utf-8")
    assert run("import", ledger, **database).returncode == 0
    done = run("publish", "--as-of", "2023-05-01", "-o", "public", **database)
    assert done.returncode == 0, done.stderr
    contracts, totals = (
        rows(tmp_path / "public" / f"{name}.csv") for name in ("contracts", "totals")
    )
    assert [row["Grantee"] for row in contracts] == [MASK, "金山示例有限公司"]
    whole = totals[0]
    assert (whole["about"], whole["contracts"], whole["area_m2"]) == ("all", "2", "30000")
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "public").iterdir())
    assert "李小明" not in written
    assert "13812345678" not in written
