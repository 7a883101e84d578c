"""The report on data quality: tables, workbook, JSON and map tell the same issues."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geodata.geometry.quality.check import check_outlines
from geodata.geometry.quality.issue import QualityReport, in_order
from geodata.geometry.quality.survey import survey
from geodata.geometry.repair import repair
from geodata.importers.attribute_quality import check_facts
from geodata.model.columns import from_rows
from geodata.model.quality_lists import (
    FactFault,
    QualitySeverity,
    RepairPolicy,
    ShapeFault,
)
from geodata.settings import Tolerances
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.quality_map import QualityView, quality_map
from service.reports.quality import (
    count_table,
    issue_table,
    repair_table,
    write_quality_json,
    write_quality_workbook,
)
from tests.conftest import PROJECT

HOSTILE = '</script><img src=x onerror="window.stolen=1">{{7*7}}'
EAST, NORTH = 628_300, 3_402_900


def plot(left: float, bottom: float, right: float, top: float) -> shapely.Polygon:
    return shapely.box(EAST + left, NORTH + bottom, EAST + right, NORTH + top)


BOW_TIE = shapely.Polygon(
    [(EAST + 200, NORTH), (EAST + 240, NORTH + 40), (EAST + 240, NORTH), (EAST + 200, NORTH + 40)]
)
SHAPES = gpd.GeoSeries(
    [plot(0, 0, 100, 100), plot(90, 0, 180, 100), BOW_TIE, plot(0, 200, 9, 209)], crs=4549
)
KEYS = ["A", HOSTILE, "C", "D"]


@pytest.fixture(scope="module")
def report() -> QualityReport:
    tolerances = Tolerances()
    rows = [{"contract_no": key, "far_max": Fraction(99)} for key in KEYS[:1]]
    columns = from_rows(rows)
    facts = check_facts(columns, KEYS[:1])
    surveyed = survey(SHAPES, KEYS, tolerances, stated_m2=[10_000, 9_000, 800, 100])
    repaired = repair(SHAPES.to_numpy(), [RepairPolicy.MAKE_VALID], tolerances)
    return QualityReport(
        source="宗地.gpkg",
        parcel_count=4,
        issues=in_order([*facts, *check_outlines(surveyed)]),
        repairs=tuple(replace(each, row=each.row + 1) for each in repaired.repairs),
    )


def test_issues_are_counted_by_kind_and_severity(report: QualityReport):
    assert report.counts == {
        (ShapeFault.SELF_INTERSECTION, QualitySeverity.ERROR): 1,
        (ShapeFault.OVERLAP, QualitySeverity.ERROR): 1,
        (ShapeFault.AREA_DIFFERS, QualitySeverity.ERROR): 1,
        (FactFault.OUT_OF_RANGE, QualitySeverity.WARNING): 1,
    }
    assert list(report.by_severity.values()) == [3, 1, 0]
    assert sum(row[-1] for row in count_table(report, "en").rows) == len(report.issues)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_shows_every_issue(report: QualityReport, tmp_path: Path, language: str):
    path = tmp_path / "report.xlsx"
    write_quality_workbook(report, path, language)
    book = openpyxl.load_workbook(path)
    tables = (count_table, issue_table, repair_table)
    assert book.sheetnames == [table(report, language).title for table in tables]
    issues = list(book.worksheets[1].iter_rows(values_only=True))
    assert len(issues) == 1 + len(report.issues)
    overlap = next(row for row in issues if row[0] == ShapeFault.OVERLAP.label(language))
    assert overlap[1] == QualitySeverity.ERROR.label(language)
    assert overlap[7] == pytest.approx(1000)
    longitude, latitude = map(float, overlap[6].split(","))
    assert (longitude, latitude) == pytest.approx((121.34, 30.74), abs=0.01)
    assert overlap[4] == "2, 1"  # beside their parcels, which stand in the order of their names


def test_the_document_tells_the_same(report: QualityReport):
    stream = io.StringIO()
    write_quality_json(report, stream, "en")
    document = json.loads(stream.getvalue())
    assert document["severities"] == {"error": 3, "warning": 1, "note": 0}
    assert sum(entry["count"] for entry in document["counts"]) == len(document["issues"])
    by_type = {issue["type"]: issue for issue in document["issues"]}
    overlap = by_type["overlap"]
    assert (overlap["measured"], overlap["unit"]) == (pytest.approx(1000), "m2")
    assert sorted(overlap["parcels"]) == sorted(KEYS[:2])
    assert shapely.geometry.shape(overlap["where"]).is_valid
    assert by_type["out_of_range"]["values"] == ["99"]
    assert by_type["out_of_range"]["where"] is None
    assert document["repairs"] == [
        {"row": 3, "policy": "make_valid", "made": False, "area_change": None}
    ]


# --- The map -----------------------------------------------------------------------------------


def page(report: QualityReport, language: str = "en", **options: int) -> str:
    outlines = dict(zip(KEYS, SHAPES.to_crs(4490), strict=True))
    view = QualityView(report, language, "区", outlines)
    assets = InlinedAssets(PROJECT / "node_modules")
    return quality_map(view, assets, translator(language), **options)


def data_of(html: str) -> dict:
    return json.loads(re.search(r'id="page-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_page_is_one_file_in_either_language(report: QualityReport):
    for language, words in (("en", "Who must act"), ("zh", "处理责任方")):
        html = page(report, language)
        assert not re.search(r"<(script|img|iframe)[^>]*\ssrc=", html)
        assert set(re.findall(r'<link[^>]*href="([a-z]+):', html)) == {"data"}
        assert words in json.dumps(data_of(html), ensure_ascii=False)
        assert html == page(report, language)


def test_every_place_is_drawn_and_the_gravest_last(report: QualityReport):
    data = data_of(page(report))
    cards = data["cards"]
    assert [card["code"] for card in cards] == [
        *("self_intersection error", "overlap error", "area_differs error"),
        "out_of_range warning",
    ]
    spots = [f["properties"]["issue"] for f in data["layers"]["claim"]["features"]]
    assert spots == [2, 1, 0]
    areas = [f["properties"]["issue"] for f in data["layers"]["parcel"]["features"]]
    assert areas == [2, 1]
    assert len(data["layers"]["park"]["features"]) == 4
    (south, west), (north, east) = data["bounds"]
    assert south < 30.74 < north
    assert west < 121.34 < east
    assert ["Measured", "1,000.00 m²"] in cards[1]["facts"]


def test_a_hostile_name_stays_text(report: QualityReport):
    html = page(report)
    assert "<img src=x" not in html
    assert "{{7*7}}" not in re.search(r"<script>\s*var.*?</script>", html, re.DOTALL)[0]


def test_what_is_left_out_is_counted(report: QualityReport):
    html = page(report, feature_limit=1)
    assert "3 further issues" in html
    assert len(data_of(html)["cards"]) == 1


def test_a_report_without_issues_says_so():
    html = page(QualityReport("a.gpkg", 0, ()))
    assert "Nothing is wrong." in html
