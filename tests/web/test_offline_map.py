"""The map as one file in a real headless Chromium, opened from the disk without a network."""

from __future__ import annotations

import base64
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pytest
from flask import Flask, Response, request
from pyproj import Transformer
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from geodata.geometry.measure import planar_area_m2
from geodata.geometry.shifts import to_gcj02
from geodata.model.codelist import channels
from geodata.model.codelists import Group, Verdict
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.basemaps import Basemaps
from service.maps.parcel_map import parcel_map
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_file
from tests.conftest import PROJECT
from tests.maps.samples import AS_OF, HOSTILE, district, square

from .conftest import serving
from .map_page import MapPage

pytestmark = pytest.mark.browser

ASSETS = InlinedAssets(PROJECT / "node_modules")
VIEW = district()


MARK = """
    const found = [];
    for (const tile of document.querySelectorAll(".leaflet-tile-pane canvas")) {
        const { width, height } = tile;
        const pixels = tile.getContext("2d").getImageData(0, 0, width, height).data;
        const corner = ParcelMap.map.project(ParcelMap.map.containerPointToLatLng([0, 0]));
        const box = tile.getBoundingClientRect();
        const pane = ParcelMap.map.getContainer().getBoundingClientRect();
        for (let at = 0; at < pixels.length; at += 4) {
            if (pixels[at] < 200 || pixels[at + 3] < 200) continue;
            const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
            found.push([corner.x + box.x - pane.x + x + 0.5, corner.y + box.y - pane.y + y + 0.5]);
        }
    }
    const middle = (axis) => found.reduce((sum, point) => sum + point[axis], 0) / found.length;
    return found.length > 20 ? [middle(0), middle(1)] : null;
"""


@pytest.fixture
def open_file(browser, tmp_path) -> Callable[..., MapPage]:
    def opened(view=VIEW, language="en", fragment="") -> MapPage:
        page = tmp_path / "map.html"
        page.write_text(parcel_map(view, ASSETS, translator(language)), encoding="utf-8")
        return MapPage(browser, page.as_uri() + fragment)

    return opened


@pytest.fixture(scope="module")
def demo_file(demo, law, tmp_path_factory) -> str:
    """The demonstration district as one file."""
    view = map_of_file(demo.files.ledger, demo.files.district, law, DEMO_AS_OF, "zh")
    page = tmp_path_factory.mktemp("offline") / "district.html"
    page.write_text(parcel_map(view, ASSETS, translator("zh")), encoding="utf-8")
    return page.as_uri()


def of_the_outside(page: MapPage) -> list[str]:
    return [url for url in page.browser.requests() if not url.startswith(("file:", "data:"))]


def test_it_shows_answers_and_obeys_without_a_network(open_file):
    page = open_file()
    drawn = page.drawn()
    assert len(drawn) == 58
    assert Counter(parcel["verdict"] for parcel in drawn)["suspect_idle_1y"] == 4

    page.click(verdict="suspect_idle_1y")
    told = page.card()
    for words in (
        "suspected idle, one year",
        "Not developed one full year",
        "2,400,000.00 yuan",
        "638 days late",
    ):
        assert words in told
    assert page.find(".leaflet-popup svg.timeline .late")
    assert "#parcel=" in page.driver.current_url
    assert any("chosen" in parcel["classes"] for parcel in page.drawn())

    before = page.shown()
    page.tick("group", "")
    assert page.shown() != before
    assert {parcel["groups"] for parcel in page.drawn()} == {5, 2, 7}

    claim = page.find("path.claim")[0]
    assert not claim.is_displayed()
    page.run("arguments[0].click()", page.one("input[data-layer=claim]"))
    assert claim.is_displayed()

    assert page.browser.complaints() == []
    assert of_the_outside(page) == []


@pytest.mark.parametrize(
    "verdict", ["idle_confirmed", "overdue_start", "supplied_unused", "used_not_full", "due_soon"]
)
def test_a_parcel_has_the_colour_of_its_verdict(open_file, verdict):
    page = open_file()
    red, green, blue, opacity = page.colour(verdict=verdict)
    tone = Verdict.of(verdict).tone
    assert opacity == pytest.approx(0.86 * 255, abs=2)
    assert (red, green, blue) == pytest.approx(tuple(channels(tone.fill)), abs=3)


def test_unknown_is_hatched_and_paper_hatches_the_others(open_file):
    page = open_file()
    page.zoom(16)
    assert page.colour_count(verdict="undetermined") > 2
    assert page.colour_count(verdict="overdue_start") == 1
    page.finish("await ParcelMap.print.prepare('A4')")
    assert page.colour_count(verdict="overdue_start") > 2
    page.run("ParcelMap.print.restore()")
    assert page.colour_count(verdict="overdue_start") == 1


def test_filters_combine_and_only_means_only(open_file):
    page = open_file()
    page.only("verdict", "overdue_start")
    starts = len(page.drawn())
    assert {parcel["verdict"] for parcel in page.drawn()} == {"overdue_start"}
    page.tick("park", "东园")
    assert 0 < len(page.drawn()) < starts
    page.all("verdict")
    page.all("park")
    assert len(page.drawn()) == 58
    assert page.browser.complaints() == []


