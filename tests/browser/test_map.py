"""The map as it is served: its land comes as tiles, over the database."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect

from geodata.model.codelists import Group
from geodata.model.roles import Role
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_database

pytestmark = pytest.mark.browser

PARK = "金山第二工业区"
TRANSFERS = """
    performance.getEntriesByType("resource").filter(({ name }) => name.includes("/tiles/parcels/"))
        .map(({ name, transferSize }) => [new URL(name).searchParams.get("as_of"), transferSize])
"""


def verdicts_on(site, law, day: str) -> Counter[str]:
    """How many contracts of the site the rules judge in each way."""
    view = map_of_database(site.engine, law, DEMO_AS_OF.fromisoformat(day), "en")
    return Counter(parcel.verdict.value for parcel in view.parcels)


def test_a_search_flies_to_a_parcel(open_map, site):
    shown = open_map()
    zoom = shown.page.evaluate("ParcelMap.map.getZoom()")
    shown.one("#search").press_sequentially("演示-2008-003")
    shown.one("#hits button").first.click()
    expect(shown.card()).to_contain_text("演示-2008-003")
    assert shown.page.evaluate("ParcelMap.map.getZoom()") > zoom
    shown.card().locator("a.button").click()
    expect(shown.one(".parcel-head")).to_contain_text("演示-2008-003")


def test_a_click_on_a_count_goes_nearer_and_on_a_parcel_opens_it(open_map):
    shown = open_map()
    zoom = shown.page.evaluate("ParcelMap.map.getZoom()")
    assert "count" in shown.drawn()[0]
    shown.page.evaluate(
        """(zoom) => {
            const [{ coords, features: [{ lines: [[x, y]] }] }] = ParcelMap.layers.parcels.tiles();
            const point = [coords.x * 256 + x, coords.y * 256 + y];
            ParcelMap.map.fire("click", { latlng: ParcelMap.map.unproject(point, zoom) });
        }""",
        zoom,
    )
    shown.page.wait_for_function("(zoom) => ParcelMap.map.getZoom() > zoom", arg=zoom)
    shown.click()
    expect(shown.card()).to_be_visible()


def test_the_slider_looks_ahead_by_keyboard_and_the_page_obeys_it(open_map, site, law):
    shown = open_map()
    shown.one("#time input").focus()
    for _ in range(12):
        shown.page.keyboard.press("ArrowRight")
    expect(shown.one("#time")).to_have_class("time ahead")
    expect(shown.one("#time output")).to_contain_text("2027-06")
    shown.page.wait_for_url("**as_of=2027-06-30**")
    assert shown.drawn_verdicts() == verdicts_on(site, law, "2027-06-30")
    expect(shown.one("#as-of")).to_have_value("2027-06-30")
    expect(shown.one(".bar.past")).to_be_visible()
    for link in shown.one(".bar nav a").all():
        assert "as_of=2027-06-30" in link.get_attribute("href")


def test_the_slider_looks_back(open_map, site, law):
    shown = open_map()
    shown.slide("2019-12-31")
    assert shown.drawn_verdicts() == verdicts_on(site, law, "2019-12-31")


def test_two_days_stand_side_by_side(open_map):
    shown = open_map()
    shown.one("#swipe").click()
    expect(shown.one(".swipe-rule")).to_have_attribute("data-before", "2025-06-30")
    expect(shown.one(".swipe-rule")).to_have_attribute("data-after", "2026-06-30")
    shown.one("#swipe").click()
    expect(shown.one(".swipe-rule")).to_have_count(0)


def test_the_legend_counts_and_filters(open_map):
    shown = open_map()
    assert shown.drawn_verdicts().total() == 1229
    idle = shown.group(Group.IDLE.value)
    expect(idle.locator(".count")).to_have_text("46")
    idle.hover()
    idle.locator("button").click()
    expect(shown.one("#shown")).to_contain_text("46 of 1,229")
    assert shown.drawn_verdicts().total() == 46


def test_what_is_kept_is_asked_for_again_and_not_sent_again(open_map):
    shown = open_map()
    shown.drawn()
    shown.page.reload()
    shown.page.locator("html[data-ready=map]").wait_for()
    shown.drawn()
    days, sizes = zip(*shown.page.evaluate(TRANSFERS), strict=True)
    assert set(days) == {str(DEMO_AS_OF)}
    assert max(sizes) <= 300, "headers only"


def test_a_park_manager_sees_the_own_park_and_starts_there(open_map):
    shown = open_map(role=Role.PARK_MANAGER)
    shown.zoom(13)
    assert {parcel["park"] for parcel in shown.drawn()} == {PARK}
    boxes = shown.one("input[data-filter=park]").all()
    assert [box.get_attribute("value") for box in boxes] == [PARK]
    shown.one("#search").press_sequentially("演示-20")
    expect(shown.one("#hits button").first).to_be_visible()


def test_an_address_can_ask_for_a_park(open_map):
    shown = open_map("?park=枫泾镇")
    assert {parcel["park"] for parcel in shown.drawn()} == {"枫泾镇"}
    assert shown.shown().startswith("153 of")


def test_what_was_known_on_an_earlier_day_comes_with_the_page(open_map):
    shown = open_map("?known_on=2020-01-01")
    assert shown.page.evaluate("ParcelMap.land.constructor.name") == "PackedLand"


def test_a_site_that_fails_is_told_and_what_is_shown_stays(open_map, windows):
    shown = open_map()
    count = len(shown.drawn())
    shown.page.evaluate(
        "() => { ParcelMap.land.addresses.counts = '/nowhere';"
        " void ParcelMap.setDay('2026-05-31'); }"
    )
    expect(shown.one("#trouble")).to_contain_text("reload")
    assert len(shown.drawn()) > count / 2
    windows[0].complaints.clear()  # the browser tells of every 404
