"""The commands that use the database, against a real server."""

from __future__ import annotations

import json
import re
import socket

import openpyxl
import pytest
from sqlalchemy.engine import make_url

from geodata.model.roles import Role
from geodata.store.cluster import Cluster
from geodata.store.site_account import SITE_ROLE
from tests.cli.conftest import Run
from tests.maps.unpacking import unpack

SITE = "PARCELWATCH_SITE_DATABASE_URL"


@pytest.fixture
def database(server: Cluster, empty_database: str, run: Run) -> dict[str, str]:
    """Environment of a prepared database of the test's own."""
    environment = {"DATABASE_URL": empty_database}
    assert run("db", "init", **environment).returncode == 0
    return environment


def test_an_empty_database_is_told_apart_from_a_prepared_one(run, empty_database, ledger):
    environment = {"DATABASE_URL": empty_database}
    before = run("db", "status", **environment)
    assert before.returncode == 1
    refused = run("audit", **environment)
    assert refused.returncode == 4
    assert "parcelwatch db init" in refused.stderr
    assert run("db", "init", **environment).returncode == 0
    again = run("db", "init", **environment)
    assert again.returncode == 0
    assert "up to date" in again.stderr
    assert run("db", "status", **environment).returncode == 0


def test_a_database_that_is_down_is_named_without_its_password(run, ledger):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgresql://auditor:geheim@127.0.0.1:{port}/land"
    result = run("import", ledger, DATABASE_URL=url)
    assert result.returncode == 4
    assert f"127.0.0.1:{port}" in result.stderr or str(port) in result.stderr
    assert "geheim" not in result.stderr
    assert "Traceback" not in result.stderr


def test_an_import_accounts_for_every_row_and_can_be_repeated(run, database, ledger):
    ledger.write_text(ledger.read_text() + "G9,2023-02-30,,,,\n", encoding="utf-8")
    first = run("import", ledger, **database)
    assert first.returncode == 1
    assert "3 rows = 2 added + 0 changed + 0 unchanged + 0 declined + 1 rejected" in first.stderr
    second = run("import", ledger, **database)
    assert "3 rows = 0 added + 0 changed + 2 unchanged + 0 declined + 1 rejected" in second.stderr


def test_an_import_that_fails_leaves_nothing(run, database, ledger, tmp_path):
    broken = tmp_path / "district.gpkg"
    broken.write_bytes(b"not a GeoPackage")
    result = run("import", ledger, "--district", broken, **database)
    assert result.returncode == 2
    assert "district.gpkg" in result.stderr
    audit = run("audit", "--as-of", "2023-04-01", **database)
    assert "│ All     │         0 │" in audit.stdout


def test_an_audit_is_kept_once_and_writes_a_workbook(run, database, ledger, tmp_path):
    assert run("import", ledger, **database).returncode == 0
    workbook = tmp_path / "audit.xlsx"
    first = run("audit", "--as-of", "2023-04-01", "-o", workbook, **database)
    assert first.returncode == 0, first.stderr
    assert "is new" in first.stderr
    assert openpyxl.load_workbook(workbook)["Contracts"].max_row == 3
    again = run("audit", "--as-of", "2023-04-01", **database)
    assert "already holds this result" in again.stderr


def test_a_correction_can_be_seen_and_unseen(run, database, ledger):
    """What was judged before a correction can be judged again as it was known then."""
    from service.clock import system_clock  # noqa: PLC0415

    assert run("import", ledger, **database).returncode == 0
    before = system_clock().isoformat()
    corrected = ledger.read_text().replace("G1c,2022-03-31,,", "G1c,2022-03-31,2022-03-01,")
    ledger.write_text(corrected, encoding="utf-8")
    assert run("import", ledger, **database).returncode == 0
    now = run("audit", "--as-of", "2023-04-01", **database)
    then = run("audit", "--as-of", "2023-04-01", "--known-at", before, **database)
    assert "suspected idle, one year" not in now.stdout
    assert "suspected idle, one year" in then.stdout


def test_a_server_of_the_bureaus_own_needs_an_account_of_the_site(run, database):
    for name, told in (("DATABASE_URL", "has no account of its own"), (SITE, "is a superuser")):
        result = run("serve", "--port", 0, **{name: database["DATABASE_URL"]})
        assert result.returncode != 0
        assert told in result.stderr
        assert SITE in result.stderr


