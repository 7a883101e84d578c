"""The map of the site in a real headless Chromium: its land comes as tiles, over the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from selenium.webdriver.common.keys import Keys

from geodata.model.codelists import Group
from geodata.model.roles import Actor, Role
from service.operations.accounts import add_account
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_database
from service.operations.signing_in import sign_in_external

from .conftest import Browser, serving
from .map_page import MapPage

pytestmark = pytest.mark.browser

PARK = "枫泾镇"
DAY = f"as_of={DEMO_AS_OF}"


@pytest.fixture
def address(district_app) -> Iterator[str]:
    with serving(district_app) as found:
        yield found


@pytest.fixture
def open_as(browser: Browser, district_app, address) -> Iterator[Callable[..., MapPage]]:
    """Open an address of the site as a new account."""
    accounts = district_app.extensions["parcelwatch"].access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)

    def opened(path: str, role: Role = Role.AUDITOR, *parks: str) -> MapPage:
        name = f"{role.value}-{uuid4().hex[:12]}"
        add_account(accounts, keeper, name, role, parks, external_name=name)
        token = sign_in_external(accounts, name, "127.0.0.1")
        cookie = {"name": "parcelwatch_session", "value": token, "url": address}
        browser.driver.execute_cdp_cmd("Network.setCookie", cookie)
        return MapPage(browser, address + path)

    yield opened
    browser.driver.delete_all_cookies()


def test_the_map_works_with_the_network_cut_off(open_as, address, demo):
    page = open_as(f"/map?{DAY}")
    summary = demo.audited.content.summary
    cells = page.drawn()
    assert sum(cell["count"] for cell in cells) == summary.contract_count
    for group in Group:
        entry = page.one(f'.filter:has([data-filter=group][value="{group.value}"]) .count')
        assert int(entry.text.replace(",", "")) == summary.groups[group].count

    page.zoom(13)
    page.run("document.getElementById('search').focus()")
    page.one("#search").send_keys("演示-2008-003", Keys.ENTER)
    told = page.card()
    assert "演示-2008-003" in told
    assert page.one(".leaflet-popup .card a.button").get_attribute("href").startswith(address)

    before = page.shown()
    page.tick("group", Group.IDLE.value)
    page.until(lambda: page.shown() != before)
    assert all(parcel["groups"] != 2 for parcel in page.drawn())

    assert page.browser.complaints() == []
    asked = [url for url in page.browser.requests() if not url.startswith(("data:", "blob:"))]
    assert {url[: len(address)] for url in asked} == {address}
    assert any("/tiles/parcels/" in url and DAY in url for url in asked)


def test_a_click_on_a_count_goes_nearer_and_on_a_parcel_opens_it(open_as):
    page = open_as(f"/map?{DAY}")
    zoom = page.run("return ParcelMap.map.getZoom()")
    assert "count" in page.drawn()[0]
    page.run(
        "const [cell] = ParcelMap.layers.parcels.tiles().flatMap(({ coords, features }) =>"
        " features.map(({ lines: [[x, y]] }) => [coords.x * 256 + x, coords.y * 256 + y]));"
        "ParcelMap.map.fire('click', { latlng: ParcelMap.map.unproject(cell, arguments[0]) })",
        zoom,
    )
    page.until(lambda: page.run("return ParcelMap.map.getZoom()") > zoom)
    page.click()
    assert page.card()
    assert page.browser.complaints() == []


@pytest.mark.parametrize("day", ["2019-12-31", "2027-05-31"])
def test_the_slider_asks_for_another_day_and_the_page_obeys_it(open_as, demo, law, day):
    page = open_as(f"/map?{DAY}")
    page.slide(day)
    view = map_of_database(demo.engine, law, DEMO_AS_OF.fromisoformat(day), "en")
    judged = Counter(parcel.verdict.value for parcel in view.parcels)
    drawn = Counter()
    for cell in page.drawn():
        drawn[cell["verdict"]] += cell["count"]
    assert drawn == judged
    assert f"as_of={day}" in page.driver.current_url
    assert page.one("#as-of").get_attribute("value") == day
    assert page.find(".bar.past")
    links = page.find(".bar nav a")
    assert all(f"as_of={day}" in link.get_attribute("href") for link in links)
    assert page.browser.complaints() == []


def test_what_is_kept_is_asked_for_again_and_not_sent_again(open_as, browser):
    page = open_as(f"/map?{DAY}")
    page.drawn()
    page.driver.refresh()
    page.until(lambda: page.find("html[data-ready=map]"))
    sizes = page.run(
        "return performance.getEntriesByType('resource')"
        ".filter((e) => e.name.includes('/tiles/')).map((e) => e.transferSize)"
    )
    assert sizes
    assert max(sizes) <= 300, "headers only"


def test_a_park_manager_sees_the_own_park_and_starts_there(open_as):
    page = open_as(f"/map?{DAY}", Role.PARK_MANAGER, PARK)
    page.zoom(13)
    assert {parcel["park"] for parcel in page.drawn()} == {PARK}
    values = {box.get_attribute("value") for box in page.find("input[data-filter=park]")}
    assert values == {PARK}
    page.one("#search").send_keys("演示-20")
    page.until(lambda: page.find("#hits button"))
    assert page.browser.complaints() == []


def test_an_address_can_ask_for_a_park(open_as):
    page = open_as(f"/map?{DAY}&park={PARK}")
    assert {parcel["park"] for parcel in page.drawn()} == {PARK}
    assert page.shown().startswith("153 of")


def test_what_was_known_on_an_earlier_day_comes_with_the_page(open_as):
    page = open_as(f"/map?{DAY}&known_on=2020-01-01")
    assert page.run("return ParcelMap.land.constructor.name") == "PackedLand"
    assert page.browser.complaints() == []


def test_a_site_that_fails_is_told_and_what_is_shown_stays(open_as):
    page = open_as(f"/map?{DAY}")
    count = len(page.drawn())
    page.run("ParcelMap.land.addresses.counts = '/nowhere'; void ParcelMap.setDay('2026-05-31')")
    page.until(lambda: page.one("#trouble").is_displayed())
    assert "reload" in page.one("#trouble").text
    assert len(page.drawn()) > count / 2
