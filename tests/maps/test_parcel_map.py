from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape

import numpy as np
import pytest
from shapely.geometry import shape

from geodata.errors import UsageError
from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import Group, Verdict
from geodata.model.columns import day_number
from geodata.model.judgements import NEVER
from geodata.model.standings import FIRST_ON, StandingSpans
from service.maps.assets import InlinedAssets
from service.maps.basemaps import Basemaps
from service.maps.features import claim_collection
from service.maps.parcel_map import parcel_map
from service.maps.view import Backdrop, MapView
from tests.conftest import PROJECT
from tests.maps.samples import AS_OF, HOSTILE, NO_TALLY, district, judged
from tests.maps.unpacking import cards, unpack

ASSETS = InlinedAssets(PROJECT / "node_modules")
VIEW = district()
SCRIPTS = sorted(path.name for path in (PROJECT / "service" / "static").glob("*.js"))


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
    html = page(basemaps=Basemaps("K3Y"))
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
    assert HOSTILE in unpack(html).texts["title"]
    assert any(card["title"] == HOSTILE for card in cards(html))
    hostile = replace(VIEW, district=HOSTILE, backdrop=Backdrop())
    assert "<img src=x" not in page(hostile)
    assert "{{7*7}}" in page(hostile), "Folium would have executed it"


def test_only_a_number_of_parcels_fits_a_page(monkeypatch):
    monkeypatch.setattr("service.maps.parcel_map.MOST_PACKED", 10)
    with pytest.raises(UsageError) as caught:
        page()
    assert "at most 10" in str(caught.value)
    assert "--park" in str(caught.value)


def test_an_empty_district_is_still_a_page():
    empty = MapView(AS_OF, "zh", "演示区", NO_TALLY, ())
    assert "No target and no entry yet." in page(empty)
    west, south, east, north = page_data(page(empty))["bounds"]
    assert (west < east, south < north) == (True, True)


def test_each_parcel_has_a_card_and_an_outline_where_one_is_known():
    html = page(parcel_url=lambda key: f"/contracts/{key.slug}")
    told, land = cards(html), unpack(html)
    assert [card["key"] for card in told] == land.texts["key"]
    assert [card["key"] for card in told] == [parcel.key.slug for parcel in VIEW.parcels]
    drawn = [bool(rings) for rings in land.rings("parcel")]
    assert drawn.count(False) == 2, "one has no outline, one is a point"
    overdue = next(card for card in told if card["verdict"] == "overdue_start")
    assert overdue["sentence"].startswith("Start was due on 2024-09-30 ")
    assert overdue["amounts"] == [["start overdue", "4,392,000.00 yuan"]]
    assert overdue["confirm"]
    assert overdue["timeline"]["lanes"][0]["words"] == "638 days late"
    assert overdue["url"].startswith("/contracts/")
    assert overdue["as_of"] == AS_OF.isoformat()


def test_parcels_stand_through_time_as_their_spans_say():
    first, second, never = (day_number(day) for day in (FIRST_ON, AS_OF, date(2026, 9, 1)))
    none = np.zeros(3, dtype=bool)
    spans = StandingSpans(
        row=np.array([0, 0, 1]),
        from_on=np.array([first, second, first], dtype=np.int32),
        until_on=np.array([second, NEVER, NEVER], dtype=np.int32),
        verdict=np.array(
            [v.position for v in (Verdict.COMPLIANT, Verdict.OVERDUE_START, Verdict.CLOSED)]
        ),
        groups={group: none | (group is Group.OVERDUE) for group in Group},
        bucket=none,
        milestone=np.array([0, 1, -1]),
        due_on=none,
        since_on=none,
        worst_days=none,
        is_running=none,
        next_change_on=np.array([NEVER, NEVER], dtype=np.int32),
    )
    view = replace(VIEW, parcels=VIEW.parcels[3:5], spans=spans, last_on=date(2027, 6, 30))
    land = unpack(page(view))
    assert land.standing(0, second - 1) == ["compliant", 1, "start"]
    assert land.standing(0, second) == ["overdue_start", 1, "completion"]
    assert land.standing(1, never) == ["closed", 1, None]
    data = page_data(page(view))
    assert data["changes"] == {"first_on": "2026-06-01", "counts": [1]}
    assert data["last_on"] == "2027-06-30"
    part = view.of_parks([view.parcels[1].park])
    assert {parcel.park for parcel in part.parcels} == {view.parcels[1].park}
    assert len(part.spans.next_change_on) == len(part.parcels)


def test_claims_say_whether_they_are_done_and_doubled():
    shown = [f["properties"] for f in claim_collection(VIEW.claims, same)["features"]]
    marks = [(claim["key"], claim["open"], claim["double"]) for claim in shown]
    assert marks == [
        *(("腾-1", False, False), ("提-1", False, False), ("提-2", True, False)),
        ("提-1", False, True),
    ]
    assert any("提-1" in line for line in shown[0]["lines"])
    assert shown[-1]["lines"][-1] == "This part is credited to 腾-1."


def test_the_pieces_of_claims_share_no_land():
    pieces = claim_collection(VIEW.claims, same)["features"]
    shapes = {
        (f["properties"]["key"], f["properties"]["double"]): shape(f["geometry"]) for f in pieces
    }
    own, taken = shapes["提-1", False], shapes["提-1", True]
    assert own.intersection(taken).area == 0
    assert taken.within(shapes["腾-1", False])


def test_contracts_without_an_outline_are_counted_not_lost():
    counts = page_data(page())["counts"]
    assert sum(count for *_, is_placed, count, _ in counts if not is_placed) == 2
    assert sum(count for *_, count, _ in counts) == len(VIEW.parcels)
    assert "have no outline" in page_data(page())["words"]["unplaced"]


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
    assert whole[0] < part[0] < part[2] < whole[2]
    bare = page_data(page(replace(VIEW, backdrop=Backdrop())))["bounds"]
    assert whole[0] < bare[0]


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
