"""The tally as document, tables and workbook: the same figures everywhere."""

from __future__ import annotations

import io
import json
from datetime import date
from fractions import Fraction

import geopandas as gpd
import openpyxl
import pytest

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2
from service.operations.tallying import report_on
from service.reports.tally import TABLES, write_workbook, year_table
from service.reports.tally_document import write_json
from tests.geometry.shapes import plot

AS_OF = date(2025, 12, 31)
VACATED, UPGRADED = ClaimKind.VACATED, ClaimKind.UPGRADED


def entry(code, kind, area_mu, done_on=None, *, status=ClaimStatus.DONE, reversed_on=None):
    area_m2 = Fraction(area_mu) / MU_PER_M2
    return Claim(code, kind, status, done_on, reversed_on, area_m2, "朱泾镇", "一园", "")


@pytest.fixture
def report(law):
    """Golden case 35, with outlines for the land that is recorded twice."""
    register = [
        entry("A", VACATED, "352.00", date(2024, 3, 1)),
        entry("B", VACATED, "128.50", date(2024, 9, 1)),
        entry("C", VACATED, "60.25", date(2025, 2, 1)),
        entry("C again", UPGRADED, "60.25", date(2025, 8, 1)),
        entry("D", VACATED, "200", status=ClaimStatus.IN_PROGRESS),
        entry("E", VACATED, "10", date(2024, 1, 1), reversed_on=date(2025, 5, 1)),
    ]
    here = plot(0, 0, 200, 200)
    shapes = gpd.GeoSeries([None, None, here, here, None, None], crs=4549)
    return report_on(register, shapes.to_crs(4490), law, AS_OF)


@pytest.fixture
def document(report):
    stream = io.StringIO()
    write_json(report, stream)
    return json.loads(stream.getvalue())


def test_golden_case_35_as_a_document(document):
    targets = {target["id"]: target for target in document["targets"]}
    vacated = targets["vacated_2025"]
    assert (vacated["target"], vacated["done"], vacated["gap"]) == (1500.0, 540.75, 959.25)
    assert (vacated["share"], vacated["in_progress"], vacated["planned"]) == (0.3605, 200.0, 0.0)
    assert vacated["double_claimed_m2"] == pytest.approx(40_000, rel=1e-6)
    assert targets["upgraded_2025"]["done"] == 0.0
    transformed = targets["transformed_2025"]
    assert (transformed["target"], transformed["done"]) == (5000.0, 540.75)
    assert transformed["document"] != vacated["document"]
    assert transformed["counted"] == ["vacated", "upgraded"]


def test_a_reversal_stands_in_its_own_year(report, document):
    assert [row[:3] for row in year_table(report, "en").rows] == [
        ["2024", Fraction("490.50"), 0],
        ["2025", Fraction("60.25"), 10],
    ]
    assert sum(m["gained"] - m["withdrawn"] for m in document["movements"]) == 540.75


def test_the_areas_are_measured_in_three_ways(document):
    measured = document["measured"]
    assert (measured["with_outline"], measured["without_outline"]) == (2, 2)
    assert measured["grid_m2"] == pytest.approx(80_000, abs=0.1)
    assert 0 < 1 - measured["ellipsoid_m2"] / measured["grid_m2"] < 1e-3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_for_every_table_with_the_same_figures(report, language, tmp_path):
    write_workbook(report, tmp_path / "tally.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "tally.xlsx")
    assert len(book.sheetnames) == len(TABLES)
    for sheet, make in zip(book, TABLES, strict=True):
        table = make(report, language)
        assert [cell.value for cell in sheet[1]] == list(table.heads)
        assert sheet.max_row == 1 + len(table.rows)
    targets = book.worksheets[0]
    assert [row[5].value for row in targets.iter_rows(min_row=2)][:2] == [540.75, 0]
