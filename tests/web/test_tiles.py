"""Tiles over HTTP: who gets which, what is asked for again, and what is refused."""

from __future__ import annotations

import gzip
import re

import pytest
import sqlalchemy as sa

from geodata.model.roles import Role
from geodata.tiles.matrix import DEEPEST
from service.operations.demonstration import DEMO_AS_OF
from service.pages.map import ADDRESSES
from tests.tiles.decoding import features

DAY = f"as_of={DEMO_AS_OF}"
WORLD = f"/tiles/parcels/0/0/0.mvt?{DAY}"
PARK, OTHER = "枫泾镇", "亭林镇"


def parks(response) -> set[str]:
    return {feature.properties["park"] for feature in features(response.data)}


def test_a_tile_is_private_and_asked_for_again_by_what_it_depends_on(district_client):
    response = district_client.get(WORLD)
    assert response.status_code == 200
    assert response.content_type == "application/vnd.mapbox-vector-tile"
    assert response.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    again = district_client.get(WORLD, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = WORLD.replace(str(DEMO_AS_OF), "2020-01-01")
    for path in (other, WORLD.replace("parcels", "ground")):
        fresh = district_client.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert fresh.status_code == 200


def test_a_tile_that_is_kept_costs_no_query_of_tiles(district_client, district_app):
    tag = district_client.get(WORLD).headers["ETag"]
    asked: list[str] = []
    engine = district_app.extensions["parcelwatch"].land_map.engine

    def note(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(3):
            response = district_client.get(WORLD, headers={"If-None-Match": tag})
            assert response.status_code == 304
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert not [statement for statement in asked if "ST_AsMVT" in statement]
    assert not [statement for statement in asked if "contract_card" in statement]


def test_a_tile_is_compressed_where_the_browser_reads_it(district_client):
    plain = district_client.get(WORLD)
    assert "Content-Encoding" not in plain.headers
    packed = district_client.get(WORLD, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert {plain.headers["Vary"], packed.headers["Vary"]} == {"Accept-Encoding"}


def test_each_account_gets_its_parks_and_another_tag(client_as):
    all_parks, one, two = (
        client_as(Role.AUDITOR).get(WORLD),
        client_as(Role.PARK_MANAGER, PARK).get(WORLD),
        client_as(Role.PARK_MANAGER, PARK, OTHER).get(WORLD),
    )
    assert parks(all_parks) > {PARK, OTHER}
    assert (parks(one), parks(two)) == ({PARK}, {PARK, OTHER})
    assert len({response.headers["ETag"] for response in (all_parks, one, two)}) == 3
    foreign = client_as(Role.PARK_MANAGER, PARK).get(
        WORLD, headers={"If-None-Match": all_parks.headers["ETag"]}
    )
    assert foreign.status_code == 200, "nobody is told that the tile of another is still right"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/tiles/parcels/{DEEPEST + 1}/0/0.mvt", 404),
        ("/tiles/parcels/3/8/0.mvt", 404),
        ("/tiles/parcels/3/0/8.mvt", 404),
        ("/tiles/parcels/-1/0/0.mvt", 404),
        ("/tiles/parcels/1/1e3/0.mvt", 404),
        ("/tiles/parcels/99999999999999999999/0/0.mvt", 404),
        ("/tiles/secrets/0/0/0.mvt", 404),
        ("/tiles/parcels/0/0/0.png", 404),
        ("/tiles/parcels/0/0/0.mvt?as_of=2026-02-30", 400),
        ("/tiles/parcels/0/0/0.mvt?as_of=' OR 1=1", 400),
        ("/tiles/parcels/0/0/0.mvt?as_of=2199-12-31", 404),
        ("/map/cards/999999999", 404),
        ("/map/cards/99999999999999999999", 404),
        ("/map/places/none~~here", 404),
        ("/map/places/short", 404),
        ("/map/counts?as_of=2199-12-31", 404),
    ],
)
def test_what_is_not_there_is_refused(district_client, path, status):
    assert district_client.get(path).status_code == status


def test_hostile_search_text_finds_nothing_and_breaks_nothing(district_client):
    for text in ("'; DROP TABLE x; --", "%", "_", "\\", "\x00", "x" * 5000, "<script>"):
        response = district_client.get("/map/search", query_string={"q": text})
        assert response.status_code == 200
        assert isinstance(response.json, list)


def test_the_addresses_of_the_page_are_those_of_the_routes(district_app):
    sample = {"z": 1, "x": 1, "y": 0, "day": DEMO_AS_OF, "id": 7, "text": "a", "key": "a~b~c"}
    sample["scene"] = 1
    urls = district_app.url_map.bind("localhost")
    for name, address in ADDRESSES.items():
        path = re.sub(r"\{(\w+)\}", lambda found: str(sample.get(found[1], "en")), address)
        endpoint, _ = urls.match(path.partition("?")[0], method="GET")
        assert endpoint in {f"map.{name}", "tiles.tile", "imagery.tile"}


def test_counts_cards_and_places_fit_together(district_client):
    counts = district_client.get(f"/map/counts?{DAY}").json
    assert sum(count for *_, count, _ in counts) > 1000
    changes = district_client.get("/map/changes").json
    assert changes["first_on"] == "2008-11-01"
    [hit, *_] = district_client.get(f"/map/search?q=演示-2008-003&{DAY}").json
    place = district_client.get(f"/map/places/{hit['key']}").json
    west, south, east, north = place["bounds"]
    assert (0 < east - west < 0.1, 0 < north - south < 0.1) == (True, True)
    card = district_client.get(f"/map/cards/{place['id']}?{DAY}&lang=zh").json
    assert (card["key"], card["verdict"]) == (hit["key"], hit["verdict"])
    assert card["url"].startswith("/contracts/")
    assert card["as_of"] == str(DEMO_AS_OF)
