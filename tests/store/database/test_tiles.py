"""Tiles hold what the cards say of the day, of the land that is seen, and never too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.model.codelists import Group
from geodata.store.engine import make_engine
from geodata.store.queries.cards import read_card_state
from geodata.store.queries.cells import are_counted, card_counts, count_cells
from geodata.store.queries.tiles import ground_tile, parcel_tile
from geodata.store.scope import EVERYTHING, NOTHING, Scope
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from geodata.tiles.catalogue import FILTERED, LARGEST_BYTES
from geodata.tiles.matrix import HALF_WORLD_M, TileAddress
from service.operations.demonstration import DEMO_AS_OF
from tests.tiles.decoding import Feature, features

DAYS = (DEMO_AS_OF, date(2020, 6, 30), date(2027, 3, 31))
POINT, AREA = 1, 3
CROWD = 30_000
STANDING = """
    SELECT contract_id, verdict, in_overdue, in_idle, in_supplied_unused, milestone, park, land_use
    FROM parcelwatch.contract_card JOIN parcelwatch.card_span USING (contract_id)
    WHERE outline IS NOT NULL AND from_on <= :day AND until_on > :day
"""


@pytest.fixture(scope="module")
def site(demo) -> Iterator[sa.Engine]:
    url = demo.engine.url.set(username=SITE_ROLE)
    engine = site_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def revision(engine: sa.Engine) -> int:
    with unit_of_work(engine, EVERYTHING) as connection:
        return read_card_state(connection).revision


def counted(engine: sa.Engine, day: date) -> int:
    now = revision(engine)
    with unit_of_work(engine, EVERYTHING) as connection:
        count_cells(connection, day, now)
    return now


def tiles_of(connection: sa.Connection, zoom: int) -> set[TileAddress]:
    """Tiles of a zoom that have the middle of a parcel."""
    query = (
        "SELECT ST_X(place), ST_Y(place) FROM parcelwatch.contract_card WHERE outline IS NOT NULL"
    )
    side = 2 * HALF_WORLD_M / 2**zoom
    return {
        TileAddress(zoom, int((x + HALF_WORLD_M) // side), int((HALF_WORLD_M - y) // side))
        for x, y in connection.execute(sa.text(query))
    }


def drawn(engine: sa.Engine, zoom: int, day: date, scope: Scope = EVERYTHING) -> list[Feature]:
    now = counted(engine, day)
    with unit_of_work(engine, EVERYTHING) as connection:
        addresses = tiles_of(connection, zoom)
    with unit_of_work(engine, scope) as connection:
        tiles = [parcel_tile(connection, address, day, now) for address in addresses]
    assert max(map(len, tiles)) <= LARGEST_BYTES
    return [feature for tile in tiles for feature in features(tile)]


def told(feature: Feature) -> tuple[object, ...]:
    return tuple(feature.properties.get(name) for name in FILTERED)


def standings(engine: sa.Engine, day: date) -> dict[int, tuple[object, ...]]:
    with unit_of_work(engine, EVERYTHING) as connection:
        rows = connection.execute(sa.text(STANDING), {"day": day}).all()
    assert [group.value for group in Group] == ["overdue", "idle", "supplied_unused"]
    return {
        number: (verdict, overdue + 2 * idle + 4 * unused, *rest)
        for number, verdict, overdue, idle, unused, *rest in rows
    }


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("zoom", [12, 15])
def test_each_outline_says_how_its_contract_stands_on_the_day(site, zoom, day):
    found = drawn(site, zoom, day)
    assert {feature.kind for feature in found} == {AREA}
    assert {feature.number: told(feature) for feature in found} == standings(site, day)
    assert all(("title" in feature.properties) is (zoom == 15) for feature in found)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("zoom", [0, 5, 9, 11])
def test_cells_count_every_outline_once(site, zoom, day):
    cells = Counter()
    for feature in drawn(site, zoom, day):
        assert feature.kind == POINT
        cells[told(feature)] += feature.properties["count"]
    assert cells == Counter(standings(site, day).values())


def test_the_legend_counts_what_the_tiles_show_and_what_they_cannot(site):
    now = counted(site, DEMO_AS_OF)
    with unit_of_work(site, EVERYTHING) as connection:
        counts = card_counts(connection, DEMO_AS_OF, now)
        total = connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.contract_card"))
    placed = sum(each.count for each in counts if each.is_placed)
    assert placed == len(standings(site, DEMO_AS_OF))
    assert sum(each.count for each in counts) == total


@pytest.mark.parametrize("zoom", [8, 13, 16])
def test_who_sees_a_park_gets_its_parcels_and_no_other(site, zoom):
    everything = drawn(site, zoom, DEMO_AS_OF)
    parks = {feature.properties["park"] for feature in everything}
    chosen = min(parks)
    assert len(parks) > 1
    mine = drawn(site, zoom, DEMO_AS_OF, Scope(frozenset([chosen])))
    assert mine
    assert sorted(map(repr, mine)) == sorted(
        repr(feature) for feature in everything if feature.properties["park"] == chosen
    )
    assert drawn(site, zoom, DEMO_AS_OF, NOTHING) == []


def test_a_day_is_counted_once_and_anew_when_the_cards_have_changed(own_engine):
    def are(revision: int) -> bool:
        with unit_of_work(own_engine) as connection:
            return are_counted(connection, DEMO_AS_OF, revision)

    crowd(own_engine, 3)
    with unit_of_work(own_engine) as connection:
        for _ in range(2):
            count_cells(connection, DEMO_AS_OF, 1)
        assert [each.count for each in card_counts(connection, DEMO_AS_OF, 1)] == [3]
    assert (are(1), are(2)) == (True, False)
    with unit_of_work(own_engine) as connection:
        count_cells(connection, DEMO_AS_OF, 2)
    assert (are(1), are(2)) == (False, True)


@pytest.fixture(scope="module")
def crowded(server, template) -> Iterator[sa.Engine]:
    """More parcels on one tile of zoom 14 than it can hold."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    engine = make_engine(server.url_for(name))
    crowd(engine, CROWD)
    yield engine
    engine.dispose()


