"""The map as it is served: parcels, search, time, two days, legend."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from geodata.model.codelists import Group

pytestmark = pytest.mark.browser

SETTLED = "() => ParcelMap.layers.parcels.settled()"
COLOURS = """
    () => {
        const found = {};
        for (const tile of ParcelMap.layers.parcels.tiles()) {
            const copy = new OffscreenCanvas(tile.width, tile.height);
            const pen = copy.getContext("2d", { willReadFrequently: true });
            pen.drawImage(tile, 0, 0);
            const { data } = pen.getImageData(0, 0, tile.width, tile.height);
            for (let at = 0; at < data.length; at += 4) {
                if (data[at + 3] < 200) continue;
                const colour = data.slice(at, at + 3).join();
                found[colour] = (found[colour] ?? 0) + 1;
            }
        }
        return found;
    }
"""


def colours(page: Page) -> dict[str, int]:
    """Pixels of the parcels by colour."""
    page.evaluate(SETTLED)
    found: dict[str, int] = page.evaluate(COLOURS)
    return found


def test_a_search_flies_to_a_parcel(visit):
    page = visit().open("/map", lang="en")
    zoom = page.evaluate("() => ParcelMap.map.getZoom()")
    assert sum(colours(page).values()) > 1000
    page.locator("#search").press_sequentially("演示-2008-003")
    page.locator("#hits button").first.click()
    card = page.locator(".leaflet-popup .card")
    expect(card).to_contain_text("演示-2008-003")
    assert page.evaluate("() => ParcelMap.map.getZoom()") > zoom
    card.locator("a.button").click()
    expect(page.locator(".parcel-head")).to_contain_text("演示-2008-003")


def test_the_slider_changes_the_colours(visit):
    page = visit().open("/map", lang="en")
    now = colours(page)
    slider = page.locator("#time input")
    day = page.locator("#time output")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#time")).to_have_class("time ahead")
    expect(day).to_contain_text("2027-06")
    page.wait_for_url("**as_of=2027-06-30**")
    ahead = colours(page)
    assert ahead != now
    expect(page.locator(".bar.past")).to_be_visible()


def test_two_days_stand_side_by_side(visit):
    page = visit().open("/map", lang="en")
    page.locator("#swipe").click()
    expect(page.locator(".swipe-rule")).to_have_attribute("data-before", "2025-06-30")
    expect(page.locator(".swipe-rule")).to_have_attribute("data-after", "2026-06-30")
    page.locator("#swipe").click()
    expect(page.locator(".swipe-rule")).to_have_count(0)


def test_the_legend_counts_and_filters(visit):
    page = visit().open("/map", lang="en")
    whole = sum(colours(page).values())
    entry = page.locator(f'.filter:has(input[data-filter=group][value="{Group.IDLE.value}"])')
    expect(entry.locator(".count")).to_have_text("46")
    entry.hover()
    entry.locator("button").click()
    expect(page.locator("#shown")).to_contain_text("46 of 1,229")
    assert 0 < sum(colours(page).values()) < whole / 2
