"""`parcelwatch check`: the public contract of the command."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from geodata.model.attributes import ATTRIBUTES

GOLDEN_1C = {
    "state": "overdue",
    "agreed_on": "2022-03-31",
    "due_on": "2022-03-31",
    "done_on": None,
    "days": 366,
    "damages_yuan": "4392000.00",
    "rescission_option": False,
}


def check(run, ledger, *options):
    return run("check", ledger, "--as-of", "2023-04-01", "--format", "json", *options)


def test_json_has_the_shape_of_the_ledger_contract(run, ledger):
    result = check(run, ledger)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert list(document) == ["as_of", "rule_set", "counts", "warnings", "rejected", "contracts"]
    assert document["as_of"] == "2023-04-01"
    assert document["rule_set"]["book"] == "310116"
    assert document["rule_set"]["digest"].startswith("sha256:")
    assert document["counts"] == {"suspect_idle_1y": 1, "compliant": 1}
    first = document["contracts"][0]
    assert list(first) == [
        "row",
        "parcel_code",
        "contract_no",
        "phase",
        "verdict",
        "milestones",
        "idle",
        "findings",
        "next_change_on",
    ]
    assert first["row"] == 1
    assert first["verdict"] == "suspect_idle_1y"
    assert first["milestones"]["start"] == GOLDEN_1C
    assert first["idle"] == {
        "clock_from": "2022-03-31",
        "paused_days": 0,
        "one_year_on": "2023-03-31",
        "two_years_on": "2024-03-31",
        "fee_yuan": "2400000.00",
    }
    finding = next(f for f in first["findings"] if f["code"] == "suspect_idle_1y")
    assert finding["since_on"] == "2023-04-01"
    assert finding["days"] == 1
    assert finding["amount_yuan"] == "2400000.00"
    assert finding["confidence"] == "verified"
    assert finding["basis"]
    assert finding["reason"]
    assert finding["next_step"]


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_judged(run, ledger):
    ledger.write_text(ledger.read_text() + "G9,2023-02-30,,,,\n", encoding="utf-8")
    result = check(run, ledger)
    assert result.returncode == 1
    document = json.loads(result.stdout)
    assert len(document["contracts"]) == 2
    (rejected,) = document["rejected"]
    assert (rejected["row"], rejected["column"]) == (3, "start_agreed_on")
    assert rejected["value"] == "2023-02-30"
    assert rejected["reason"]
    assert "2023-02-30" in result.stderr


def test_facts_nobody_looked_at_lately_are_a_warning(run, ledger):
    assert json.loads(check(run, ledger).stdout)["warnings"] == []
    later = run("check", ledger, "--as-of", "2024-01-01", "--format", "json")
    (warning,) = json.loads(later.stdout)["warnings"]
    assert (warning["row"], warning["code"]) == (1, "stale_facts")
    assert warning["columns"] == ["observed_on"]


def test_explain_adds_every_value_with_its_citation(run, ledger):
    (first, _) = json.loads(check(run, ledger, "--explain").stdout)["contracts"]
    steps = {step["name"]: step for step in first["trace"]}
    assert steps["start.due_on"]["value"] == "2022-03-31"
    assert steps["idle.fee"]["value"] == "2400000.00"
    (share,) = steps["idle.fee"]["parameters"]
    assert (share["id"], share["value"]) == ("idle.fee_share", "1/5")
    assert share["basis"]
    assert share["confidence"] == "verified"


def test_csv_opens_in_excel_and_has_one_row_per_contract(run, ledger):
    result = run("check", ledger, "--as-of", "2023-04-01", "--format", "csv")
    assert result.stdout.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(result.stdout.lstrip("\ufeff"))))
    assert [row["verdict"] for row in rows] == ["suspect_idle_1y", "compliant"]
    assert rows[0]["start_damages_yuan"] == "4392000.00"


def test_text_that_a_spreadsheet_would_run_is_made_inert(run, ledger):
    text = ledger.read_text(encoding="utf-8").replace("G1c", '"=HYPERLINK(""http://x"")"')
    ledger.write_text(text, encoding="utf-8")
    result = run("check", ledger, "--as-of", "2023-04-01", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout.lstrip("\ufeff"))))
    assert rows[0]["contract_no"] == '\'=HYPERLINK("http://x")'


def test_workbook_holds_dates_and_numbers(run, ledger, tmp_path):
    target = tmp_path / "sub" / "result.xlsx"
    result = run("check", ledger, "--as-of", "2023-04-01", "--format", "xlsx", "-o", target)
    assert result.returncode == 0, result.stderr
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Summary", "Contracts", "Findings", "Remarks"]
    heads, first, *_ = book["Findings"].iter_rows(values_only=True)
    row = dict(zip(heads, first, strict=True))
    assert row["Amount (yuan)"] == 4392000
    assert row["Since"].isoformat() == "2022-04-01T00:00:00"


def test_table_names_the_gravest_contract_first(run, ledger):
    result = run("check", ledger, "--as-of", "2023-04-01")
    assert result.returncode == 0
    assert result.stdout.index("G1c") < result.stdout.index("Group")
    assert "suspected idle, one year" in result.stdout


def test_words_come_in_chinese_too(run, ledger):
    result = run("--lang", "zh", "check", ledger, "--as-of", "2023-04-01")
    assert "疑似闲置满一年" in result.stdout
    assert "Verdict" not in result.stdout


def test_headers_may_be_chinese(run, ledger):
    text = ledger.read_text(encoding="utf-8")
    for attribute in ATTRIBUTES:
        text = text.replace(attribute.key + ",", attribute.zh + ",")
    ledger.write_bytes(text.encode("gb18030"))
    assert json.loads(check(run, ledger).stdout)["counts"] == {"suspect_idle_1y": 1, "compliant": 1}


def test_today_is_shanghais(run, ledger):
    for zone in ("America/Los_Angeles", "Pacific/Kiritimati"):
        result = run("check", ledger, "--format", "json", TZ=zone)
        document = json.loads(result.stdout)
        from service.clock import system_clock, today  # noqa: PLC0415

        assert document["as_of"] == today(system_clock).isoformat()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "missing.csv"), "missing.csv"),
        (("check", "."), "directory"),
        (("check", "ledger.csv", "--as-of", "2023-02-30"), "2023-02-30"),
        (("check", "ledger.csv", "--format", "xml"), "xml"),
        (("check", "ledger.csv", "--book", "999999"), "310116"),
        (("check", "ledger.csv", "--profile", "nobody"), "landchina"),
        (("check", "ledger.csv", "--format", "xlsx"), "-o"),
        (("check", "ledger.csv", "--format", "json", "-o", "/proc/none/x.json"), "/proc/none"),
        (("--config", "none.toml", "check", "ledger.csv"), "none.toml"),
        (("map", "--district", "district.gpkg"), "LEDGER"),
        (("import",), "nothing to import"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_next_step(run, ledger, arguments, told):
    result = run(*arguments)
    assert result.returncode == 2, result.stderr
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_half_written_is_left(run, ledger, tmp_path):
    target = tmp_path / "result.json"
    target.write_text("kept", encoding="utf-8")
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing,known\n1,2\n", encoding="utf-8")
    result = run("check", broken, "--format", "json", "-o", target)
    assert result.returncode == 2
    assert target.read_text(encoding="utf-8") == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.csv", "broken.csv", "result.json"}
