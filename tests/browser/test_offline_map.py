"""The map as one file, opened from the disk without a network."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, expect
from pyproj import Transformer

from geodata.geometry.measure import planar_area_m2
from geodata.geometry.shifts import to_gcj02
from geodata.model.codelist import channels
from geodata.model.codelists import Group, Verdict
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.basemaps import NONE, Basemaps
from service.maps.parcel_map import parcel_map
from service.maps.view import MapView
from service.operations.demonstration import DEMO_AS_OF, DemoFiles
from service.operations.mapping import map_of_file
from tests.conftest import PROJECT
from tests.maps.samples import AS_OF, HOSTILE, district, square
from tests.web.conftest import serving

from .map_page import MapPage
from .visiting import SIZES, Window

pytestmark = pytest.mark.browser

VIEW = district()
FILES = "file://"

OpenFile = Callable[..., MapPage]

MARK = """
    () => {
        const found = [], pane = ParcelMap.map.getContainer().getBoundingClientRect();
        const corner = ParcelMap.map.project(ParcelMap.map.containerPointToLatLng([0, 0]));
        for (const tile of document.querySelectorAll(".leaflet-tile-pane canvas")) {
            const { width, height } = tile, box = tile.getBoundingClientRect();
            const copy = new OffscreenCanvas(width, height);
            const pen = copy.getContext("2d", { willReadFrequently: true });
            pen.drawImage(tile, 0, 0);
            const pixels = pen.getImageData(0, 0, width, height).data;
            const west = corner.x + box.x - pane.x + 0.5, north = corner.y + box.y - pane.y + 0.5;
            for (let at = 0; at < pixels.length; at += 4) {
                if (pixels[at] < 200 || pixels[at + 3] < 200) continue;
                found.push([west + (at / 4) % width, north + Math.floor(at / 4 / width)]);
            }
        }
        const middle = (axis) => found.reduce((sum, at) => sum + at[axis], 0) / found.length;
        return found.length > 20 ? [middle(0), middle(1)] : null;
    }