def test_a_search_leads_to_the_parcel_by_keyboard_alone(open_file):
    page = open_file()
    ActionChains(page.driver).send_keys("/").perform()
    field = page.driver.switch_to.active_element
    assert field.get_attribute("id") == "search"
    field.send_keys("GB00013", Keys.ENTER)
    assert "项目13" in page.card()
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("xm14")
    page.until(lambda: page.find("#hits button"))
    field.send_keys(Keys.ARROW_DOWN)
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: "项目14" in page.card())


def test_the_keyboard_opens_the_parcel_in_the_middle(open_file):
    page = open_file()
    middle = VIEW.parcels[24].geometry.centroid
    page.run(
        "ParcelMap.map.setView([arguments[0], arguments[1]], 17, { animate: false });"
        "ParcelMap.map.getContainer().focus()",
        middle.y,
        middle.x,
    )
    page.drawn()
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert VIEW.parcels[24].key.contract_no in page.card()


def test_an_address_opens_its_parcel(open_file):
    page = open_file(fragment=f"#parcel={VIEW.parcels[13].key.slug}")
    assert "项目13" in page.card()


def test_hostile_text_runs_nowhere(open_file):
    hostile = replace(VIEW, parcels=(replace(VIEW.parcels[20], project_name=HOSTILE),))
    page = open_file(hostile, fragment=f"#parcel={hostile.parcels[0].key.slug}")
    assert HOSTILE in page.card()
    field = page.one("#search")
    field.send_keys("onerror")
    page.until(lambda: page.find("#hits button"))
    assert page.run("return window.stolen") is None
    assert page.browser.complaints() == []


def test_the_slider_shows_every_month_as_the_rules_judge_it(browser, demo_file, demo, law):
    page = MapPage(browser, demo_file)
    page.zoom(12)
    for day in ("2020-02-29", "2027-03-31"):
        page.slide(day)
        as_of = DEMO_AS_OF.fromisoformat(day)
        view = map_of_file(demo.files.ledger, demo.files.district, law, as_of, "zh")
        judged = Counter(parcel.verdict.value for parcel in view.parcels)
        counts = page.finish("return ParcelMap.land.counts(arguments[0])", day)
        counted = Counter()
        for verdict, *_, count, _ in counts:
            counted[verdict] += count
        assert counted == judged
        groups = {
            group.value: sum(group in parcel.groups for parcel in view.parcels) for group in Group
        }
        legend = {
            value: int(
                page.one(f'.filter:has(input[value="{value}"][data-filter=group]) .count').text
            )
            for value in groups
        }
        assert legend == groups
    assert "ahead" in page.one("#time").get_attribute("class")
    page.click(verdict="overdue_start")
    assert "2027-03-31" in page.card()
    assert page.browser.complaints() == []
    assert of_the_outside(page) == []


def test_the_slider_plays_from_the_first_contract(browser, demo_file):
    page = MapPage(browser, demo_file)
    page.until(lambda: page.find("#time:not([hidden])"))
    first = page.run(
        "const slider = document.querySelector('#time input'); slider.value = 0;"
        "slider.dispatchEvent(new Event('input')); return slider.getAttribute('aria-valuetext')"
    )
    assert first.startswith("2008-")
    page.one("#time button").click()
    page.until(lambda: int(page.one("#time input").get_property("value")) >= 3)
    page.one("#time button").click()
    assert page.one("#time button").get_attribute("aria-pressed") == "false"


def test_two_days_stand_side_by_side(browser, demo_file):
    page = MapPage(browser, demo_file)
    page.zoom(12)
    page.one("#swipe").click()
    earlier = (DEMO_AS_OF - timedelta(days=365)).isoformat()
    page.finish("await ParcelMap.layers.before.settled()")
    assert page.run("return ParcelMap.layers.before.options.day") == earlier
    clips = page.run(
        "return ['before', 'parcels'].map((name) => ParcelMap.map.getPane(name).style.clipPath)"
    )
    assert all(clip.startswith("polygon(") for clip in clips)
    assert clips[0] != clips[1]
    page.one("#swipe").click()
    assert not page.run("return ParcelMap.map.hasLayer(ParcelMap.layers.before)")
    assert page.run("return ParcelMap.map.getPane('parcels').style.clipPath") == ""


def test_the_plane_is_that_of_the_zone(open_file):
    page = open_file()
    for lon in (120.0, 121.4999, 121.5001, 119.2, 113.7, 87.6):
        meridian = page.run("return GaussKrueger.meridian(arguments[0])", lon)
        assert abs(lon - meridian) <= 1.5
        zone = f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80"
        plane = Transformer.from_crs("EPSG:4490", zone, always_xy=True)
        for lat in (18.2, 30.75, 49.3):
            found = page.run("return GaussKrueger.project(arguments[0], arguments[1])", lon, lat)
            wanted = plane.transform(lon, lat)
            assert (found["east"], found["north"]) == pytest.approx(wanted, abs=1e-3)


