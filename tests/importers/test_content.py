"""Every kind of content is read by its catalogue: headers, units, blanks, rejections, detection."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputFileError, UsageError
from geodata.importers.content import ContentFile, read_content
from geodata.importers.detective import Outcome
from geodata.importers.headings import headings_of, normal, titled
from geodata.importers.kinds import detect_kind
from geodata.importers.ledger import read_ledger
from geodata.importers.suppliers import load_profiles
from geodata.model.attributes import Kind
from geodata.model.cells import CellError, read_cell, write_cell
from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.content import CATALOGUES, Catalogue
from geodata.model.content_lists import ContentKind, OccupancyRole

each_kind = pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=lambda c: c.kind.value)


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers)
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(
    tmp_path: Path, kind: ContentKind | None, *rows: Mapping[str, str], profile: str | None = None
) -> ContentFile:
    return read_content(write(tmp_path / "table.csv", rows), kind, profile=profile)


def example(catalogue: Catalogue) -> dict[str, object]:
    return {key: read_cell(catalogue.by_key[key], text) for key, text in catalogue.example.items()}


# Catalogues


def test_every_kind_has_its_catalogue():
    assert list(CATALOGUES) == list(ContentKind)


@each_kind
def test_a_catalogue_is_sound(catalogue: Catalogue):
    keys = {a.key for a in catalogue.attributes}
    assert len(keys) == len(catalogue.attributes)
    named = {*catalogue.key, *catalogue.any_of, *catalogue.example}
    assert named | {key for span in catalogue.spans for key in span} <= keys
    assert {catalogue.by_key[key].kind for span in catalogue.spans for key in span} <= {Kind.DATE}
    assert set(catalogue.example) >= {a.key for a in catalogue.required}
    assert all((a.codelist is not None) == (a.kind is Kind.CODE) for a in catalogue.attributes)
    assert all(write_cell(catalogue.by_key[k], v) for k, v in example(catalogue).items())


@each_kind
def test_no_header_means_two_columns(catalogue: Catalogue):
    owners: dict[str, set[str]] = {}
    for attribute in catalogue.attributes:
        for name in headings_of([attribute]):
            owners.setdefault(name, set()).add(attribute.key)
    assert [name for name, keys in owners.items() if len(keys) > 1] == []


@each_kind
def test_a_natural_key_cannot_be_mistaken(catalogue: Catalogue):
    texts = [key for key in catalogue.key if catalogue.by_key[key].kind is Kind.TEXT]
    row = example(catalogue)
    names = {catalogue.name_of(row)}
    for key in texts:
        for text in ("a~b", "a%7Eb", "a", "b"):
            names.add(catalogue.name_of(row | {key: text}))
    assert len(names) == 1 + 4 * len(texts)


# Reading


@each_kind
@pytest.mark.parametrize("language", ["key", "zh", "en"])
def test_headers_by_key_and_title_with_unit(catalogue: Catalogue, language: str, tmp_path: Path):
    def header(key: str) -> str:
        return key if language == "key" else titled(catalogue.by_key[key], language)

    row = {header(key): text for key, text in catalogue.example.items()}
    found = read(tmp_path, catalogue.kind, row)
    assert (found.issues, found.rejected, found.unknown_headers) == ((), (), ())
    assert list(found.rows) == [example(catalogue)]
    assert found.kind is catalogue.kind
    assert found.profile == catalogue.kind.value


@each_kind
def test_a_column_that_is_needed_and_missing_is_named(catalogue: Catalogue, tmp_path: Path):
    for attribute in catalogue.required:
        row = {key: text for key, text in catalogue.example.items() if key != attribute.key}
        with pytest.raises(InputFileError, match=f"no column {attribute.key} \\({attribute.zh}"):
            read(tmp_path, catalogue.kind, row)


@each_kind
def test_a_blank_that_is_needed_sends_its_row_back(catalogue: Catalogue, tmp_path: Path):
    for attribute in catalogue.required:
        found = read(tmp_path, catalogue.kind, {**catalogue.example, attribute.key: ""})
        assert [(i.row, i.line, i.column) for i in found.rejected] == [(1, 2, attribute.key)]
        assert f"has no {attribute.key} ({attribute.zh})" in found.rejected[0].text()
        assert (found.row_count, len(found.rows), found.row_no) == (1, 0, [])


@each_kind
def test_a_row_that_is_named_like_another_is_sent_back(catalogue: Catalogue, tmp_path: Path):
    found = read(tmp_path, catalogue.kind, dict(catalogue.example), dict(catalogue.example))
    (issue,) = found.rejected
    assert issue.row == 2
    assert issue.text().startswith(f"Row 1 has the same {', '.join(catalogue.key)}")


def test_a_row_that_names_nothing_is_sent_back(tmp_path: Path):
    rows = [
        {"observed_on": "2026-01-05", "contract_no": "A", "parcel_code": ""},
        {"observed_on": "2026-01-05", "contract_no": "", "parcel_code": "P"},
        {"observed_on": "2026-01-05", "contract_no": "", "parcel_code": ""},
    ]
    found = read(tmp_path, ContentKind.OBSERVATIONS, *rows)
    (issue,) = found.rejected
    assert (issue.row, issue.text()) == (3, "The row needs one of: contract_no, parcel_code.")


@each_kind
def test_a_span_that_runs_backwards_is_sent_back(catalogue: Catalogue, tmp_path: Path):
    for begin, end in catalogue.spans:
        row = {**catalogue.example, begin: "2024-05-02", end: "2024-05-01"}
        (issue,) = read(tmp_path, catalogue.kind, row).rejected
        assert (issue.column, issue.value) == (end, "2024-05-01")
        assert issue.text() == f"{end} lies before {begin} (2024-05-02)."
        same_day = {**row, end: "2024-05-02"}
        assert read(tmp_path, catalogue.kind, same_day).rejected == ()


def test_a_needed_cell_that_cannot_be_read_is_told_once(tmp_path: Path):
    row = {"uscc": "91310116MA1J00006H", "year": "last year"}
    (issue,) = read(tmp_path, ContentKind.ENTERPRISE_YEARS, row).rejected
    assert (issue.column, issue.value) == ("year", "last year")
    assert "not a year" in issue.text()


def test_units_of_headers_are_converted(tmp_path: Path):
    row = {
        "统一社会信用代码": "X",
        "年份": "2025年",
        "工业总产值（万元）": "1.5",
        "从业人数(人)": "12",
    }
    found = read(tmp_path, ContentKind.ENTERPRISE_YEARS, row)
    assert list(found.rows) == [
        {"uscc": "X", "year": 2025, "output_yuan": 15_000, "staff_count": 12}
    ]
    shared = {"uscc": "X", "parcel_code": "P", "role": "承租", "占地面积（亩）": "3", "份额": "1/3"}
    (row,) = read(tmp_path, ContentKind.OCCUPANCIES, shared).rows
    assert row["role"] == OccupancyRole.TENANT.position
    assert (row["occupied_m2"], row["share"]) == (2_000, Fraction(1, 3))


def test_columns_nobody_knows_are_kept(tmp_path: Path):
    rows = [{"编号": "K1", "类型": "腾退", "状态": "计划", "面积": "9", "网格员": "甲"}]
    found = read(tmp_path, ContentKind.CLAIMS, *rows)
    assert found.unknown_headers == ("网格员",)
    assert found.extras["网格员"].tolist() == ["甲"]


def test_a_ledger_read_as_content_is_the_ledger(tmp_path: Path):
    path = write(tmp_path / "a.csv", [{"contract_no": "A", "area_mu": "3", "x": "y"}])
    content, ledger = read_content(path), read_ledger(path)
    assert content.kind is ContentKind.LEDGER
    assert list(content.rows) == [{"contract_no": "A", "area_m2": 2_000}]
    assert ledger.columns.exact["area_m2"].fraction(0) == 2_000
    assert (ledger.sha256, ledger.profile, ledger.layer) == (content.sha256, "ledger", "")


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.YEAR, "2024", 2024),
        (Kind.YEAR, 2024.0, 2024),
        (Kind.YEAR, "２０２４年", 2024),
        (Kind.COUNT, "1,200", 1200),
        (Kind.COUNT, 0, 0),
        (Kind.DIGEST, "AB" * 32, "ab" * 32),
    ],
)
def test_cells_of_the_further_kinds(kind: Kind, raw: object, value: object):
    attribute = next(a for c in CATALOGUES.values() for a in c.attributes if a.kind is kind)
    assert read_cell(attribute, raw) == value
    assert read_cell(attribute, write_cell(attribute, value)) == value


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        (Kind.YEAR, "24", "not a year"),
        (Kind.YEAR, "1948", "not a year"),
        (Kind.YEAR, "2200", "not a year"),
        (Kind.YEAR, "2024.5", "not a year"),
        (Kind.COUNT, "1.5", "not a whole number"),
        (Kind.COUNT, "-1", "negative"),
        (Kind.DIGEST, "ab" * 31, "64 hexadecimal"),
        (Kind.DIGEST, "zz" * 32, "64 hexadecimal"),
        (Kind.EXACT, "9" * 5_000, "too large"),
    ],
)
def test_cells_that_cannot_be_read(kind: Kind, raw: object, reason: str):
    attribute = next(a for c in CATALOGUES.values() for a in c.attributes if a.kind is kind)
    with pytest.raises(CellError, match=reason):
        read_cell(attribute, raw)


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["9" * 5_000, "2024", "1/0", "%", "；", "2024-02-30", "1900-01-01", "无", "是"]
    ),
    st.dates().map(str),
    st.decimals(allow_nan=True).map(str),
)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_cells_are_read_or_sent_back(tmp_path_factory: pytest.TempPathFactory, data):
    """No row is lost, and none is read without what it needs; never a traceback."""
    catalogue = data.draw(st.sampled_from(list(CATALOGUES.values())))
    row = st.fixed_dictionaries(
        {
            a.key: cells if a.key in catalogue.key else cells | st.just("")
            for a in catalogue.attributes
        }
    )
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    first = dict(catalogue.example)
    path = write(tmp_path_factory.mktemp("any") / "a.csv", [first, *rows])
    found = read_content(path, catalogue.kind)
    assert found.row_count == len(found.rows) + len({issue.row for issue in found.rejected})
    assert found.rows[0] == dict.fromkeys(found.rows[0]) | example(catalogue)
    names = [catalogue.name_of(typed) for typed in found.rows]
    assert len(set(names)) == len(names)
    assert all(typed[a.key] is not None for typed in found.rows for a in catalogue.required)
    assert all(issue.text() for issue in (*found.rejected, *found.issues))


# Detection


@each_kind
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_whole_table_is_known_by_its_headers(catalogue: Catalogue, language: str):
    verdict = detect_kind([titled(a, language) for a in catalogue.attributes])
    assert (verdict.outcome, verdict.answer()) == (Outcome.CERTAIN, catalogue.kind)


def test_where_two_kinds_fit_the_reader_is_asked(tmp_path: Path):
    headers = ["contract_no", "observed_on", "note"]
    verdict = detect_kind(headers)
    assert verdict.outcome is Outcome.ASK
    assert verdict.answers == (ContentKind.LEDGER, ContentKind.OBSERVATIONS)
    row = dict(zip(headers, ("A", "2026-01-05", "x"), strict=True))
    with pytest.raises(UsageError, match=r"ledger \(履约台账\), observations \(履约巡查\).*--kind"):
        read(tmp_path, None, row)
    assert read(tmp_path, ContentKind.OBSERVATIONS, row).rows[0]["observed_on"] == date(2026, 1, 5)


def test_headers_of_nothing_are_told():
    verdict = detect_kind(["甲", "乙", ""])
    assert (verdict.outcome, verdict.answers) == (Outcome.REFUSED, ())
    with pytest.raises(UsageError, match="甲, 乙"):
        verdict.answer()


# Suppliers


def test_every_profile_of_every_kind_is_sound():
    for kind in ContentKind:
        own, *others = load_profiles(kind)
        assert own.name == kind.value
        for profile in others:
            assert set(profile.titles) == {"zh", "en"}
            assert set(own.headings) <= set(profile.headings)


def test_a_ledger_of_land_not_used(tmp_path: Path):
    row = {
        "合同编号": "沪金(2023)1号",
        "监管号": "3101162023B00001",
        "用地单位": "甲公司",
        "地块位置": "示例路",
        "用地面积（亩）": "30",
        "成交价款（万元）": "1200",
        "供地方式": "挂牌出让",
        "签约日期": "2023.01.05".replace(".", "-"),
        "交地时间": "2023-03-01",
        "约定动工时间": "未约定",
        "开工时间": "未开工",
        "竣工时间": "—",
        "目前状态": "超期未开工",
        "逾期天数": "120",
        "照片日期": "2024-06-01",
    }
    found = read(tmp_path, None, row)
    assert (found.kind, found.profile) == (ContentKind.LEDGER, "supplied_unused")
    assert (found.rejected, found.unknown_headers) == ((), ("目前状态", "逾期天数"))
    (typed,) = found.rows
    assert (typed["area_m2"], typed["premium_yuan"]) == (20_000, 12_000_000)
    assert typed["observed_on"] == date(2024, 6, 1)
    assert typed["start_on"] is typed["completion_on"] is typed["start_agreed_on"] is None


def test_an_area_without_a_unit_is_not_guessed(tmp_path: Path):
    row = {"合同编号": "A", "用地单位": "甲", "地块位置": "乙", "开工时间": "/", "用地面积": "30"}
    found = read(tmp_path, None, row)
    assert found.unknown_headers == ("用地面积",)
    assert "area_m2" not in found.rows[0]


def test_a_ledger_of_idle_land(tmp_path: Path):
    row = {
        "监管号": "3101162023B00001",
        "使用权人": "甲公司",
        "中止日期": "2023-05-10",
        "已投资额（万元）": "20",
        "总投资额（万元）": "100",
        "认定日期": "2024-07-01",
        "认定书送达日期": "2024-07-08",
        "销号日期": "2025-01-01",
    }
    found = read(tmp_path, None, row)
    assert (found.profile, found.unknown_headers) == ("idle_land", ("认定日期", "销号日期"))
    (typed,) = found.rows
    assert typed["contract_no"] == typed["supervision_no"] == "3101162023B00001"
    assert typed["idle_determined_on"] == date(2024, 7, 8)
    assert (typed["invested_yuan"], typed["investment_total_yuan"]) == (200_000, 1_000_000)


def test_a_tracking_card(tmp_path: Path):
    row = {
        "供地文号": "示例〔2023〕1号",
        "用地者": "甲公司",
        "实际供地面积（公顷）": "2.94",
        "规定开工日期": "2023-09-30",
        "规定竣工日期": "2025-09-30",
        "约定容积率": "1.2",
        "填卡日期": "2024-06-01",
    }
    found = read(tmp_path, None, row)
    assert (found.profile, found.unknown_headers) == ("tracking_card", ("供地文号", "约定容积率"))
    (typed,) = found.rows
    assert (typed["contract_no"], typed["area_m2"]) == ("示例〔2023〕1号", 29_400)


def test_a_ledger_of_land_not_supplied(tmp_path: Path):
    row = {
        "用地批文": "沪府土〔2023〕1号",
        "批复日期": "2023年4月12日",
        "批复面积（公顷）": "8",
        "剩余面积（亩）": "45",
        "消化时限": "——",
        "责任镇": "示例镇",
    }
    found = read(tmp_path, None, row)
    assert (found.kind, found.profile) == (ContentKind.APPROVALS, "approved_unsupplied")
    (typed,) = found.rows
    assert (typed["approved_m2"], typed["remaining_m2"]) == (80_000, 30_000)
    assert (typed["deadline_on"], typed["responsible"]) == (None, "示例镇")


def test_government_periods_are_typed(tmp_path: Path):
    row = {
        "合同编号": "A",
        "起始日期": "2024-06-01",
        "终止日期": "",
        "原因": "规划修改",
        "核实状态": "已核实",
    }
    (typed,) = read(tmp_path, None, row).rows
    assert typed["ends_on"] is None
    assert typed["cause"] == GovernmentCause.G2.position
    assert typed["status"] == PeriodStatus.VERIFIED.position


def test_a_normal_header_of_a_unit_is_one_name():
    assert normal("约定亩均税收（万元/亩·年）") in headings_of(
        CATALOGUES[ContentKind.LEDGER].attributes
    )
