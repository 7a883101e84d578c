"""The pages in a real headless Chromium that can reach nothing but the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from service.app import create_app
from service.maps.assets import InlinedAssets
from service.maps.parcel_map import parcel_map
from service.web.readings import Site
from tests.conftest import PROJECT
from tests.maps.samples import HOSTILE, district

from .conftest import Browser, serving

pytestmark = pytest.mark.browser

SUSPECT = "path.parcel.Verdict-suspect_idle_1y"


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serving(create_app(site)) as found:
        yield found


def until(browser: Browser, condition: Callable[[], Any]) -> Any:
    wait = WebDriverWait(browser.driver, 20, poll_frequency=0.05)
    return wait.until(lambda _: condition())


def find(browser: Browser, selector: str) -> list[WebElement]:
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def open_map(browser: Browser, address: str) -> None:
    browser.driver.get(address)
    until(browser, lambda: find(browser, "html[data-ready=map] path.parcel"))


def click(browser: Browser, element: WebElement) -> None:
    ActionChains(browser.driver).move_to_element(element).click().perform()


def card(browser: Browser) -> str:
    """Text of the pop-up, once it has faded in."""
    return until(browser, lambda: "".join(e.text for e in find(browser, ".leaflet-popup .card")))


def test_the_map_shows_answers_and_obeys_without_a_network(browser, address):
    open_map(browser, f"{address}/map")
    parcels = find(browser, "path.parcel")
    assert len(parcels) == 58

    click(browser, find(browser, SUSPECT)[0])
    text = card(browser)
    for words in (
        "suspected idle, one year",
        "Not developed one full year",
        "2,400,000.00 yuan",
        "638 days late",
    ):
        assert words in text
    assert find(browser, ".leaflet-popup svg.timeline .late")
    assert "#parcel=" in browser.driver.current_url

    group = find(browser, 'input[data-filter=group][value=""]')[0]
    shown_before = find(browser, "#shown")[0].text
    group.click()
    assert find(browser, "#shown")[0].text != shown_before
    assert {"off"} == {"off" for p in find(browser, "path.Verdict-compliant.off")}
    assert not find(browser, f"{SUSPECT}.off")

    claim = find(browser, "path.claim")[0]
    assert not claim.is_displayed()
    find(browser, "input[data-layer=claim]")[0].click()
    assert claim.is_displayed()

    assert browser.complaints() == []
    asked = [url for url in browser.requests() if not url.startswith("data:")]
    assert len(asked) > 5
    assert {url[: len(address)] for url in asked} == {address}


def test_filters_combine_and_only_means_only(browser, address):
    open_map(browser, f"{address}/map")

    def shown() -> int:
        return len(find(browser, "path.parcel:not(.off)"))

    only = find(browser, 'button[data-only=verdict][value="overdue_start"]')[0]
    browser.driver.execute_script("arguments[0].click()", only)
    starts = shown()
    assert starts == len(find(browser, "path.Verdict-overdue_start"))
    find(browser, 'input[data-filter=park][value="东园"]')[0].click()
    assert 0 < shown() < starts
    for kind in ("verdict", "park"):
        browser.driver.execute_script(
            "arguments[0].click()", find(browser, f"button[data-all={kind}]")[0]
        )
    assert shown() == 58
    assert browser.complaints() == []


def test_a_search_leads_to_the_parcel(browser, address):
    open_map(browser, f"{address}/map")
    ActionChains(browser.driver).send_keys("/").perform()
    field = browser.driver.switch_to.active_element
    assert field.get_attribute("id") == "search"
    field.send_keys("GB00013", Keys.ENTER)
    assert "项目13" in card(browser)


def test_an_address_opens_its_parcel_and_a_page_leads_back(browser, address):
    key = district().parcels[13].key.slug
    browser.driver.get(f"{address}/contracts/{key}")
    assert until(browser, lambda: find(browser, "svg.timeline"))
    find(browser, "main a.button")[0].click()
    assert "项目13" in card(browser)
    find(browser, ".leaflet-popup a.button")[0].click()
    until(browser, lambda: "/contracts/" in browser.driver.current_url)
    assert browser.complaints() == []


def test_hostile_text_runs_nowhere(browser, address):
    key = district().parcels[0].key.slug
    open_map(browser, f"{address}/map#parcel={key}")
    assert HOSTILE in card(browser)
    browser.driver.get(f"{address}/contracts/{key}")
    assert HOSTILE in find(browser, "h1")[0].text
    assert browser.driver.execute_script("return window.stolen") is None
    assert browser.complaints() == []


@pytest.mark.parametrize("path", ["/", "/contracts", "/map"])
def test_nothing_is_wider_than_a_phone(browser, address, path):
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.driver.get(f"{address}{path}")
        width = browser.driver.execute_script("return document.documentElement.scrollWidth")
        assert width == 390
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_changing_the_day_asks_the_site_for_it(browser, address):
    browser.driver.get(f"{address}/contracts?group=idle")
    browser.driver.execute_script(
        "const day = document.getElementById('as-of'); day.value = '2024-02-29';"
        "day.dispatchEvent(new Event('change', { bubbles: true }));"
    )
    until(browser, lambda: "as_of=2024-02-29" in browser.driver.current_url)
    assert "group=idle" in browser.driver.current_url
    assert find(browser, ".bar.past")


def test_the_offline_page_asks_for_nothing(browser, tmp_path):
    page = tmp_path / "map.html"
    assets = InlinedAssets(PROJECT / "node_modules")
    page.write_text(parcel_map(district(), assets, lambda text: text), encoding="utf-8")
    open_map(browser, page.as_uri())
    click(browser, find(browser, SUSPECT)[0])
    assert "Not developed one full year" in card(browser)
    assert browser.complaints() == []
    asked = [url for url in browser.requests() if not url.startswith("data:")]
    assert asked == [page.as_uri()]


def test_the_basemap_is_asked_for_only_when_it_is_chosen(browser, site):
    with serving(create_app(replace(site, tianditu_key="K3Y"))) as address:
        open_map(browser, f"{address}/map")
        assert not [url for url in browser.requests() if "tianditu" in url]
        find(browser, "input[data-basemap=imagery]")[0].click()
        tiles = until(browser, lambda: [u for u in browser.requests() if "tianditu" in u])
    tile = r"https://t[0-7]\.tianditu\.gov\.cn/(img|cia)_w/wmts\?.*TILEMATRIX=\d+&.*&tk=K3Y"
    assert all(re.fullmatch(tile, url) for url in tiles)
    assert not [text for text in browser.complaints() if "Content Security Policy" in text]
