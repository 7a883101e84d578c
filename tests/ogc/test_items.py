"""Features: what each account sees, page by page, by place, day, value and reference system."""

from __future__ import annotations

from base64 import b64encode

import pytest
import sqlalchemy as sa
from shapely.geometry import box, shape

from geodata.geometry.published_crs import CRS84, PUBLISHED_CRS
from geodata.model.codelists import Verdict
from geodata.model.feature_collections import Published
from geodata.model.roles import Role
from tests.tiles.decoding import features
from tests.tiles.places import tile_of

pytestmark = pytest.mark.writes

PARK, OTHER = "枫泾镇", "亭林镇"
ITEMS = "/ogc/collections/{}/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"


def items(client, collection, **asked):
    answer = client.get(ITEMS.format(collection), query_string=asked)
    assert answer.status_code == 200, answer.text
    return answer.json["features"]


def every(client, collection, **asked):
    """All features, by following the links."""
    path, found = ITEMS.format(collection), []
    while path:
        page = client.get(path, query_string=asked or None).json
        found += page["features"]
        assert page["numberReturned"] == len(page["features"])
        nexts = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path, asked = (nexts[0].removeprefix("http://localhost") if nexts else None), {}
    return found


@pytest.mark.parametrize("collection", Published)
def test_pages_lead_to_every_feature_once(district_client, cases, collection):
    count = district_client.get(ITEMS.format(collection), query_string={"resultType": "hits"})
    whole = every(district_client, collection, limit=10_000)
    paged = every(district_client, collection, limit=max(2, len(whole) // 3))
    assert [one["id"] for one in paged] == [one["id"] for one in whole]
    assert len({one["id"] for one in whole}) == len(whole) == count.json["numberMatched"] > 0
    keys = [attribute.key for attribute in collection.attributes]
    assert all(list(one["properties"]) == keys for one in whole)


@pytest.mark.parametrize(
    "collection", [one for one in Published if one not in (Published.PARKS, Published.PARCELS)]
)
def test_a_park_manager_sees_the_features_of_the_park_and_no_other(
    district_client, client_as, cases, collection
):
    own = client_as(Role.PARK_MANAGER, PARK)
    seen = every(own, collection, limit=10_000)
    assert {one["properties"]["park"] for one in seen} == {PARK}
    whole = every(district_client, collection, limit=10_000)
    assert seen == [one for one in whole if one["properties"]["park"] == PARK]
    foreign = next(one["id"] for one in whole if one["properties"]["park"] == OTHER)
    assert own.get(f"{ITEMS.format(collection)}/{foreign}").status_code == 404
    hits = own.get(ITEMS.format(collection), query_string={"resultType": "hits"}).json
    assert hits["numberMatched"] == len(seen)


def test_a_park_manager_sees_the_outlines_of_its_contracts(client_as):
    own = client_as(Role.PARK_MANAGER, PARK)
    codes = {one["properties"]["parcel_code"] for one in every(own, "contracts", limit=10_000)}
    parcels = {one["properties"]["parcel_code"] for one in every(own, "parcels", limit=10_000)}
    assert parcels
    assert parcels <= codes


def test_tiles_hold_what_the_account_sees(district_client, client_as):
    west = items(district_client, "findings", limit=1, park=PARK)[0]["geometry"]["coordinates"]
    lon, lat = west[0][0][0]
    column, row = tile_of(lon, lat, 12)
    path = f"/ogc/collections/findings/tiles/WebMercatorQuad/12/{row}/{column}"
    told = {
        name: client.get(path)
        for name, client in (("all", district_client), ("own", client_as(Role.PARK_MANAGER, PARK)))
    }
    parks = {
        name: {one.properties["park"] for one in features(tile.data)} for name, tile in told.items()
    }
    assert parks["own"] == {PARK}
    assert parks["all"] >= parks["own"]
    assert told["all"].content_type == "application/vnd.mapbox-vector-tile"
    other = told["all"].headers["ETag"]
    assert (
        client_as(Role.PARK_MANAGER, OTHER).get(path, headers={"If-None-Match": other}).status_code
        == 200
    )


def test_contracts_stand_as_they_stood_on_the_day(district_client, demo):
    told = {
        one["id"]: one["properties"]
        for one in every(district_client, "contracts", limit=10_000, datetime="2024-03-01")
    }
    with demo.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT contract_id, verdict, from_on FROM parcelwatch.card_span"
            " WHERE from_on <= '2024-03-01' AND until_on > '2024-03-01'"
        ).all()
    assert {number: one["verdict"] for number, one in told.items()} == {n: v for n, v, _ in rows}
    for one in told.values():
        assert (one["true_from"] or "0") <= "2024-03-01" < (one["true_to"] or "9")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-02-29T20:00:00Z", "2024-03-01"),
        ("2020-01-01/2024-03-01", "2024-03-01"),
        ("../2024-03-01", "2024-03-01"),
        ("/2024-03-01", "2024-03-01"),
        ("2024-03-01/..", "2026-06-30"),
        ("2026-12-01/..", "2026-12-01"),
    ],
)
def test_a_span_asks_for_its_last_day(district_client, written, day):
    assert items(district_client, "contracts", datetime=written) == items(
        district_client, "contracts", datetime=day
    )


def test_others_are_found_by_when_they_hold(district_client, cases):
    assert not items(district_client, "cases", datetime="2026-05-31")
    assert items(district_client, "cases", datetime="../2026-06-01")
    assert items(district_client, "cases", datetime="2026-06-29/..")


