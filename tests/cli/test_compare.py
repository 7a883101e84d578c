"""`--compare`: the same facts judged with two law books."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import yaml

from geodata.model.movements import Movement
from tests.cli.conftest import Run

NUMBERS = {"idle.first_years": "2", "idle.second_years": "3", "idle.fee_share": "3/10"}
SQUARE = [[121.34, 30.74], [121.341, 30.74], [121.341, 30.741], [121.34, 30.741], [121.34, 30.74]]
AS_OF = ("--as-of", "2023-05-01")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft that gives land a second year before it is suspected idle."""
    pack = tmp_path / "laws" / "draft"
    pack.mkdir(parents=True)
    packs = {"draft": {"zh": "修改稿", "en": "draft", "parent": "310116"}}
    version = {"from": "2012-07-01", "cites": ["idle-land-2012 2"], "confidence": "convention"}
    numbers = {
        number: {
            "zh": number,
            "en": number,
            "unit": "years",
            "selected_by": "as_of",
            "versions": [{**version, "value": value}],
        }
        for number, value in NUMBERS.items()
    }
    (pack.parent / "packs.yaml").write_text(yaml.safe_dump(packs), encoding="utf-8")
    text = yaml.safe_dump(numbers).replace("'2012-07-01'", "2012-07-01")
    (pack / "numbers.yaml").write_text(text, encoding="utf-8")
    return pack


def check(run: Run, ledger: Path, draft: Path, *options: object):
    return run("check", ledger, *AS_OF, "--compare", draft, *options)


def test_the_table_says_what_flips_with_land_and_money(run, ledger, draft):
    text = ledger.read_text(encoding="utf-8").splitlines()
    areas = ("area_m2", "20000", "10000")
    lines = [f"{line},{area}" for line, area in zip(text, areas, strict=True)]
    ledger.write_text("\n".join(lines), encoding="utf-8")
    result = check(run, ledger, draft)
    assert result.returncode == 0, result.stderr
    told = " ".join(result.stdout.split())
    # 396 days at 1 per mille of 12 million yuan; the fee of 20 per cent falls away; 30 mu.
    assert "better │ 1 │ 30.00 │ 0 │ 7,152,000.00 │ 4,752,000.00 │ 0 │ -2,400,000.00" in told
    assert "suspected idle, one year │ ■ start overdue │ 1 │ 30.00" in told
    for number in NUMBERS:
        assert number in told
    zh = run("--lang", "zh", "check", ledger, *AS_OF, "--compare", draft)
    assert "减轻" in zh.stdout
    assert "疑似闲置满一年" in zh.stdout


def test_json_has_the_totals_the_law_and_the_contracts(run, ledger, draft):
    document = json.loads(check(run, ledger, draft, "--format", "json").stdout)
    assert document["before"]["rule_set"]["book"] == "310116"
    assert document["after"]["rule_set"]["book"] == "draft"
    assert set(document["movements"]) == {str(movement.value) for movement in Movement}
    counts = {name: moved["contracts"] for name, moved in document["movements"].items()}
    assert {name: n for name, n in counts.items() if n} == {"better": 1, "unchanged": 1}
    (pair,) = document["verdicts"]
    assert (pair["before"], pair["after"]) == ("suspect_idle_1y", "overdue_start")
    assert document["groups"]["idle"]["left"] == {
        "contracts": 1, "area_mu": "0.00", "area_unknown": 1,
    }  # fmt: skip
    stated = {entry["number"]: entry for entry in document["law"] if entry["from"] > "2012"}
    assert {n: (e["before"]["value"], e["after"]["value"]) for n, e in stated.items()} == {
        "idle.first_years": ("1", "2"),
        "idle.second_years": ("2", "3"),
        "idle.fee_share": ("1/5", "3/10"),
    }
    assert all(entry["before"]["basis"] and entry["after"]["basis"] for entry in stated.values())
    (contract,) = document["contracts"]
    assert contract["contract_no"] == "G1c"
    assert contract["moved_yuan"] == "-2400000.00"


def test_a_fee_that_moves_without_a_flip_is_listed_too(run, ledger, draft):
    path = draft / "numbers.yaml"
    fee = {"idle.fee_share": yaml.safe_load(path.read_text(encoding="utf-8"))["idle.fee_share"]}
    path.write_text(yaml.safe_dump(fee), encoding="utf-8")
    (row,) = csv.DictReader(check(run, ledger, draft, "--format", "csv").stdout[1:].splitlines())
    assert (row["movement"], row["verdict_before"]) == ("unchanged", "suspect_idle_1y")
    assert row["moved_yuan"] == "1200000.00"


