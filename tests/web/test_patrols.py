"""The patrol plan on the site: days with reasons and ways, files for receivers, one's own parks."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from geodata.model.roles import Role
from tests.conftest import NOON

pytestmark = pytest.mark.writes

DAY = f"as_of={NOON.date().isoformat()}"
GPX = "{http://www.topografix.com/GPX/1/1}"
PARK, OTHER = "枫泾镇", "亭林镇"
ROUTE_PARTS = ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept")
POINT_PARTS = ("ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym")


@pytest.fixture
def auditor(client_as):
    return client_as(Role.AUDITOR)


def plan_of(client, query: str = "") -> dict:
    return client.get(f"/patrols/plan.json?{DAY}&{query}").get_json()


def test_the_page_shows_each_visit_with_its_reasons_and_the_form(auditor):
    plan = plan_of(auditor, "per_day=3&days=2")
    page = auditor.get(f"/patrols/plan?{DAY}&per_day=3&days=2&lang=en").text
    visits = [visit for day in plan["days"] for visit in day["visits"]]
    assert [len(day["visits"]) for day in plan["days"]] == [3, 3]
    assert all(visit["contract_no"] in page for visit in visits)
    assert page.count("Record a patrol") == page.count('r="9"') == 6
    assert page.count('class="route-map"') == 2
    assert "no rule of law" in page


def test_gpx_has_the_structure_of_its_schema_and_the_places_of_the_plan(auditor):
    response = auditor.get(f"/patrols/plan.gpx?{DAY}&days=3")
    assert response.content_type == "application/gpx+xml"
    root = ET.fromstring(response.data)
    assert (root.tag, root.get("version"), bool(root.get("creator"))) == (f"{GPX}gpx", "1.1", True)
    metadata, *routes = root
    assert metadata.tag == f"{GPX}metadata"
    assert {route.tag for route in routes} == {f"{GPX}rte"}
    places = []
    for number, route in enumerate(routes, start=1):
        in_order(route, ROUTE_PARTS)
        assert route.findtext(f"{GPX}number") == str(number)
        for point in route.iter(f"{GPX}rtept"):
            in_order(point, POINT_PARTS)
            assert point.keys() == ["lat", "lon"]
            places.append((float(point.get("lon")), float(point.get("lat"))))
    visits = [visit for day in plan_of(auditor, "days=3")["days"] for visit in day["visits"]]
    assert places == [(visit["longitude_deg"], visit["latitude_deg"]) for visit in visits]
    assert all(120 < lon < 123 and 30 < lat < 32 for lon, lat in places)


def in_order(element: ET.Element, parts: tuple[str, ...]) -> None:
    """The children are those of the schema, in its sequence."""
    places = [parts.index(child.tag.removeprefix(GPX)) for child in element]
    assert places == sorted(places)


def test_the_workbook_has_a_row_for_each_visit(auditor):
    book = openpyxl.load_workbook(io.BytesIO(auditor.get(f"/patrols/plan.xlsx?{DAY}").data))
    plan = plan_of(auditor)
    visits = [visit["contract_no"] for day in plan["days"] for visit in day["visits"]]
    assert [row[3] for row in book.active.iter_rows(min_row=2, values_only=True)] == visits


def test_a_park_manager_is_sent_to_the_own_park_only(client_as):
    manager = client_as(Role.PARK_MANAGER, PARK)
    page = manager.get(f"/patrols/plan?{DAY}")
    assert page.status_code == 200
    assert f"· {PARK}</h2>" in page.text
    assert OTHER not in page.text
    other = manager.get(f"/patrols/plan?{DAY}&park={OTHER}").text
    assert 'class="route-map"' not in other


@pytest.mark.parametrize("query", ["per_day=0", "per_day=31", "days=-1", "days=x", "per_day=²"])
def test_numbers_that_are_none_are_refused_in_words(auditor, query):
    response = auditor.get(f"/patrols/plan?{query}&lang=en")
    assert response.status_code == 400
    assert "is no number from 1 to 30" in response.text


def test_no_other_form_is_made(auditor):
    assert auditor.get("/patrols/plan.kml").status_code == 400
