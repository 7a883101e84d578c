"""The page of targets: the figures of the register, for who may see totals."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from urllib.parse import quote

import openpyxl
import pytest

from geodata.model.roles import Role
from service.maps.figures import grouped
from service.operations.demonstration import DEMO_AS_OF

DAY = f"as_of={DEMO_AS_OF.isoformat()}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_the_document_and_the_workbook_say_the_same(district_client, language):
    page = district_client.get(f"/targets?{DAY}&lang={language}").get_data(as_text=True)
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    assert document["as_of"] == DEMO_AS_OF.isoformat()
    targets = {target["id"]: target for target in document["targets"]}
    assert {"vacated_2025", "upgraded_2025", "transformed_2025"} <= set(targets)
    book = openpyxl.load_workbook(
        io.BytesIO(district_client.get(f"/targets.xlsx?{DAY}&lang={language}").data)
    )
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(targets)
    for target, row in zip(targets.values(), rows, strict=True):
        assert target["indicator" if language == "zh" else "indicator_en"] in page
        for figure in (target["done"], target["gap"], target["in_progress"]):
            assert grouped(figure, 2) in page
            assert figure in [cell and round(cell, 2) for cell in row if isinstance(cell, float)]


def test_the_targets_as_csv_have_the_keys_of_the_document(district_client):
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    written = district_client.get(f"/targets.csv?{DAY}").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(document["targets"][0])
    assert [row["done"] for row in rows] == [str(each["done"]) for each in document["targets"]]


def test_what_was_done_by_a_day_is_what_the_tally_of_that_day_counts(district_client, demo):
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    for line in demo.audited.content.tally.lines:
        (target,) = (each for each in document["targets"] if each["counted"] == [line.kind.value])
        assert target["done"] == float(round(line.done_mu, 2))


def test_a_leader_sees_all_and_a_park_manager_the_own_park(client_as):
    seen = client_as(Role.LEADER).get(f"/targets.json?{DAY}")
    assert seen.status_code == 200
    parks = {each["park"] for each in seen.get_json()["movements"]}
    park = min(parks)
    assert len(parks) > 1
    own = json.loads(client_as(Role.PARK_MANAGER, park).get(f"/targets.json?{DAY}").data)
    assert {each["park"] for each in own["movements"]} == {park}


def test_papers_that_disagree_are_shown_with_both_figures(district_client):
    page = district_client.get(f"/targets?{DAY}&lang=en").get_data(as_text=True)
    panel = page.partition("Where the papers disagree")[2].partition("</section>")[0]
    for figure in ("4,500", "5,000", "300", "100"):
        assert figure in panel
    assert "nobody has decided" in panel


def test_the_way_leads_from_the_district_to_the_parcel(district_client):
    """District, town, park, and from an entry to the contract on its land."""
    document = json.loads(district_client.get(f"/targets.json?{DAY}").data)
    town, park = next((each["town"], each["park"]) for each in document["movements"])
    steps = (
        f"/targets?{DAY}",
        f"/targets/entries?{DAY}&town={town}",
        f"/targets/entries?{DAY}&town={town}&park={park}",
    )
    pages = [district_client.get(path).get_data(as_text=True) for path in steps]
    assert f"town={quote(town)}" in pages[0]
    assert f"park={quote(park)}" in pages[1]
    door = re.search(r'<td><a href="(/contracts/[^"]+)">演示-低效', pages[2])
    assert door
    assert district_client.get(unescape(door[1])).status_code == 200


def test_who_may_not_look_at_contracts_gets_no_door_to_one(client_as):
    page = client_as(Role.LEADER).get(f"/targets/entries?{DAY}").get_data(as_text=True)
    assert "演示-低效" in page
    assert "/contracts/" not in page
