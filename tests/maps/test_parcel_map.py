from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from geodata.errors import UsageError
from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import Verdict
from service.maps.assets import InlinedAssets
from service.maps.features import claim_collection, parcel_collection
from service.maps.parcel_map import parcel_map
from service.maps.view import Backdrop, MapView, severity
from tests.conftest import PROJECT
from tests.maps.samples import AS_OF, HOSTILE, NO_TALLY, district, judged

ASSETS = InlinedAssets(PROJECT / "node_modules")
VIEW = district()
SCRIPTS = ("parcel_map.js", "timeline.js", "site.js")


def same(text: str) -> str:
    return text


def page(view: MapView = VIEW, **options) -> str:
    return parcel_map(view, ASSETS, same, **options)


def page_data(html: str) -> dict:
    return json.loads(re.search(r'id="page-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_offline_page_refers_to_nothing_outside_itself():
    html = page()
    assert not re.search(r"<(script|img|iframe)[^>]*\ssrc=", html)
    assert set(re.findall(r'<link[^>]*href="([a-z]+):', html)) == {"data"}
    assert not re.search(r"@import|url\(['\"]?(https?:|//|images/)", html)
    assert "default-src 'none'" in unescape(html)


def test_a_key_switches_the_national_basemap_on_and_nothing_else():
    assert "tianditu.gov.cn/" not in page()
    html = page(tianditu_key="K3Y")
    for layer in ("vec", "cva", "img", "cia"):
        assert f"tianditu.gov.cn/{layer}_w/wmts" in html
    assert "tk=K3Y" in html.replace("\\u0026", "&")
    assert 'data-basemap="imagery"' in html


def test_the_same_view_gives_the_same_bytes():
    assert page() == page()


def test_a_hostile_name_stays_text():
    html = page()
    assert "<img src=x" not in html
    assert html.count("</script>") == html.count("<script")
    assert "\\u003cimg src=x" in html
    assert "{{7*7}}" in html, "Folium would have executed it"


def test_only_a_number_of_shapes_fits_a_page():
    with pytest.raises(UsageError) as caught:
        page(feature_limit=10)
    assert "at most 10" in str(caught.value)
    assert "--park" in str(caught.value)


def test_an_empty_district_is_still_a_page():
    empty = MapView(AS_OF, "zh", "演示区", NO_TALLY, ())
    assert "No target and no entry yet." in page(empty)
    assert page_data(page(empty))["bounds"][0] < page_data(page(empty))["bounds"][1]


def test_features_carry_words_and_seven_decimals():
    parcels = parcel_collection(VIEW, same, lambda key: f"/contracts/{key.slug}")["features"]
    assert len(parcels) == len(VIEW.parcels) - 2, "one has no outline, one is a point"
    for feature in parcels:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            assert (lon, lat) == (round(lon, 7), round(lat, 7))
    overdue = next(f for f in parcels if f["properties"]["verdict"] == "overdue_start")
    shown = overdue["properties"]
    assert shown["sentence"].startswith("Start was due on 2024-09-30 ")
    assert shown["amounts"] == (("start overdue", "4,392,000.00 yuan"),)
    assert shown["confirm"]
    assert shown["timeline"]["lanes"][0]["words"] == "638 days late"
    assert shown["url"].startswith("/contracts/")


def test_the_gravest_parcels_are_drawn_last():
    ranks = [
        severity(Verdict.of(feature["properties"]["verdict"]))
        for feature in parcel_collection(VIEW, same, None)["features"]
    ]
    assert ranks == sorted(ranks, reverse=True)


def test_claims_say_whether_they_are_done_and_doubled():
    shown = [f["properties"] for f in claim_collection(VIEW, same)["features"]]
    marks = [(claim["open"], claim["double"]) for claim in shown]
    assert marks == [(False, True), (False, True), (True, False)]
    assert any("提-1" in line for line in shown[0]["lines"])


def test_contracts_without_an_outline_are_named_not_lost():
    assert "2 contracts have no outline and are not drawn." in page()


def test_counts_of_the_legend_are_those_of_the_view():
    html = page()
    written = re.findall(
        r'data-filter="verdict" value="(\w+)".*?class="count">(\d+)<', html, re.DOTALL
    )
    counted = {code: int(count) for code, count in written}
    assert counted == {v: sum(p.verdict is v for p in VIEW.parcels) for v in Verdict}


def test_the_map_opens_on_the_district_or_on_the_parcels_of_a_part():
    whole = page_data(page())["bounds"]
    part = page_data(page(replace(VIEW, parcels=(judged(3),))))["bounds"]
    assert whole[0][0] < part[0][0] < part[1][0] < whole[1][0]
    bare = page_data(page(replace(VIEW, backdrop=Backdrop())))["bounds"]
    assert whole[0][0] < bare[0][0]


def test_targets_stand_beside_what_is_done():
    html = page()
    assert "540.75 mu of 1,500.00 mu" in html
    assert "36.05 %" in html
    assert "no target set" in html
    assert "1 double claims (30.00 mu), counted once" in html


_SHOWN = ("geodata.model.codelists", "geodata.model.movements")
"""The lists of what is judged; words of files and law books are no statuses."""


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_hold_no_status_and_no_colour(name):
    script = (PROJECT / "service" / "static" / name).read_text("utf-8")
    shown = [c for c in Codelist.__subclasses__() if c.__module__ in _SHOWN]
    statuses = {str(member) for codelist in shown for member in codelist}
    said = set(re.findall(r"[\"'`]([a-z_0-9]+)[\"'`]", script))
    assert not said & statuses
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", script)


def test_style_sheets_spell_no_colour_of_meaning():
    for path in (PROJECT / "service" / "static").glob("*.css"):
        colours = {colour.upper() for colour in re.findall(r"#[0-9a-fA-F]{6}", path.read_text())}
        assert not colours & ({tone.fill for tone in Tone} - {"#FFFFFF"})


def test_hostile_text_is_what_the_samples_hold():
    assert any(parcel.project_name == HOSTILE for parcel in VIEW.parcels)
