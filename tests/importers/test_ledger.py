from __future__ import annotations

import csv
import time
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from geodata.errors import InputFileError, UsageError
from geodata.importers.headings import headings_of, normal
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.suppliers import load_profiles
from geodata.model.attributes import ATTRIBUTES
from geodata.model.codelists import AcquisitionMode
from geodata.model.columns import NO_DAY, day_number
from tests.importers.samples import WRITERS


def ledger(
    tmp_path: Path, rows: Sequence[Mapping[str, str]], profile: str | None = None
) -> LedgerFile:
    """A CSV of the rows, read back; headers in the order they first occur."""
    path = tmp_path / "ledger.csv"
    headers = list(dict.fromkeys(header for row in rows for header in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers)
        writer.writeheader()
        writer.writerows(rows)
    return read_ledger(path, profile=profile)


BAD_CELLS = [
    ("signed_on", "2023-02-30"),
    ("start_agreed_on", "next spring"),
    ("delivered_on", "未知"),
    ("premium_yuan", "abc"),
    ("premium_yuan", "-1"),
    ("area_m2", "1e40"),
    ("foundation_share", "1.2"),
    ("foundation_share", "120%"),
    ("acquisition_mode", "赠与"),
    ("damages_scheme", "weekly"),
    ("foundation_kind", "raft"),
    ("closed_as", "lost"),
    ("reserve_land", "maybe"),
    ("start_extensions", "2023-06-15/2023-12-31"),
    ("start_extensions", "2023-05-01/2023-06-15/"),
    ("government_periods", "2023-02-28/2022-09-01 G2 verified"),
    ("government_periods", "2022-09-01/2023-02-28 G2"),
    ("government_periods", "2022-09-01/2023-02-28 verified"),
    ("government_periods", "2022-09-01/2023-02-28 G2 believed"),
    ("instalments", "2023-05-31 10000000 -"),
    ("bond_split", "60/40"),
    ("start_agreed_after", "6m after completion"),
    ("delivery_agreed_after", "6m after delivery"),
    ("target_output_agreed_after", "6 weeks after start"),
]


@pytest.mark.parametrize(("column", "value"), BAD_CELLS)
def test_a_cell_that_cannot_be_read_rejects_its_row_alone(column: str, value: str, tmp_path: Path):
    rows = [{"contract_no": "A"}, {"contract_no": "B", column: value}, {"contract_no": "C"}]
    read = ledger(tmp_path, rows)
    (issue,) = read.rejected
    assert (issue.row, issue.line, issue.column, issue.value) == (2, 3, column, value)
    assert issue.header == column
    assert issue.text()
    assert read.columns.texts["contract_no"].tolist() == ["A", "C"]
    assert read.columns.row_no.tolist() == [1, 3]
    assert read.row_count == 3


def test_every_bad_cell_of_a_row_is_told_and_the_row_counted_once(tmp_path: Path):
    bad = {"contract_no": "A", "signed_on": "2023-02-30", "area_m2": "-5", "note": "x"}
    read = ledger(tmp_path, [bad])
    assert [(i.row, i.column) for i in read.rejected] == [(1, "signed_on"), (1, "area_m2")]
    assert (read.row_count, len(read.columns)) == (1, 0)


def test_a_row_needs_a_contract_number(tmp_path: Path):
    read = ledger(tmp_path, [{"contract_no": " ", "note": "x"}, {"contract_no": "B", "note": ""}])
    (issue,) = read.rejected
    assert (issue.row, issue.column, issue.value) == (1, "contract_no", "")
    assert "no contract_no (合同编号)" in issue.text()


def test_a_name_can_stand_only_once(tmp_path: Path):
    row = {"contract_no": "A", "phase": "1", "parcel_code": "P"}
    others = [row | {"phase": "2"}, row | {"parcel_code": "Q"}, row | {"phase": ""}, row]
    read = ledger(tmp_path, [row, *others])
    (issue,) = read.rejected
    assert (issue.row, issue.column, issue.value) == (5, "contract_no", "A")
    assert issue.text().startswith("Row 1 has the same")


def test_an_unquoted_comma_shifts_no_value_unseen(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(
        "contract_no,premium_yuan,signed_on\nA,12,000,000,2023-01-05\nB,12,2023-01-05\n", "utf-8"
    )
    read = read_ledger(path)
    assert {issue.row for issue in read.rejected} == {1}
    assert "more cells" in read.rejected[0].text()
    assert read.columns.texts["contract_no"].tolist() == ["B"]


def test_a_short_row_is_unknown_where_it_ends(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("contract_no,note,signed_on\nA\n", "utf-8")
    columns = read_ledger(path).columns
    assert columns.texts["note"][0] is None
    assert columns.days["signed_on"][0] == NO_DAY


@pytest.mark.parametrize(
    ("header", "cell", "key", "value"),
    [
        ("premium_yuan", "1", "premium_yuan", 1),
        ("premium_wan", "1.5", "premium_yuan", 15_000),
        ("出让价款（万元）", "1.5", "premium_yuan", 15_000),
        ("出让价款(万元)", "1.5", "premium_yuan", 15_000),
        ("出让价款 万元", "1.5", "premium_yuan", 15_000),
        ("出让价款\n（元）", "15000", "premium_yuan", 15_000),
        ("area_m2", "1", "area_m2", 1),
        ("area_ha", "1.5", "area_m2", 15_000),
        ("area_mu", "1.5", "area_m2", 1_000),
        ("出让面积(公顷)", "1.5", "area_m2", 15_000),
        ("出让面积（亩）", "1", "area_m2", Fraction(2_000, 3)),
        ("出让面积（㎡）", "1", "area_m2", 1),
        ("出让面积（m²）", "1", "area_m2", 1),
        ("developable_ha", "1", "developable_m2", 10_000),
        ("已动工面积（亩）", "3", "developed_m2", 2_000),
        ("invested_wan", "1", "invested_yuan", 10_000),
        ("出让年限（年）", "50", "term_years", 50),
        ("约定亩均产值", "500", "output_agreed", 500),
        ("逾期开工违约金比例(‰)", "1", "start_permille", 1),
        ("START_PERMILLE", "1", "start_permille", 1),
    ],
)
def test_headers_tell_the_unit(header: str, cell: str, key: str, value: Fraction, tmp_path: Path):
    read = ledger(tmp_path, [{"contract_no": "A", header: cell}])
    assert read.unknown_headers == ()
    assert read.columns.exact[key].fraction(0) == value


def test_every_column_is_known_by_key_and_title(tmp_path: Path):
    for language in ("key", "zh", "en"):
        headers = [getattr(attribute, language) for attribute in ATTRIBUTES]
        known = headings_of(ATTRIBUTES)
        assert [known[normal(h)].attribute for h in headers] == list(ATTRIBUTES)


def test_no_name_means_two_columns():
    names = [
        (normal(name), attribute.key)
        for attribute in ATTRIBUTES
        for name in (attribute.key, attribute.zh, attribute.en, *attribute.aliases)
    ]
    owners = dict(names)
    assert all(owners[name] == key for name, key in names)


def test_unknown_columns_are_kept_for_the_rows_that_stay(tmp_path: Path):
    rows = [
        {"contract_no": "A", "signed_on": "never", "网格员": "甲"},
        {"contract_no": "B", "signed_on": "", "网格员": "乙"},
        {"contract_no": "C", "signed_on": "", "网格员": " "},
    ]
    read = ledger(tmp_path, rows)
    assert read.unknown_headers == ("网格员",)
    assert read.extras["网格员"].tolist() == ["乙", None]


def test_two_unknown_columns_of_one_name_are_both_kept(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("contract_no,x,x,\nA,1,2,3\n", "utf-8")
    extras = {key: value.tolist() for key, value in read_ledger(path).extras.items()}
    assert extras == {"x": ["1"], "x.1": ["2"], "column 4": ["3"]}


def test_a_misspelt_header_is_pointed_out(tmp_path: Path):
    read = ledger(tmp_path, [{"contract_no": "A", "start_agree_on": "2023-01-05", "巡查员": "x"}])
    assert read.unknown_headers == ("start_agree_on", "巡查员")
    (issue,) = read.issues
    assert issue.header == "start_agree_on"
    assert "Did you mean start_agreed_on?" in issue.text()


def test_a_column_that_stands_twice_is_filled_from_both_and_differences_told(tmp_path: Path):
    rows = [
        {"contract_no": "A", "area_m2": "10000", "area_ha": "1"},
        {"contract_no": "B", "area_m2": "", "area_ha": "2"},
        {"contract_no": "C", "area_m2": "10000", "area_ha": "3"},
    ]
    read = ledger(tmp_path, rows)
    areas = [read.columns.exact["area_m2"].fraction(row) for row in range(3)]
    assert areas == [10_000, 20_000, 10_000]
    (issue,) = read.issues
    assert (issue.row, issue.header, issue.value) == (3, "area_ha", "3")


def test_blank_cells_are_unknown_and_words_are_typed(tmp_path: Path):
    rows = [
        {"contract_no": "A", "acquisition_mode": "出让", "delivered_on": "未交地", "分期付款": ""},
        {"contract_no": "B", "delivered_on": "2023-01-05", "分期付款": "2023-05-31 1 - -"},
        {"contract_no": "C", "delivered_on": "1900-01-01"},
    ]
    columns = ledger(tmp_path, rows).columns
    assert columns.undelivered.tolist() == [True, False, False]
    assert columns.days["delivered_on"].tolist() == [NO_DAY, day_number(date(2023, 1, 5)), NO_DAY]
    assert columns.codes["acquisition_mode"].tolist() == [AcquisitionMode.GRANT.position, -1, -1]
    assert columns.ragged["instalments"].given.tolist() == [False, True, False]


def test_parts_of_one_fact_are_joined_where_the_profile_says_so(tmp_path: Path):
    row = {
        "Electronic supervision number": "1101002019B01585",
        "Land use right holder Row 1": "甲公司",
        "Land use right holder Row 2": "乙公司",
    }
    read = ledger(tmp_path, [row])
    assert read.profile == "landchina_en"
    assert read.columns.texts["grantee"].tolist() == ["甲公司、乙公司"]


def test_the_ledger_is_read_as_such_even_where_a_supplier_shares_its_words(tmp_path: Path):
    read = ledger(tmp_path, [{"合同编号": "A", "行政区": "金山区", "项目名称": "x"}])
    assert read.profile == "ledger"


def test_a_profile_can_be_named(tmp_path: Path):
    rows = [{"电子监管号": "3101162023B00001", "约定开工时间": "2023-01-05"}]
    read = ledger(tmp_path, rows, profile="landchina_zh")
    assert read.profile == "landchina_zh"
    assert read.columns.texts["contract_no"].tolist() == ["3101162023B00001"]
    with pytest.raises(UsageError, match="Did you mean landchina_en"):
        ledger(tmp_path, rows, profile="landchina_eng")


def test_a_number_is_only_derived_where_the_table_has_no_such_column(tmp_path: Path):
    rows = [{"合同编号": "", "电子监管号": "3101162023B00001", "约定开工时间": "2023-01-05"}]
    read = ledger(tmp_path, rows, profile="landchina_zh")
    assert [issue.column for issue in read.rejected] == ["contract_no"]


def test_limits_are_exchanged_only_where_most_rows_say_so(tmp_path: Path):
    def limits(*pairs: tuple[str, str]) -> list[tuple[Fraction | None, Fraction | None]]:
        rows = [
            {"电子监管号": str(n), "约定容积率(下限)": low, "约定容积率(上限)": high}
            for n, (low, high) in enumerate(pairs)
        ]
        columns = ledger(tmp_path, rows, profile="landchina_zh").columns
        low, high = columns.exact["far_min"], columns.exact["far_max"]
        return [(low.fraction(row), high.fraction(row)) for row in range(len(pairs))]

    assert limits(("1", "2"), ("0.00", "3"), ("2", "1")) == [(1, 2), (None, 3), (2, 1)]
    assert limits(("2", "1"), ("0.00", "3"), ("3", "1")) == [(1, 2), (3, None), (1, 3)]
    assert limits(("1", "1"), ("", "3")) == [(1, 1), (None, 3)]


def test_every_profile_is_sound():
    profiles = load_profiles()
    assert [profile.name for profile in profiles] == [
        *("ledger", "landchina_en", "landchina_zh", "supplied_unused"),
        *("idle_land", "tracking_card"),
    ]
    for profile in profiles:
        assert set(profile.titles) == {"zh", "en"}
        assert set(headings_of(ATTRIBUTES)) <= set(profile.headings)
        for heading in profile.headings.values():
            assert set(heading.words.values()) <= {mode.value for mode in AcquisitionMode}


# Files that cannot be used at all


def test_a_table_without_contract_numbers_names_its_headers(tmp_path: Path):
    with pytest.raises(InputFileError) as caught:
        ledger(tmp_path, [{"contract_nr": "A", "signed_on": "2023-01-05", "备注": "x"}])
    message = str(caught.value)
    assert "ledger.csv has no column contract_no (合同编号)" in message
    assert "contract_nr, signed_on, 备注" in message
    assert "the nearest headers are: contract_nr." in message


def test_a_table_without_rows_is_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("contract_no,signed_on\n,\n\n", "utf-8")
    with pytest.raises(InputFileError, match="headers but no rows"):
        read_ledger(path)


UNUSABLE = {
    "missing.csv": (None, "does not exist"),
    "empty.csv": (b"", "is empty"),
    "empty.xlsx": (b"", "is empty"),
    "blank.csv": (b"\r\n  \r\n", "is empty"),
    "letter.docx": (b"x", "of a kind that cannot be read"),
    "noending": (b"x", "of a kind that cannot be read"),
    "binary.csv": (b"contract_no\n\xff\xff\x81\n", "not text in UTF-8 or GBK"),
    "quotes.csv": (b'contract_no,note\nA,"never closed\nB,x\n', "is not a table: line 3"),
    "cut.xlsx": (b"PK\x03\x04", "not a workbook that can be read"),
    "cut.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a workbook that can be read"),
    "cut.ods": (b"PK\x03\x04", "not a workbook that can be read"),
    "cut.gpkg": (b"SQLite format 3\0", "cannot be read"),
    "cut.shp": (b"\0\0\x27\x0a", "cannot be read"),
    "fake.xlsx": (b"contract_no\0\1", "of a kind that cannot be read"),
    "fake.gpkg": (b"<html><table>", "of a kind that cannot be read"),
    "cut.geojson": (b'{"type": "FeatureCollection", "features": [', "cannot be read"),
    "cut.parquet": (b"PAR1", "cannot be read"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_named_with_reason_and_next_step(name: str, tmp_path: Path):
    content, reason = UNUSABLE[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputFileError) as caught:
        read_ledger(path)
    assert str(path) in str(caught.value)
    assert reason in str(caught.value)
    assert caught.value.next_step


def test_a_directory_is_refused(tmp_path: Path):
    with pytest.raises(InputFileError, match="is a directory"):
        read_ledger(tmp_path)


@pytest.mark.parametrize("name", ["plain.xlsx", "layer.gpkg"])
def test_a_wrong_layer_is_answered_with_those_there_are(name: str, tmp_path: Path):
    path = WRITERS[name](tmp_path / name)
    with pytest.raises(InputFileError, match=r"has no (sheet|layer) x; it has: .*(台账|ledger)"):
        read_ledger(path, layer="x")


def test_a_truncated_workbook_is_refused(tmp_path: Path):
    path = WRITERS["plain.xlsx"](tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputFileError, match="not a workbook"):
        read_ledger(path)


def test_a_workbook_without_text_is_empty(tmp_path: Path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(InputFileError, match="is empty"):
        read_ledger(tmp_path / "a.xlsx")


def test_thirteen_hundred_rows_take_less_than_a_second(tmp_path: Path):
    rows = [
        {
            "contract_no": f"C{n}",
            "signed_on": f"20{n % 20:02d}-0{n % 9 + 1}-11",
            "area_mu": f"{n}.5",
            "premium_wan": f"{n},000.25",
            "start_agreed_after": "6m after delivery",
            "delivered_on": "未交地",
            "instalments": "2023-05-31 10000000 - 2023-07-20",
            "start_extensions": "/2023-06-15/2023-12-31",
            "government_periods": "2022-09-01/2023-02-28 G2 verified",
        }
        for n in range(1, 1_000)
    ] + [{"contract_no": f"D{n}"} for n in range(301)]
    began = time.process_time()  # other programs on the machine do not count
    read = ledger(tmp_path, rows)
    assert time.process_time() - began < 1
    assert len(read.columns) == 1_300
