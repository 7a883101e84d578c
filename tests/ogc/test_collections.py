"""Every collection: each reference system, filters, tiles; and the tally partition adds up."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import shape

from geodata.geometry.published_crs import PUBLISHED_CRS
from geodata.model.codelists import ClaimKind
from geodata.model.feature_collections import Published
from geodata.model.units import mu
from geodata.store.queries.claims import read_claims
from geodata.store.session import unit_of_work
from service.operations.land import Register
from tests.tiles.decoding import features
from tests.tiles.places import tile_of

pytestmark = pytest.mark.writes

ITEMS = "/ogc/collections/{}/items"
PARTITION = Published.TALLY_PARTITION


def items(client, collection, **asked):
    answer = client.get(ITEMS.format(collection), query_string={"limit": 10_000, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json["features"]


def placed(client, collection, **asked):
    return next(one for one in items(client, collection, **asked) if one["geometry"])


@pytest.mark.parametrize("uri", PUBLISHED_CRS)
@pytest.mark.parametrize("collection", Published)
def test_every_collection_comes_in_every_reference_system(district_client, cases, collection, uri):
    known = shape(placed(district_client, collection)["geometry"])
    given = shape(placed(district_client, collection, crs=uri)["geometry"])
    back = PUBLISHED_CRS[uri].to_storage(given)
    assert shapely.hausdorff_distance(back, known) < 1e-7


@pytest.mark.parametrize("collection", Published)
def test_every_collection_is_filtered_by_its_own_properties(district_client, cases, collection):
    whole = items(district_client, collection)
    key = collection.attributes[0].key
    value = whole[len(whole) // 2]["properties"][key]
    written = f"{value}" if isinstance(value, int) else f"'{value}'"
    expected = [one for one in whole if one["properties"][key] == value]
    assert items(district_client, collection, filter=f"{key} = {written}") == expected
    assert items(district_client, collection, filter=f"{key} <> {written}") == [
        one for one in whole if one not in expected
    ]


@pytest.mark.parametrize("collection", Published)
def test_every_collection_has_tiles(district_client, cases, collection):
    west, south, east, north = shape(placed(district_client, collection)["geometry"]).bounds
    column, row = tile_of((west + east) / 2, (south + north) / 2, 14)
    path = f"/ogc/collections/{collection}/tiles/WebMercatorQuad/14/{row}/{column}"
    assert features(district_client.get(path).data)


@pytest.fixture(scope="module")
def register(demo) -> Register:
    with unit_of_work(demo.engine) as connection:
        return Register.of(*read_claims(connection))


@pytest.mark.parametrize("day", ["2026-06-30", "2024-03-01"])
def test_the_tally_partition_adds_up_to_the_tally_of_the_day(district_client, register, law, day):
    told = [one["properties"] for one in items(district_client, PARTITION, datetime=day)]
    for line in register.tally(law, date.fromisoformat(day)).lines:
        credited = sum(one["credited_m2"] for one in told if one["kind"] == line.kind)
        assert mu(credited) == pytest.approx(float(line.done_mu))
    assert {one["kind"] for one in told} <= set(map(str, ClaimKind))
    assert all(one["done_on"] <= day for one in told)


def test_its_pieces_share_no_land_and_are_all_that_was_claimed(district_client):
    counting = {one["properties"]["claim_code"]: one for one in items(district_client, PARTITION)}
    assert any(0 < one["properties"]["credited_share"] < 1 for one in counting.values())
    pieces = _plane(one["geometry"] for one in counting.values())
    claims = _plane(
        one["geometry"]
        for one in items(district_client, "claims")
        if one["properties"]["claim_code"] in counting
    )
    assert pieces.area.sum() == pytest.approx(pieces.union_all().area, abs=0.1)
    assert pieces.union_all().area == pytest.approx(claims.union_all().area, abs=0.1)
    assert claims.area.sum() > pieces.area.sum() + 100, "the demonstration has claims that overlap"


def _plane(outlines) -> gpd.GeoSeries:
    return gpd.GeoSeries([shape(one) for one in outlines if one], crs=4490).to_crs(4549)


def test_findings_are_found_by_when_they_began(district_client):
    whole = items(district_client, "findings")
    begun = sorted({one["properties"]["since_on"] or "" for one in whole})
    day = begun[len(begun) // 2]
    early = items(district_client, "findings", datetime=f"../{day}")
    assert early == [one for one in whole if (one["properties"]["since_on"] or "") <= day]
    assert 0 < len(early) < len(whole)
    assert items(district_client, "findings", datetime=f"{day}/..") == whole