def test_a_book_beside_itself_moves_nothing(run, ledger):
    result = run("check", ledger, *AS_OF, "--compare", "310116", "--format", "json")
    document = json.loads(result.stdout)
    assert document["contracts"] == document["verdicts"] == document["law"] == []
    assert document["movements"]["unchanged"]["contracts"] == 2


def test_the_workbook_has_summary_contracts_and_law(run, ledger, draft, tmp_path):
    path = tmp_path / "moved.xlsx"
    assert check(run, ledger, draft, "--format", "xlsx", "-o", path).returncode == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Comparison", "Contracts that move", "Law book differences"]
    heads, row = book["Contracts that move"].iter_rows(values_only=True)
    assert dict(zip(heads, row, strict=True))["Difference (yuan)"] == -2_400_000


@pytest.fixture
def outlined(tmp_path: Path) -> Path:
    """A contract with an outline and one without, both moved by the draft."""
    feature = {
        "type": "Feature",
        "properties": {"contract_no": "G1", "start_agreed_on": "2022-03-31"},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    bare = {**feature, "properties": {**feature["properties"], "contract_no": "G2"}}
    collection = {"type": "FeatureCollection", "features": [feature, {**bare, "geometry": None}]}
    path = tmp_path / "ledger.geojson"
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["moved.gpkg", "moved.geojson"])
def test_the_map_layer_loses_no_contract(run, outlined, draft, tmp_path, name):
    result = check(run, outlined, draft, "--map", tmp_path / name)
    assert result.returncode == 0, result.stderr
    layer = gpd.read_file(tmp_path / name)
    assert layer["contract_no"].tolist() == ["G1", "G2"]
    assert set(layer["movement"]) == {"better"}
    assert layer.geometry.isna().tolist() == [False, True]
    assert layer.crs.to_epsg() == (4326 if name.endswith("json") else 4490)


def test_the_map_page_stands_alone(run, outlined, draft, tmp_path):
    path = tmp_path / "moved.html"
    assert check(run, outlined, draft, "--map", path).returncode == 0
    page = path.read_text(encoding="utf-8")
    assert "Movement-better" in page
    assert "1 contracts have no outline" in page
    assert "http" not in page.partition("page-data")[2].partition("</script>")[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--map", "moved.gpkg"), "--compare"),
        (("--compare", "310116", "--map", "moved.pdf"), "moved.pdf"),
        (("--compare", "310116", "--format", "xlsx"), "-o FILE.xlsx"),
        (("--compare", "no-such-book"), "no-such-book"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(run, ledger, options, told):
    result = run("check", ledger, *AS_OF, *options)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_rows_that_cannot_be_read_are_named(run, ledger, draft):
    ledger.write_text(ledger.read_text(encoding="utf-8") + "G9,2023-02-30,,,,\n", encoding="utf-8")
    result = check(run, ledger, draft)
    assert result.returncode == 1
    assert "Row 3" in result.stderr


def test_the_database_is_compared_like_the_file_and_nothing_is_kept(
    run, ledger, draft, empty_database
):
    environment = {"DATABASE_URL": empty_database}
    assert run("db", "init", **environment).returncode == 0
    assert run("import", ledger, **environment).returncode == 0
    options = (*AS_OF, "--compare", draft, "--format", "json")
    result = run("audit", *options, **environment)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == json.loads(run("check", ledger, *options).stdout)
    assert "Audit runs" in run("runs", "list", **environment).stdout
    assert "310116" not in run("runs", "list", **environment).stdout


def test_runs_are_listed_judged_again_and_compared(run, ledger, draft, empty_database):
    environment = {"DATABASE_URL": empty_database}
    assert run("db", "init", **environment).returncode == 0
    assert run("import", ledger, **environment).returncode == 0
    for day in ("2022-05-01", "2023-05-01"):
        assert run("audit", "--as-of", day, **environment).returncode == 0
    assert "2023-05-01" in run("runs", "show", 2, **environment).stdout
    verified = run("runs", "verify", 2, **environment)
    assert verified.returncode == 0, verified.stderr
    assert "identical" in verified.stderr
    other = run("runs", "verify", 2, "--book", draft, **environment)
    assert other.returncode == 1
    assert "The law book 310116 has changed since this run." in other.stderr
    assert "start overdue" in other.stdout
    moved = run("runs", "diff", 1, 2, "--format", "csv", **environment)
    found = {row["contract_no"]: row for row in csv.DictReader(moved.stdout[1:].splitlines())}
    assert found["G1c"]["movement"] == "worse"
    missing = run("runs", "diff", 1, 7, **environment)
    assert missing.returncode == 2
    assert "7" in missing.stderr