@pytest.mark.parametrize("collection", [one for one in Published if one is not Published.CASES])
def test_a_box_finds_what_meets_it(district_client, collection):
    whole = [one for one in every(district_client, collection, limit=10_000) if one["geometry"]]
    west, south, east, north = 121.28, 30.75, 121.36, 30.82
    asked = f"{west},{south},{east},{north}"
    found = every(district_client, collection, bbox=asked, limit=10_000)
    area = box(west, south, east, north)
    expected = [one["id"] for one in whole if shape(one["geometry"]).intersects(area)]
    assert [one["id"] for one in found] == expected
    assert 0 < len(expected) < len(whole)
    turned = {"bbox": f"{south},{west},{north},{east}", "bbox-crs": EPSG.format(4490)}
    assert every(district_client, collection, limit=10_000, **turned) == found


@pytest.mark.parametrize("uri", PUBLISHED_CRS)
def test_each_reference_system_has_its_own_axes(district_client, demo, uri):
    answer = district_client.get(ITEMS.format("parcels"), query_string={"crs": uri, "limit": 1})
    assert answer.headers["Content-Crs"] == f"<{uri}>"
    (one,) = answer.json["features"]
    first, second = one["geometry"]["coordinates"][0][0][0]
    crs = PUBLISHED_CRS[uri]
    with demo.engine.connect() as connection:
        point = sa.text(
            "SELECT st_x(p), st_y(p) FROM (SELECT st_transform(st_startpoint(st_exteriorring("
            "st_geometryn(geom, 1))), :epsg) AS p"
            " FROM parcelwatch.parcel_fact WHERE fact_id = :n) AS found"
        )
        east, north = connection.execute(point, {"epsg": crs.epsg, "n": one["id"]}).one()
    expected = (east, north) if crs is CRS84 else (north, east)
    assert (first, second) == pytest.approx(expected, abs=10.0**-crs.decimals)
    assert (crs.epsg == 4528) is (second > 40_000_000)
    near = 10 * 10.0**-crs.decimals
    around = f"{first - near},{second - near},{first + near},{second + near}"
    met = items(district_client, "parcels", bbox=around, **{"bbox-crs": uri})
    assert one["id"] in [feature["id"] for feature in met]


def test_properties_filter_by_their_values(district_client):
    whole = every(district_client, "contracts", limit=10_000)
    verdict = whole[0]["properties"]["verdict"]
    assert verdict in [str(word) for word in Verdict]
    asked = {"verdict": verdict, "in_idle": "false", "limit": 10_000}
    assert items(district_client, "contracts", **asked) == [
        one
        for one in whole
        if one["properties"]["verdict"] == verdict and not one["properties"]["in_idle"]
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"colour": "red"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"limit": "1e3"},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,x"},
        {"bbox": "1,2,nan,4"},
        {"bbox": "1,4,3,2"},
        {"bbox": "1,2,3,inf"},
        {"bbox": "500,500,600,600"},
        {"bbox": "1,2,3,4", "bbox-crs": EPSG.format(4326)},
        {"crs": "EPSG:4490"},
        {"after": "x"},
        {"after": "1.5"},
        {"datetime": "yesterday"},
        {"datetime": "2026-02-30"},
        {"datetime": "../.."},
        {"datetime": "2026-01-01/2025-01-01"},
        {"datetime": "2026-01-01/2025-01-01/2024-01-01"},
        {"datetime": "2199-12-31"},
        {"area_m2": "much"},
        {"in_idle": "maybe"},
        {"project_name": "a\0b"},
        {"filter": "verdict ="},
        {"filter": "colour = 'red'"},
        {"filter": "true", "filter-lang": "sql"},
        {"filter": "null", "filter-lang": "cql2-json"},
        {"resultType": "all"},
        {"f": "gml"},
    ],
)
def test_what_cannot_be_answered_is_refused(district_client, asked):
    answer = district_client.get(ITEMS.format("contracts"), query_string=asked)
    assert answer.status_code == 400, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_a_number_of_none_is_not_found(district_client):
    for collection in Published:
        for number in ("0", "x", "1.2.3", "-1", "9" * 30, "%00", "a b", "é"):
            path = f"{ITEMS.format(collection)}/{number}"
            assert district_client.get(path).status_code == 404, path


def test_what_has_not_changed_is_not_sent_again(district_client, client_as, demo):
    path = ITEMS.format("parks")
    tag = district_client.get(path).headers["ETag"]
    kept = {"If-None-Match": tag}
    assert district_client.get(path, headers=kept).status_code == 304
    assert district_client.get(f"{path}?datetime=2020-01-01", headers=kept).status_code == 200
    assert client_as(Role.PARK_MANAGER, PARK).get(path, headers=kept).status_code == 200


def test_a_token_is_shown_as_bearer_or_as_password(district_app, token):
    client = district_app.test_client()
    basic = b64encode(f"any:{token}".encode()).decode()
    for shown in (f"Bearer {token}", f"Basic {basic}"):
        assert client.get("/ogc/", headers={"Authorization": shown}).status_code == 200
    for shown in ("Basic !", "Basic YTpi", "Basic ", "Bearer x"):
        answer = client.get("/ogc/", headers={"Authorization": shown})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    sent = client.post("/account/password", headers={"Authorization": f"Basic {basic}"})
    assert sent.status_code == 401, "a password that a browser repeats by itself changes nothing"
    assert client.get("/ogc/").status_code == 401


def test_a_leader_sees_no_features(client_as):
    assert client_as(Role.LEADER).get(ITEMS.format("contracts")).status_code == 403