"""


def written(view: MapView, language: str = "en", basemaps: Basemaps = NONE) -> str:
    """A map as one file."""
    assets = InlinedAssets(PROJECT / "node_modules", basemaps)
    return parcel_map(view, assets, translator(language), basemaps=basemaps)


@pytest.fixture
def open_at(browser: Browser, windows: list[Window]) -> OpenFile:
    """``open_at(address, place, **options)``: a map in a window of its own."""

    def opened(address: str, place: str = FILES, **options: object) -> MapPage:
        window = Window(browser, place, **options)
        windows.append(window)
        window.page.goto(address)
        return MapPage(window.page)

    return opened


@pytest.fixture
def open_file(open_at: OpenFile, tmp_path: Path) -> OpenFile:
    """``open_file(view, language)``: a map that was written to the disk."""

    def opened(
        view: MapView = VIEW, language: str = "en", fragment: str = "", **options: object
    ) -> MapPage:
        page = tmp_path / "map.html"
        page.write_text(written(view, language), encoding="utf-8")
        return open_at(page.as_uri() + fragment, **options)

    return opened


@pytest.fixture(scope="module")
def demo_map(files: DemoFiles, law, tmp_path_factory) -> str:
    """Address of the demonstration district as one file."""
    view = map_of_file(files.ledger, files.district, law, DEMO_AS_OF, "zh")
    page = tmp_path_factory.mktemp("offline") / "district.html"
    page.write_text(written(view, "zh"), encoding="utf-8")
    return page.as_uri()


def test_it_shows_answers_and_obeys_without_a_network(open_file):
    shown = open_file()
    drawn = shown.drawn()
    assert len(drawn) == 58
    assert Counter(parcel["verdict"] for parcel in drawn)["suspect_idle_1y"] == 4

    shown.click(verdict="suspect_idle_1y")
    for words in (
        "suspected idle, one year",
        "Not developed one full year",
        "2,400,000.00 yuan",
        "638 days late",
    ):
        expect(shown.card()).to_contain_text(words)
    expect(shown.one(".leaflet-popup svg.timeline .late").first).to_be_attached()
    assert "#parcel=" in shown.page.url
    assert any("chosen" in parcel["classes"] for parcel in shown.drawn())

    before = shown.shown()
    shown.tick("group", "")
    assert shown.shown() != before
    assert {parcel["groups"] for parcel in shown.drawn()} == {5, 2, 7}

    claim = shown.one("path.claim").first
    expect(claim).to_be_hidden()
    shown.one("input[data-layer=claim]").dispatch_event("click")
    expect(claim).to_be_visible()


@pytest.mark.parametrize(
    "verdict", ["idle_confirmed", "overdue_start", "supplied_unused", "used_not_full", "due_soon"]
)
def test_a_parcel_has_the_colour_of_its_verdict(open_file, verdict):
    red, green, blue, opacity = open_file().colour(verdict=verdict)
    tone = Verdict.of(verdict).tone
    assert opacity == pytest.approx(0.86 * 255, abs=2)
    assert (red, green, blue) == pytest.approx(tuple(channels(tone.fill)), abs=3)


def test_unknown_is_hatched_and_paper_hatches_the_others(open_file):
    shown = open_file()
    shown.zoom(16)
    assert shown.colour_count(verdict="undetermined") > 2
    assert shown.colour_count(verdict="overdue_start") == 1
    shown.page.evaluate("ParcelMap.print.prepare('A4')")
    assert shown.colour_count(verdict="overdue_start") > 2
    shown.page.evaluate("ParcelMap.print.restore()")
    assert shown.colour_count(verdict="overdue_start") == 1


def test_filters_combine_and_only_means_only(open_file):
    shown = open_file()
    shown.only("verdict", "overdue_start")
    starts = len(shown.drawn())
    assert set(shown.drawn_verdicts()) == {"overdue_start"}
    shown.tick("park", "东园")
    assert 0 < len(shown.drawn()) < starts
    shown.all("verdict")
    shown.all("park")
    assert len(shown.drawn()) == 58


def test_a_search_leads_to_the_parcel_by_keyboard_alone(open_file):
    shown = open_file()
    shown.page.keyboard.press("/")
    expect(shown.one("#search")).to_be_focused()
    shown.page.keyboard.type("GB00013")
    shown.page.keyboard.press("Enter")
    expect(shown.card()).to_contain_text("项目13")
    shown.one("#search").fill("xm14")
    shown.one("#hits button").first.wait_for()
    shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("Enter")
    expect(shown.card()).to_contain_text("项目14")


def test_the_keyboard_opens_the_parcel_in_the_middle(open_file):
    shown = open_file()
    middle = VIEW.parcels[24].geometry.centroid
    shown.page.evaluate(
        "(at) => { ParcelMap.map.setView(at, 17, { animate: false });"
        " ParcelMap.map.getContainer().focus(); }",
        [middle.y, middle.x],
    )
    shown.drawn()
    shown.page.keyboard.press("Enter")
    expect(shown.card()).to_contain_text(VIEW.parcels[24].key.contract_no)


def test_an_address_opens_its_parcel(open_file):
    shown = open_file(fragment=f"#parcel={VIEW.parcels[13].key.slug}")
    expect(shown.card()).to_contain_text("项目13")


def test_hostile_text_runs_nowhere(open_file):
    hostile = replace(VIEW, parcels=(replace(VIEW.parcels[20], project_name=HOSTILE),))
    shown = open_file(hostile, fragment=f"#parcel={hostile.parcels[0].key.slug}")
    expect(shown.card()).to_contain_text(HOSTILE)
    shown.one("#search").fill("onerror")
    shown.one("#hits button").first.wait_for()
    assert shown.page.evaluate("window.stolen") is None


def test_the_slider_shows_every_month_as_the_rules_judge_it(open_at, demo_map, files, law):
    shown = open_at(demo_map)
    shown.zoom(12)
    for day in ("2020-02-29", "2027-03-31"):
        shown.slide(day)
        as_of = DEMO_AS_OF.fromisoformat(day)
        view = map_of_file(files.ledger, files.district, law, as_of, "zh")
        counted: Counter[str] = Counter()
        for verdict, *_, count, _ in shown.page.evaluate(
            "(day) => ParcelMap.land.counts(day)", day
        ):
            counted[verdict] += count
        assert counted == Counter(parcel.verdict.value for parcel in view.parcels)
        for group in Group:
            count = sum(group in parcel.groups for parcel in view.parcels)
            expect(shown.group(group.value).locator(".count")).to_have_text(str(count))
    expect(shown.one("#time")).to_have_class("time ahead")
    shown.click(verdict="overdue_start")
    expect(shown.card()).to_contain_text("2027-03-31")


def test_the_slider_plays_from_the_first_contract(open_at, demo_map):
    shown = open_at(demo_map)
    slider, button = shown.one("#time:not([hidden]) input"), shown.one("#time button")
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext").startswith("2008-")
    button.click()
    shown.page.wait_for_function("() => document.querySelector('#time input').value >= 3")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_two_days_stand_side_by_side(open_at, demo_map):
    shown = open_at(demo_map)
    clip = "(name) => ParcelMap.map.getPane(name).style.clipPath"
    shown.one("#swipe").click()
    shown.page.evaluate("ParcelMap.layers.before.settled()")
    earlier = (DEMO_AS_OF - timedelta(days=365)).isoformat()
    assert shown.page.evaluate("ParcelMap.layers.before.options.day") == earlier
    clips = [shown.page.evaluate(clip, name) for name in ("before", "parcels")]
    assert all(each.startswith("polygon(") for each in clips)
    assert clips[0] != clips[1]
    shown.one("#swipe").click()
    assert not shown.page.evaluate("ParcelMap.map.hasLayer(ParcelMap.layers.before)")
    assert shown.page.evaluate(clip, "parcels") == ""


def test_the_plane_is_that_of_the_zone(open_file):
    page = open_file().page
    for lon in (120.0, 121.4999, 121.5001, 119.2, 113.7, 87.6):
        meridian = page.evaluate("(lon) => GaussKrueger.meridian(lon)", lon)
        assert abs(lon - meridian) <= 1.5
        zone = f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80"
        plane = Transformer.from_crs("EPSG:4490", zone, always_xy=True)
        for lat in (18.2, 30.75, 49.3):
            found = page.evaluate("([lon, lat]) => GaussKrueger.project(lon, lat)", [lon, lat])
            wanted = plane.transform(lon, lat)
            assert (found["east"], found["north"]) == pytest.approx(wanted, abs=1e-3)


def test_measuring_agrees_with_the_register(open_file):
    shown = open_file()
    shape = square(3, 2)
    shown.one("#measure").click()
    for lon, lat in list(shape.exterior.coords)[:-1]:
        shown.page.evaluate(
            "([lat, lon]) => void ParcelMap.map.fire('click', { latlng: L.latLng(lat, lon) })",
            [lat, lon],
        )
    told = shown.one("#measured").inner_text()
    wanted = float(planar_area_m2(gpd.GeoSeries([shape], crs=4490))[0])
    area = float(told.partition("Area ")[2].partition(" m²")[0].replace(",", ""))
    assert area == pytest.approx(wanted, abs=0.1)
    assert f"{wanted / 10000 * 15:,.2f} mu" in told
    shown.one(".folium-map").press("Escape")
    expect(shown.one("#measured")).to_be_hidden()


@pytest.mark.parametrize(("paper", "size"), [("A4", (842, 595)), ("A3", (1191, 842))])
def test_paper_has_one_page_with_title_scale_north_and_legend(open_file, paper, size):
    shown = open_file()
    page = shown.page
    page.evaluate("(paper) => ParcelMap.print.prepare(paper)", paper)
    page.emulate_media(media="print")
    for printed in (".north-arrow", ".leaflet-control-scale", ".legend"):
        expect(shown.one(printed).first).to_be_visible()
    for left_out in ("#time", "#search"):
        expect(shown.one(left_out)).to_be_hidden()
    head = shown.one(".print-head").inner_text()
    assert AS_OF.isoformat() in head
    assert "1:" in head
    content = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert [tuple(round(float(side)) for side in box) for box in boxes] == [size]
    page.emulate_media(media="screen")
    page.evaluate("ParcelMap.print.restore()")
    expect(shown.one("#search")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_phone_and_its_drawer_opens(open_file, language):
    shown = open_file(district(60, language), language, **SIZES["390"])
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 390
    shown.one("#drawer-toggle").tap()
    expect(shown.one("#search")).to_be_in_viewport()
    shown.one("#search").fill("项目22")
    shown.one("#search").press("Enter")
    expect(shown.card()).to_contain_text("项目22")
    expect(shown.one(".leaflet-popup")).to_be_in_viewport(ratio=1)


def test_the_basemap_is_asked_for_only_where_a_key_is_given(open_at, windows, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(written(VIEW, basemaps=Basemaps("K3Y")), "utf-8")
    shown = open_at(path.as_uri())
    [window] = windows
    assert window.foreign == []
    with shown.page.expect_event("requestfailed"):
        shown.one("input[data-basemap=imagery]").dispatch_event("click")
    assert all("tianditu" in url and "tk=K3Y" in url for url in window.foreign)
    shown.page.goto("about:blank")
    assert "Content Security Policy" not in "".join(window.complaints)
    window.foreign.clear()
    window.complaints.clear()


def test_the_shift_of_web_maps_is_that_of_the_importers(open_file):
    page = open_file().page
    for lon, lat in ((121.34, 30.74), (87.6, 43.8), (110.3, 20.0), (126.6, 45.8)):
        east, north = page.evaluate(
            "(at) => { const { lng, lat } = Gcj02Layer.shift(at); return [lng, lat]; }",
            {"lng": lon, "lat": lat},
        )
        moved = to_gcj02(np.array([[lon, lat]]))[0]
        assert (lon + east, lat + north) == pytest.approx(moved, abs=1e-9)


def test_shifted_tiles_are_drawn_where_they_belong(open_at):
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
    def page() -> str:
        return written(
            VIEW, basemaps=Basemaps(gcj02_url=f"{request.host_url}tiles/{{z}}/{{x}}/{{y}}")
        )

    with serving(source) as address:
        shown = open_at(f"{address}/", address)
        shown.one("input[data-basemap=gcj02]").dispatch_event("click")
        middle = shown.page.wait_for_function(MARK).json_value()
    wanted = shown.page.evaluate(
        "(at) => { const { x, y } = ParcelMap.map.project(at); return [x, y]; }", [at.y, at.x]
    )
    assert middle == pytest.approx(wanted, abs=1.5), (
        "a shift not undone would be hundreds of pixels"
    )
