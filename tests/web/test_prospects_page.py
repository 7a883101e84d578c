"""Forecast, plan, entries and the choice between figures, over the demonstration district."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import openpyxl
import pytest

from geodata.model.roles import Role
from service.maps.figures import grouped
from service.operations.demonstration import DEMO_AS_OF

from .forms import PAGE, csrf_of

pytestmark = pytest.mark.writes

DAY = f"as_of={DEMO_AS_OF.isoformat()}"
CONFLICT = "vacated_upgraded_2025/transformed_2025"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_forecast_says_the_same_on_the_page_and_in_both_files(district_client, language):
    page = district_client.get(f"/targets/forecast?{DAY}&lang={language}").get_data(as_text=True)
    document = json.loads(district_client.get(f"/targets/forecast.json?{DAY}").data)
    workbook = district_client.get(f"/targets/forecast.xlsx?{DAY}&lang={language}").data
    rows = list(
        openpyxl.load_workbook(io.BytesIO(workbook))
        .worksheets[0]
        .iter_rows(min_row=2, values_only=True)
    )
    assert len(rows) == len(document["targets"])
    assert page.count("data-chart=") == len(document["targets"])
    for target, row in zip(document["targets"], rows, strict=True):
        low = target["band"]["low_90"][-1]
        assert row[6] == pytest.approx(low, abs=0.01)
        assert grouped(low, 2) in page
        for lever in target["levers"]:
            assert lever["entry"] in page
    assert str(document["seed"]) in page.replace(",", "")


def test_the_plan_answers_what_if(district_client):
    usual = json.loads(district_client.get(f"/targets/plan.json?{DAY}").data)
    assert usual["plan"]["is_cheapest"]
    page = district_client.get(f"/targets/plan?{DAY}&lang=en").get_data(as_text=True)
    for each in usual["plan"]["taken"]:
        assert each["entry"] in page
    for entry in usual["without_cost"]:
        assert entry in page
    dearer = json.loads(district_client.get(f"/targets/plan.json?{DAY}&costs=200").data)
    assert dearer["plan"]["cost_yuan"] == 2 * usual["plan"]["cost_yuan"]
    tight = f"/targets/plan?{DAY}&limit:town:mu=1&lang=en"
    part = district_client.get(tight, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "cannot be reached" in part
    assert "<html" not in part


def test_the_plan_opens_the_list_of_exactly_its_entries(district_client):
    asked = f"{DAY}&target:vacated_2025=1000"
    plan = json.loads(district_client.get(f"/targets/plan.json?{asked}").data)["plan"]
    page = district_client.get(f"/targets/plan?{asked}&lang=en").get_data(as_text=True)
    (link,) = re.findall(r'href="(/targets/entries\?[^"]*plan=[^"]*)"', page)
    listed = district_client.get(unescape(link)).get_data(as_text=True)
    assert set(re.findall("演示-低效-[0-9]+", listed)) == {each["entry"] for each in plan["taken"]}
    assert f"{len(plan['taken'])} entries" in listed


def test_a_question_that_cannot_be_read_keeps_what_was_typed(district_client):
    answer = district_client.get(f"/targets/plan?{DAY}&costs=much&lang=en")
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert 'value="much"' in page
    assert "cannot be" in page


def test_the_entries_of_a_place_lead_on_from_district_to_park(district_client):
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    town = document["movements"][0]["town"]
    own = [each for each in document["entries"] if each["town"] == town]
    page = district_client.get("/targets/entries", query_string={"town": town, "lang": "en"}).text
    assert f"{len(own)} entries" in page
    for each in own:
        assert each["entry"] in page
    park = own[0]["park"]
    inner = district_client.get("/targets/entries", query_string={"town": town, "park": park}).text
    assert "/contracts?park=" in inner


def test_means_and_entries_are_counted_alike_everywhere(district_client):
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    book = openpyxl.load_workbook(
        io.BytesIO(district_client.get(f"/targets.xlsx?{DAY}&lang=en").data)
    )
    entries = list(book["Register entries"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in entries] == [each["entry"] for each in document["entries"]]
    by_means = sum(line["entries"] for line in document["means"])
    assert by_means == len(entries)
    done = sum(each["counted"] for each in document["entries"] if each["status"] == "done")
    assert done == pytest.approx(sum(line["done"] for line in document["means"]), abs=1)


def test_a_choice_is_shown_with_who_and_why_and_the_next_one_follows_it(client_as):
    reviewer = client_as(Role.REVIEWER)
    for figure in ("transformed_2025", "vacated_upgraded_2025"):
        said = {"conflict": CONFLICT, "figure": figure, "reason": f"because {figure}"}
        said |= {"csrf": csrf_of(reviewer, "/targets")}
        answer = reviewer.post("/targets/choices", data=said, headers=PAGE)
        assert answer.status_code == 303
        page = reviewer.get(f"/targets?{DAY}&lang=en").text
        assert f"because {figure}" in page
        document = reviewer.get(f"/targets.json?{DAY}").get_json()
        (target,) = (each for each in document["targets"] if each["id"] == "vacated_2025")
        assert target["conflicts"][0]["shown_first"] == figure
    assert "because transformed_2025" in page
    assert "shown first by choice" in reviewer.get(f"/?{DAY}&lang=en").text


@pytest.mark.parametrize(
    "said",
    [
        {"conflict": CONFLICT, "figure": "transformed_2025", "reason": " "},
        {"conflict": CONFLICT, "figure": "vacated_2025", "reason": "why"},
        {"conflict": "none", "figure": "transformed_2025", "reason": "why"},
    ],
)
def test_a_choice_without_reason_or_figure_is_refused(client_as, said):
    client = client_as(Role.REVIEWER)
    asked = {**said, "csrf": csrf_of(client, "/targets")}
    assert client.post("/targets/choices", data=asked, headers=PAGE).status_code == 400
