"""The pages in a real headless Chromium that can reach nothing but the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from service.app import create_app
from service.web.readings import Site
from tests.maps.samples import HOSTILE, district

from .conftest import Browser, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serving(create_app(site)) as found:
        yield found


def until(browser: Browser, condition: Callable[[], Any]) -> Any:
    wait = WebDriverWait(browser.driver, 20, poll_frequency=0.05)
    return wait.until(lambda _: condition())


def find(browser: Browser, selector: str) -> list[WebElement]:
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def test_hostile_text_runs_nowhere(browser, address):
    key = district().parcels[0].key.slug
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