HERE = TileAddress(14, 13712, 6693)


def crowd(engine: sa.Engine, count: int) -> None:
    """Small parcels with many corners, in two parks, spread over one tile of zoom 14."""
    west, south, _, _ = HERE.bounds_m
    statements = f"""
        INSERT INTO parcelwatch.parcel (parcel_code) VALUES ('P');
        INSERT INTO parcelwatch.contract (contract_id, contract_no, phase, parcel_code, parcel_id)
        SELECT n, 'C' || n, '', 'P', max(parcel_id)
        FROM generate_series(1, {count}) AS n, parcelwatch.parcel GROUP BY n;
        INSERT INTO parcelwatch.contract_card
            (contract_id, contract_no, phase, parcel_code, park, search, outline)
        SELECT n, 'C' || n, '', 'P', CASE WHEN mod(n, 1000) = 0 THEN 'rare' ELSE 'park' END, '',
            ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(
                {west} + mod(n, 200) * 12 + 6, {south} + n / 200 * 12 + 6), 3857), 5, 8))
        FROM generate_series(1, {count}) AS n;
        INSERT INTO parcelwatch.card_span (contract_id, from_on, until_on, verdict, in_overdue,
            in_idle, in_supplied_unused, worst_days, is_running)
        SELECT n, '1900-01-01', 'infinity', 'compliant', false, false, false, 0, false
        FROM generate_series(1, {count}) AS n;
        INSERT INTO parcelwatch.contract_park SELECT contract_id, park
        FROM parcelwatch.contract_card ON CONFLICT DO NOTHING
    """
    with unit_of_work(engine) as connection:
        for statement in statements.split(";"):
            connection.exec_driver_sql(statement)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


@pytest.mark.parametrize("zoom", range(19))
def test_no_tile_is_too_large_and_none_is_empty(crowded, zoom):
    with unit_of_work(crowded) as connection:
        count_cells(connection, DEMO_AS_OF, 1)
        tile = TileAddress(zoom, HERE.column, HERE.row)
        shift = zoom - HERE.zoom
        place = [at << shift if shift > 0 else at >> -shift for at in (tile.column, tile.row)]
        last = (1 << shift) - 1 if shift > 0 else 0
        content = parcel_tile(
            connection, TileAddress(zoom, place[0], place[1] + last), DEMO_AS_OF, 1
        )
    assert 0 < len(content) <= LARGEST_BYTES
    found = features(content)
    count = sum(feature.properties.get("count", 1) for feature in found)
    assert count == CROWD if zoom <= HERE.zoom else 0 < count < CROWD
    if zoom == HERE.zoom:
        assert {feature.kind for feature in found} == {POINT}, "outlines would be too much"


def test_below_a_policy_a_tile_still_finds_its_parcels_by_their_place(crowded):
    url = crowded.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    engine = site_engine(url)
    west, south, *_ = HERE.bounds_m
    box = f"ST_MakeEnvelope({west}, {south}, {west + 30}, {south + 30}, 3857)"
    query = f"EXPLAIN SELECT 1 FROM parcelwatch.contract_card WHERE outline && {box}"
    with unit_of_work(engine, Scope(frozenset(["rare"]))) as connection:
        connection.exec_driver_sql("SET LOCAL enable_indexscan = on")
        plan = "\n".join(connection.exec_driver_sql(query).scalars())
    engine.dispose()
    assert "ix_contract_card_outline" in plan


def test_the_ground_is_told_apart_by_layer(demo):
    with unit_of_work(demo.engine) as connection:
        x, y = next(iter({(t.column, t.row) for t in tiles_of(connection, 9)}))
        found = features(ground_tile(connection, TileAddress(9, x, y)))
    assert {feature.properties["layer"] for feature in found} == {
        "outline",
        "water",
        "park",
        "road",
    }
    assert all(feature.properties.get("name") != "" for feature in found)


def test_too_much_ground_loses_its_small_things_first(own_engine):
    west, south, *_ = HERE.bounds_m
    roads = f"""
        INSERT INTO parcelwatch.map_feature (layer, name, geom)
        SELECT 'roads', repeat('road ', 20) || n, line
        FROM (SELECT n, ST_Transform(ST_SetSRID(ST_MakeLine(
            ST_MakePoint({west} + mod(n, 90), {south} + n / 90),
            ST_MakePoint({west} + mod(n, 90) + n / 10.0, {south} + n / 90 + 10)
            ), 3857), 4490) AS line
            FROM generate_series(1, 6000) AS n) AS drawn
    """
    with unit_of_work(own_engine) as connection:
        connection.exec_driver_sql(roads)
        content = ground_tile(connection, HERE)
    numbers = {int(feature.properties["name"].split()[-1]) for feature in features(content)}
    assert 200_000 < len(content) <= LARGEST_BYTES
    assert numbers == set(range(6001 - len(numbers), 6001))
