"""Open entries beside those done: no land twice, whoever claims it, in whatever order."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from io import BytesIO, StringIO

import geopandas as gpd
import openpyxl
import pytest

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from service.compliance.indicators.plan_results import NoPlan, Plan
from service.operations.forecasting import report_on
from service.operations.open_land import open_land
from service.operations.planning import plan_land
from service.reports import forecast as forecast_files
from service.reports import plan as plan_files
from tests.geometry.shapes import plot

AS_OF = date(2026, 6, 30)
HECTARE_M2, SEED = 10_000, 5


def entry(code, status=ClaimStatus.PLANNED, done_on=None, cost=None, town="朱泾镇", planned=None):
    return Claim(
        *(code, ClaimKind.VACATED, status, done_on, None, Fraction(HECTARE_M2), town, "一园", ""),
        planned_on=planned,
        cost_yuan=None if cost is None else Fraction(cost),
    )


def outlines(*wests):
    shapes = [None if west is None else plot(west, 0, west + 100, 100) for west in wests]
    return gpd.GeoSeries(shapes, crs=4549).to_crs(4490)


@pytest.fixture
def overlapping():
    """One entry done; three open ones in a row, each half on the one before."""
    claims = [
        entry("DONE", ClaimStatus.DONE, date(2025, 1, 1)),
        *(entry("A", cost=10), entry("B", cost=20), entry("C", cost=30), entry("FAR")),
    ]
    return claims, outlines(0, 50, 100, 150, None)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
def test_land_is_counted_once_in_turn_and_alone(overlapping, order):
    claims, shapes = overlapping
    land = open_land([claims[at] for at in order], shapes.iloc[list(order)], {}, AS_OF)
    assert {pair.claim_code + pair.other_code for pair in land.overlaps} == {"AB", "BC"}
    halves = {code: float(share) for code, share in land.alone.items()}
    assert halves == pytest.approx({"DONE": 1, "A": 0.5, "B": 1, "C": 1}, abs=1e-6)
    assert sum(land.in_turn.values()) == pytest.approx(2.5, abs=1e-6)


def test_what_was_done_later_is_still_open_on_the_day(overlapping):
    claims, shapes = overlapping
    land = open_land(claims, shapes, {}, date(2024, 6, 30))
    assert float(land.alone["DONE"]) == 1
    assert "DONE" in {pair.claim_code for pair in land.overlaps} | {
        pair.other_code for pair in land.overlaps
    }


def test_the_plan_takes_one_of_two_that_overlap_and_lists_what_has_no_cost(law, overlapping):
    fields = {"until": "2026", "target:vacated_2025": "30"}
    report = plan_land(open_land(*overlapping, {}, AS_OF), law, AS_OF, fields)
    assert isinstance(report.plan, Plan)
    assert [taken.claim_code for taken in report.plan.taken] == ["B"]
    assert (report.plan.cost_yuan, report.plan.unpriced) == (20, ("FAR",))
    dearer = plan_land(open_land(*overlapping, {}, AS_OF), law, AS_OF, {**fields, "costs": "150"})
    assert dearer.plan.cost_yuan == 30


def test_a_plan_out_of_reach_names_what_binds(law, overlapping):
    fields = {"until": "2026", "target:vacated_2025": "30", "limit:town:mu": "10"}
    report = plan_land(open_land(*overlapping, {}, AS_OF), law, AS_OF, fields)
    assert isinstance(report.plan, NoPlan)
    document = plan_files.plan_document(report)
    assert document["plan"] is None
    (binding,) = document["no_plan"]["binding"]
    assert (binding["town"], binding["raise_by"]) == ("朱泾镇", 5)
    words = " ".join(plan_files.remarks(report, "en"))
    assert "cannot be reached" in words
    assert "bind" in words


def test_the_plan_is_the_same_as_document_and_workbook(law, overlapping):
    fields = {"until": "2026", "target:vacated_2025": "37"}
    report = plan_land(open_land(*overlapping, {}, AS_OF), law, AS_OF, fields)
    document = plan_files.plan_document(report)
    taken = {each["entry"] for each in document["plan"]["taken"]}
    stream = BytesIO()
    plan_files.write_workbook(report, stream, "zh")
    book = openpyxl.load_workbook(stream)
    assert {row[0].value for row in book["建议实施的条目"].iter_rows(min_row=2)} == taken
    assert taken == {"A", "C"}


def history(finished: int):
    """Entries done some days late, and open ones without an outline."""
    done = [
        entry(
            f"D{number}",
            ClaimStatus.DONE,
            date(2025, 1 + number % 12, 20),
            planned=date(2025, 1 + number % 12, 20 - number % 9),
        )
        for number in range(finished)
    ]
    still_open = [entry(f"O{number}", planned=date(2026, 11, 1)) for number in range(110)]
    claims = [*done, *still_open]
    promised = {claim.claim_code: claim.planned_on for claim in claims}
    return open_land(claims, outlines(*[None] * len(claims)), promised, AS_OF)


def test_where_the_record_is_thin_words_stand_instead_of_a_chance(law):
    report = report_on(history(18), law, AS_OF, draws=50, seed=SEED)
    assert forecast_files.forecast_document(report)["targets"] is None
    (said,) = forecast_files.remarks(report, "en")
    assert "18 entries" in said
    assert "19 are needed" in said


def test_the_forecast_is_the_same_as_document_and_workbook(law):
    report = report_on(history(24), law, AS_OF, draws=200, seed=SEED)
    text, book = StringIO(), BytesIO()
    forecast_files.write_json(report, text)
    forecast_files.write_workbook(report, book, "en")
    document = json.loads(text.getvalue())
    rows = list(openpyxl.load_workbook(book).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(document["targets"])
    for target, row in zip(document["targets"], rows, strict=True):
        assert row[4] == pytest.approx(target["chance"], abs=1e-4)
        assert round(row[6], 2) == target["band"]["low_90"][-1]
        assert 0 < len(target["levers"]) <= 20 or target["chance"] in (0, 1)
    assert document["seed"] == SEED


def test_after_all_terms_the_next_year_is_asked_for_and_said(law):
    report = report_on(history(24), law, AS_OF, draws=20)
    assert {each.goal.until_on for each in report.forecast.outlooks} == {date(2027, 12, 31)}
    assert "2025" in forecast_files.remarks(report, "en")[0]
    asked = report_on(history(24), law, AS_OF, until_year=2026, draws=20)
    assert {each.goal.until_on.year for each in asked.forecast.outlooks} == {2026}