def test_measuring_agrees_with_the_register(open_file):
    page = open_file()
    shape = square(3, 2)
    page.one("#measure").click()
    for lon, lat in list(shape.exterior.coords)[:-1]:
        page.run(
            "ParcelMap.map.fire('click', { latlng: L.latLng(arguments[0], arguments[1]) })",
            lat,
            lon,
        )
    told = page.one("#measured").text
    wanted = float(planar_area_m2(gpd.GeoSeries([shape], crs=4490))[0])
    area = float(told.partition("Area ")[2].partition(" m²")[0].replace(",", ""))
    assert area == pytest.approx(wanted, abs=0.1)
    assert f"{wanted / 10000 * 15:,.2f} mu" in told
    page.one(".folium-map").send_keys(Keys.ESCAPE)
    assert not page.one("#measured").is_displayed()


@pytest.mark.parametrize(("paper", "size"), [("A4", (842, 595)), ("A3", (1191, 842))])
def test_paper_has_one_page_with_title_scale_north_and_legend(open_file, paper, size):
    page = open_file()
    page.run("window.print = () => {}")
    page.finish("await ParcelMap.print.prepare(arguments[0])", paper)
    options = {"preferCSSPageSize": True, "printBackground": True}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        head = page.one(".print-head").text
        assert page.one(".north-arrow").is_displayed()
        assert page.one(".leaflet-control-scale").is_displayed()
        assert page.one(".legend").is_displayed()
        assert not page.one("#time").is_displayed()
        assert not page.one("#search").is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert AS_OF.isoformat() in head
    assert "1:" in head
    content = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", options)["data"])
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert [tuple(round(float(side)) for side in box) for box in boxes] == [size]
    page.run("ParcelMap.print.restore()")
    assert page.one("#search").is_displayed()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_phone_and_its_drawer_opens(open_file, language):
    page = open_file(district(60, language), language)
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        assert page.run("return document.documentElement.scrollWidth") == 390
        page.one("#drawer-toggle").click()
        field = page.one("#search")
        page.until(lambda: field.rect["x"] >= 0)
        field.send_keys("项目22", Keys.ENTER)
        assert "项目22" in page.card()
        popup = page.one(".leaflet-popup").rect
        assert popup["x"] >= 0
        assert popup["x"] + popup["width"] <= 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_basemap_is_asked_for_only_where_a_key_is_given(browser, tmp_path):
    page = tmp_path / "map.html"
    basemaps = Basemaps("K3Y")
    assets = InlinedAssets(PROJECT / "node_modules", basemaps)
    page.write_text(parcel_map(VIEW, assets, translator("en"), basemaps=basemaps), "utf-8")
    opened = MapPage(browser, page.as_uri())
    assert not [url for url in browser.requests() if "tianditu" in url]
    opened.run("arguments[0].click()", opened.one("input[data-basemap=imagery]"))
    asked = opened.until(lambda: [url for url in browser.requests() if "tianditu" in url])
    assert all("tk=K3Y" in url for url in asked)
    assert json.dumps(browser.complaints()).count("Content Security Policy") == 0


def test_the_shift_of_web_maps_is_that_of_the_importers(open_file):
    page = open_file()
    for lon, lat in ((121.34, 30.74), (87.6, 43.8), (110.3, 20.0), (126.6, 45.8)):
        moved = page.run(
            "const { lng, lat } = Gcj02Layer.shift({ lng: arguments[0], lat: arguments[1] });"
            "return [arguments[0] + lng, arguments[1] + lat]",
            lon,
            lat,
        )
        assert moved == pytest.approx(to_gcj02(np.array([[lon, lat]]))[0], abs=1e-9)


def test_shifted_tiles_are_drawn_where_they_belong(browser):
    """The source marks a place where GCJ-02 has it; the map shows the mark where it is."""
    at = VIEW.parcels[24].geometry.centroid
    ((lon, lat),) = to_gcj02(np.array([[at.x, at.y]]))
    source = Flask("source")

    @source.get("/tiles/<int:z>/<int:x>/<int:y>")
    def tile(z: int, x: int, y: int) -> Response:
        east = ((lon + 180) / 360 * 2**z - x) * 256
        south = ((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z - y) * 256
        mark = f'<circle cx="{east}" cy="{south}" r="4" fill="red"/>'
        size = 'width="256" height="256"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{mark}</svg>'
        return Response(svg, content_type="image/svg+xml")

    @source.get("/")
    def shown() -> str:
        basemaps = Basemaps(gcj02_url=f"{request.host_url}tiles/{{z}}/{{x}}/{{y}}")
        assets = InlinedAssets(PROJECT / "node_modules", basemaps)
        return parcel_map(VIEW, assets, translator("en"), basemaps=basemaps)

    with serving(source) as address:
        page = MapPage(browser, f"{address}/")
        page.run("arguments[0].click()", page.one("input[data-basemap=gcj02]"))
        middle = page.until(lambda: page.run(MARK))
    project = "const { x, y } = ParcelMap.map.project(arguments[0]); return [x, y]"
    wanted = page.run(project, [at.y, at.x])
    assert middle == pytest.approx(wanted, abs=1.5), (
        "a shift not undone would be hundreds of pixels"
    )
