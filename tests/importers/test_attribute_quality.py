"""What is odd in the facts of a ledger is told by row, column and figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.geometry.quality.issue import QualityIssue
from geodata.importers.attribute_quality import check_facts
from geodata.importers.ledger import read_ledger
from geodata.importers.row_names import row_names
from geodata.model.columns import NO_DAY, Cell, from_rows
from geodata.model.content import LEDGER
from geodata.model.identifiers import uscc_check_character
from geodata.model.quality_lists import (
    STANDING,
    FactFault,
    Measure,
    QualitySeverity,
    Responsible,
)

USCC = "91310000132260250X"


def issues_of(*rows: dict[str, Cell], **settings: Any) -> tuple[QualityIssue, ...]:
    columns = from_rows([{"contract_no": f"C{n}", **row} for n, row in enumerate(rows, start=1)])
    return check_facts(columns, names(rows), **settings)


def names(rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    numbered = [{"contract_no": f"C{n}"} | dict(row) for n, row in enumerate(rows, start=1)]
    keys = ("contract_no", "parcel_code")
    return row_names(LEDGER, {key: [row.get(key) for row in numbered] for key in keys})


def told(issues: tuple[QualityIssue, ...]) -> list[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    return [(issue.fault.value, issue.rows, issue.columns) for issue in issues]


SOUND: dict[str, Cell] = {
    "parcel_code": "310116001002GB00012",
    "supervision_no": "3101162020B00494",
    "uscc": USCC,
    "land_use": "铁路、公路用地",
    "signed_on": date(2020, 1, 1),
    "start_on": date(2020, 6, 1),
    "area_m2": Fraction(29_400),
    "premium_yuan": Fraction(100),
    "far_min": Fraction(1),
    "far_max": Fraction(2),
    "instalments": [(None, Fraction(100, 3), None, None), (None, Fraction(200, 3), None, None)],
}


def test_a_sound_row_and_an_empty_one_have_nothing_wrong():
    assert issues_of(SOUND, {}) == ()


@pytest.mark.parametrize(
    ("cells", "fault", "columns"),
    [
        ({"parcel_code": "17 005 0002 0012 003"}, "old_parcel_no", ("parcel_code",)),
        ({"parcel_code": "1700500020012003"}, "old_parcel_no", ("parcel_code",)),
        ({"parcel_code": "310116001002GB0001"}, "unusual_parcel_code", ("parcel_code",)),
        ({"supervision_no": "B00269-1"}, "supervision_no_variant", ("supervision_no",)),
        ({"supervision_no": "3101162020B00269-1"}, "supervision_no_variant", ("supervision_no",)),
        ({"supervision_no": "4406062019BI7595"}, "supervision_no_variant", ("supervision_no",)),
        ({"supervision_no": "3101162020B0026"}, "unusual_supervision_no", ("supervision_no",)),
        ({"uscc": USCC[:-1] + "1"}, "uscc_check", ("uscc",)),
        ({"land_use": "工业用地50年; 仓储用地40年"}, "several_uses", ("land_use",)),
        ({"land_use": "工业用地、仓储用地"}, "several_uses", ("land_use",)),
        ({"land_use": "工业/仓储"}, "several_uses", ("land_use",)),
        ({"far_max": Fraction(1, 2)}, "far_limits_swapped", ("far_min", "far_max")),
        ({"far_max": Fraction(200)}, "out_of_range", ("far_max",)),
        ({"area_m2": Fraction(1, 100)}, "out_of_range", ("area_m2",)),
        ({"term_years": Fraction(700)}, "out_of_range", ("term_years",)),
        ({"delivered_on": date(1901, 1, 2), "signed_on": None}, "out_of_range", ("delivered_on",)),
        ({"start_on": date(2019, 6, 1)}, "start_before_signing", ("start_on", "signed_on")),
        (
            {"completion_on": date(2020, 2, 1)},
            "completion_before_start",
            ("completion_on", "start_on"),
        ),
        ({"start_permille": Fraction(1001)}, "rate_over_1000", ("start_permille",)),
    ],
)
def test_an_odd_fact_is_told(cells: dict[str, Cell], fault: str, columns: tuple[str, ...]):
    (issue,) = issues_of(SOUND, SOUND | cells)
    assert told((issue,)) == [(fault, (2,), columns)]
    assert issue.parcels == (str(cells.get("parcel_code", SOUND["parcel_code"])),)
    assert issue.values[0] == cells.get(columns[0], SOUND.get(columns[0]))
    assert issue.severity is STANDING[issue.fault].severity
    assert issue.where is None


def test_an_organisation_code_is_checked_within_a_code_that_is_right():
    body = USCC[:16] + "9"
    wrong = body + uscc_check_character(body)
    (issue,) = issues_of(SOUND | {"uscc": wrong})
    assert told((issue,)) == [("organisation_check", (1,), ("uscc",))]
    assert issue.responsible is Responsible.BUREAU
    trader = "92" + body[2:]
    assert issues_of(SOUND | {"uscc": trader + uscc_check_character(trader)}) == ()


amounts = st.builds(Fraction, st.integers(0, 10**13), st.sampled_from([1, 3, 100, 300, 1000]))


@given(st.lists(amounts, min_size=1, max_size=6), amounts | st.just(Fraction(0)), st.booleans())
def test_instalments_are_added_up_exactly(parts: list[Fraction], off: Fraction, is_less: bool):
    entries = [(None, part, None, None) for part in parts]
    premium = sum(parts) + (-min(off, sum(parts)) if is_less else off)
    issues = issues_of({"instalments": entries, "premium_yuan": premium})
    if premium == sum(parts):
        assert issues == ()
        return
    (issue,) = issues
    assert told((issue,)) == [("instalments_not_price", (1,), ("premium_yuan",))]
    assert (issue.measured, issue.unit) == (sum(parts) - premium, Measure.YUAN)
    assert issue.severity is QualitySeverity.ERROR


def test_instalments_without_an_amount_are_not_added_up():
    unknown = [(None, Fraction(60), None, None), (None, None, None, None)]
    assert issues_of({"instalments": unknown, "premium_yuan": Fraction(100)}) == ()
    assert issues_of({"instalments": unknown[:1]}) == ()
    assert issues_of({"instalments": [], "premium_yuan": Fraction(100)}) == ()


def test_a_source_of_land_that_holds_areas_is_told_once():
    sources = {"土地来源": ["0.000000", None, "10.58"], "用途": ["1", "2", "3"]}
    (issue,) = issues_of({}, {}, {}, extras=sources)
    assert told((issue,)) == [("source_is_area", (), ("土地来源",))]
    assert (issue.measured, issue.unit, issue.values) == (2, Measure.ROWS, ("0.000000",))
    assert issues_of({}, extras={"土地来源": ["存量用地"]}) == ()


def test_the_rows_are_numbered_as_in_the_file_and_sorted_by_parcel():
    columns = from_rows([{"contract_no": name, "far_max": Fraction(99)} for name in "BA"], [7, 9])
    issues = check_facts(columns, ["B", "A"])
    assert [(issue.parcels, issue.rows) for issue in issues] == [(("A",), (9,)), (("B",), (7,))]


def test_every_fact_fault_has_its_standing():
    assert set(FactFault) <= set(STANDING)


# --- What the readers take for nothing ---------------------------------------------------------


def test_what_stands_in_place_of_an_empty_field_is_unknown(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(
        "电子监管号,约定开工时间,约定竣工时间,约定交地时间,土地使用权人\n"
        "3101162020B00494,1900年01月01日,1901年01月02日,Nah,Nah\n",
        encoding="utf-8",
    )
    ledger = read_ledger(path, profile="landchina_zh")
    assert ledger.rejected == ()
    days = ledger.columns.days
    keys = ("start_agreed_on", "completion_agreed_on", "delivery_agreed_on")
    assert [int(days[key][0]) for key in keys] == [NO_DAY] * 3
    assert ledger.columns.texts["grantee"][0] is None


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("landchina_results_2016-01_organisations.csv", 274),
        ("landchina_results_beijing_2019H1_organisations.xlsx", 88),
    ],
)
def test_public_records_hold_an_area_as_source_of_land(shared_data: Path, name: str, rows: int):
    ledger = read_ledger(shared_data / "land_records" / name)
    (issue,) = ledger.quality
    assert (issue.fault, issue.measured) == (FactFault.SOURCE_IS_AREA, rows)
