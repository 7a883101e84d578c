"""The map of the database: what it is made from is asked for seldom, and by whom it is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from geodata.errors import NotAllowedError, NothingFoundError
from geodata.model.codelists import Group
from geodata.model.roles import Actor, Role
from geodata.store.site_account import SITE_ROLE, site_engine
from geodata.tiles.catalogue import Layer
from geodata.tiles.matrix import TileAddress
from service.maps.frame import frame_of
from service.operations.demonstration import DEMO_AS_OF
from service.operations.land_map import KEPT_FOR, LandMap
from service.operations.mapping import map_of_file
from tests.conftest import NOON

PARK = "枫泾镇"
OTHER = "亭林镇"
WORLD = TileAddress(0, 0, 0)


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def site(demo) -> Iterator[sa.Engine]:
    url = demo.engine.url.set(username=SITE_ROLE)
    engine = site_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.fixture
def land(site, law, time) -> LandMap:
    return LandMap(site, law, time)


def actor(role: Role = Role.AUDITOR, *parks: str) -> Actor:
    return Actor("tester", role, frozenset(parks) or None, role.permissions)


ALL = actor()
MANAGER = actor(Role.PARK_MANAGER, PARK)


@pytest.fixture
def statements(site) -> Iterator[list[str]]:
    """What is asked of the database."""
    asked: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    sa.event.listen(site, "before_cursor_execute", note)
    yield asked
    sa.event.remove(site, "before_cursor_execute", note)


def test_the_counts_of_the_tiles_are_those_of_the_judged_district(land, demo, law):
    view = map_of_file(demo.files.ledger, demo.files.district, law, DEMO_AS_OF, "zh")
    judged, counted = frame_of(view), land.frame(ALL, DEMO_AS_OF, "zh")

    def told(frame) -> Counter:
        return Counter(
            {
                (
                    c.verdict,
                    c.groups,
                    c.milestone,
                    c.park or "",
                    c.land_use or "",
                    c.is_placed,
                ): c.count
                for c in frame.counts
            }
        )

    assert told(counted) == told(judged)
    assert sum(c.area_m2 for c in counted.counts) == pytest.approx(
        sum(c.area_m2 for c in judged.counts)
    )
    assert land.changes(ALL, DEMO_AS_OF) == judged.changes
    assert counted.last_on == judged.last_on
    assert {name.text for name in counted.park_names} == {name.text for name in judged.park_names}
    assert len(counted.claims) == len(judged.claims)
    assert counted.tally == judged.tally


def test_a_version_names_format_land_day_and_scope(land):
    def version(who: Actor, day: date = DEMO_AS_OF) -> str:
        return land.version(who, Layer.PARCELS, day)

    versions = {
        version(ALL),
        version(MANAGER),
        version(actor(Role.PARK_MANAGER, OTHER)),
        version(actor(Role.PARK_MANAGER, OTHER, PARK)),
        version(ALL, date(2020, 1, 1)),
        land.version(ALL, Layer.GROUND, DEMO_AS_OF),
    }
    assert len(versions) == 6
    assert land.version(MANAGER, Layer.GROUND, DEMO_AS_OF) in versions, "it is the same for all"


def test_a_version_costs_a_query_every_five_seconds_at_most(land, time, statements):
    def asked() -> int:
        land.version(ALL, Layer.PARCELS, DEMO_AS_OF)
        count = len(statements)
        statements.clear()
        return count

    assert asked() > 0
    assert asked() == 0
    time.now += KEPT_FOR - timedelta(milliseconds=1)
    assert asked() == 0
    time.now += timedelta(milliseconds=1)
    assert asked() > 0
    assert timedelta(seconds=5) >= KEPT_FOR


def test_who_manages_a_park_sees_nothing_of_another(land):
    assert {count.park for count in land.counts(MANAGER, DEMO_AS_OF)} == {PARK}
    mine = land.frame(MANAGER, DEMO_AS_OF, "zh")
    assert {placed.claim.park for placed in mine.claims} <= {PARK}
    whole = land.frame(ALL, DEMO_AS_OF, "zh")
    assert mine.bounds[2] - mine.bounds[0] < whole.bounds[2] - whole.bounds[0]
    assert sum(land.changes(MANAGER, DEMO_AS_OF).counts) < sum(land.changes(ALL, DEMO_AS_OF).counts)
    foreign = next(hit for hit in land.hits(ALL, DEMO_AS_OF, "演示-20") if hit.park != PARK)
    number, _ = land.place(ALL, foreign.key)
    assert land.card(ALL, number, DEMO_AS_OF, "zh").key == foreign.key
    assert foreign.key not in {hit.key for hit in land.hits(MANAGER, DEMO_AS_OF, foreign.title)}
    with pytest.raises(NothingFoundError):
        land.card(MANAGER, number, DEMO_AS_OF, "zh")
    with pytest.raises(NothingFoundError):
        land.place(MANAGER, foreign.key)


def test_who_sees_totals_only_sees_no_map(land):
    leader = actor(Role.LEADER)
    for ask in (
        lambda: land.tile(leader, Layer.PARCELS, WORLD, DEMO_AS_OF),
        lambda: land.tile(leader, Layer.GROUND, WORLD, DEMO_AS_OF),
        lambda: land.version(leader, Layer.PARCELS, DEMO_AS_OF),
        lambda: land.counts(leader, DEMO_AS_OF),
        lambda: land.card(leader, 1, DEMO_AS_OF, "zh"),
        lambda: land.hits(leader, DEMO_AS_OF, "x"),
        lambda: land.view(leader, DEMO_AS_OF, "zh"),
    ):
        with pytest.raises(NotAllowedError):
            ask()


def test_a_card_tells_of_the_day_asked_about(land):
    hit = land.hits(ALL, DEMO_AS_OF, "演示-2008-003")[0]
    number, _ = land.place(ALL, hit.key)
    verdicts = {
        day: land.card(ALL, number, day, "zh").verdict for day in (date(2007, 1, 1), DEMO_AS_OF)
    }
    assert verdicts[date(2007, 1, 1)].value == "not_in_force"
    assert verdicts[DEMO_AS_OF] is hit.verdict


@pytest.mark.parametrize("day", [DEMO_AS_OF + timedelta(days=3000), date(2099, 1, 1)])
def test_a_day_beyond_those_looked_at_is_refused(land, day):
    assert not land.tells_of(day)
    with pytest.raises(NothingFoundError, match=str(day)):
        land.tile(ALL, Layer.PARCELS, WORLD, day)
    with pytest.raises(NothingFoundError, match=str(day)):
        land.counts(ALL, day)


def test_before_the_first_import_there_is_no_map_and_no_failure(own_engine, law, time):
    empty = LandMap(own_engine, law, time)
    assert not empty.tells_of(DEMO_AS_OF)
    assert empty.view(ALL, DEMO_AS_OF, "zh").parcels == ()


def test_groups_are_bits_in_their_order(land):
    parcels = {group: group.position for group in Group}
    assert parcels == {Group.OVERDUE: 0, Group.IDLE: 1, Group.SUPPLIED_UNUSED: 2}
    bits = {count.groups for count in land.counts(ALL, DEMO_AS_OF)}
    assert bits <= set(range(8))
    assert len(bits) > 3