def test_a_port_in_use_is_named(run, database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site_url = make_url(database["DATABASE_URL"]).set(username=SITE_ROLE)
        url = site_url.render_as_string(hide_password=False)
        result = run("serve", "--port", port, **{SITE: url})
    assert result.returncode == 5
    assert str(port) in result.stderr
    assert "--port" in result.stderr


def split_accounts(printed):
    """What a demonstration prints of the district, and its passwords and tokens."""
    told, _, accounts = printed.partition("Accounts of the demonstration")
    return told, set(re.findall(r"(?:[a-z2-9]{5}-){3}[a-z2-9]{5}|pw_[\w-]+", accounts))


def test_the_demonstration_runs_twice_and_changes_no_data(run, empty_database, tmp_path):
    environment = {"DATABASE_URL": empty_database}
    first = run("demo", "--no-serve", **environment)
    assert first.returncode == 0, first.stderr
    assert "is new" in first.stderr
    assert {"audit.xlsx", "map.html"} <= {path.name for path in (tmp_path / "out").iterdir()}
    second = run("demo", "--no-serve", **environment)
    assert second.returncode == 0, second.stderr
    assert "0 added + 0 changed" in second.stderr
    assert "already holds this result" in second.stderr
    told, accounts = zip(*map(split_accounts, (first.stdout, second.stdout)), strict=True)
    assert told[0] == told[1]
    assert len(accounts[0]) == len(Role)
    assert not accounts[0] & accounts[1], "each time with new passwords"
    tally = run("tally", "--as-of", "2026-06-30", **environment)
    assert "1,500" in tally.stdout
    assert "3,000" in tally.stdout
    asked = ("--as-of", "2026-06-30", "--format", "json")
    forecast = json.loads(run("forecast", *asked, **environment).stdout)
    assert forecast["record"]["finished"] >= forecast["record"]["needed"]
    assert {target["until"] for target in forecast["targets"]} == {"2027-12-31"}
    plan = json.loads(run("plan", *asked, "--limit", "town:mu=1", **environment).stdout)
    assert plan["plan"] is None
    assert plan["no_plan"]["binding"]


def test_an_offline_map_needs_no_database(run, tmp_path):
    ledger = tmp_path / "ledger.geojson"
    square = [
        [121.34, 30.74],
        [121.341, 30.74],
        [121.341, 30.741],
        [121.34, 30.741],
        [121.34, 30.74],
    ]
    feature = {
        "type": "Feature",
        "properties": {"contract_no": "G1c", "start_agreed_on": "2022-03-31"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    ledger.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    target = tmp_path / "map.html"
    nowhere = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "PATH": ""}
    result = run("map", "--offline", ledger, "--as-of", "2023-04-01", "-o", target, **nowhere)
    assert result.returncode == 0, result.stderr
    drawn = unpack(target.read_text(encoding="utf-8"))
    assert drawn.texts["detail"] == ["G1c"]
    assert "suspect_idle_1y" in str(drawn.lists["states"])


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("landchina_results_2016-01_organisations.csv", 274),
        ("landchina_results_beijing_2019H1_organisations.xlsx", 88),
    ],
)
def test_the_public_land_supply_tables_go_in_as_they_are(run, database, shared_data, table, rows):
    path = shared_data / "land_records" / table
    imported = run("import", path, **database)
    assert imported.returncode == 0, imported.stderr
    assert f"{rows} rows = {rows} added" in imported.stderr
    audited = run("audit", "--as-of", "2026-06-30", **database)
    checked = run("check", path, "--as-of", "2026-06-30")
    assert audited.returncode == checked.returncode == 0
    start = checked.stdout.index("Verdicts")
    end = checked.stdout.index("Groups")
    assert checked.stdout[start:end] in audited.stdout


def test_a_backup_is_written_proved_and_restored(run, database, server, ledger, tmp_path):
    settings = '[uploads]\ndirectory = "files"\n'
    (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
    assert run("import", ledger, **database).returncode == 0
    written = run("db", "backup", "backup.zip", **database)
    assert written.returncode == 0, written.stderr
    assert "is whole" in written.stderr
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0
    assert run("verify", "backup.zip").returncode == 0
    refused = run("db", "restore", "backup.zip", **database)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    restored = run("db", "restore", "backup.zip", "--replace", **database)
    assert restored.returncode == 0, restored.stderr
    head = re.search(r"The log stood at event .*", written.stderr)[0]
    assert head in restored.stderr
    assert run("verify", "--log", **database).returncode == 0
