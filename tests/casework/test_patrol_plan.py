"""Days of a patrol: everybody once, never too many, by urgency and then by the shorter way."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from service.compliance.casework.patrol_plan import (
    Stop,
    day_routes,
    doubt_of,
    each_parcel_once,
    length_m,
    nearest_first,
    shortened,
    urgency_of,
)

METRES = st.integers(0, 3_000).map(float)


@st.composite
def lands(draw: st.DrawFn) -> list[Stop]:
    """Stops in two parks, some of them on the same parcel or equally urgent."""
    count = draw(st.integers(0, 24))
    return [
        Stop(
            key=ContractKey(f"C{number:02}", "", f"P{draw(st.integers(0, 20))}"),
            park=draw(st.sampled_from("东西")),
            urgency=draw(st.sampled_from([1.0, 2.0, 3.5])),
            x_m=draw(METRES),
            y_m=draw(METRES),
        )
        for number in range(count)
    ]


@given(lands(), st.integers(1, 6))
def test_each_parcel_is_visited_once_and_no_day_has_too_many(stops, per_day):
    routes = day_routes(stops, per_day)
    visited = [stop.key.parcel_code for route in routes for stop in route]
    assert sorted(visited) == sorted({stop.key.parcel_code for stop in stops})
    assert all(1 <= len(route) <= per_day for route in routes)
    assert all(len({stop.park for stop in route}) == 1 for route in routes)


@given(lands(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_they_come_in_changes_nothing(stops, per_day, random: Random):
    mixed = random.sample(stops, len(stops))
    assert day_routes(mixed, per_day) == day_routes(stops, per_day)


@given(lands())
def test_a_route_is_never_longer_than_the_greedy_one(stops):
    greedy = nearest_first(list(each_parcel_once(stops)))
    short = shortened(greedy)
    assert length_m(short) <= length_m(greedy)
    assert sorted(short, key=lambda stop: stop.rank) == sorted(greedy, key=lambda stop: stop.rank)


@given(lands(), st.integers(1, 6), st.integers(1, 3))
def test_fewer_days_are_the_first_of_more(stops, per_day, day_count):
    assert day_routes(stops, per_day, day_count) == day_routes(stops, per_day)[:day_count]


@given(lands(), st.integers(1, 6))
def test_within_a_park_nobody_less_urgent_comes_on_an_earlier_day(stops, per_day):
    for park in "东西":
        days = [route for route in day_routes(stops, per_day) if route[0].park == park]
        for earlier, later in pairwise(days):
            assert max(s.rank for s in earlier) < min(s.rank for s in later)


def test_a_crossing_is_undone():
    corners = {"A": (0, 0), "B": (100, 0), "C": (100, 10), "D": (0, 12)}
    a, b, c, d = (
        Stop(ContractKey(name), "东", 1.0, float(x), float(y)) for name, (x, y) in corners.items()
    )
    assert shortened((a, c, b, d)) in [(a, d, c, b), (b, c, d, a), (d, a, b, c), (c, b, a, d)]


def test_equally_urgent_contracts_go_by_their_numbers():
    stops = [Stop(ContractKey(f"C{n}"), "东", 1.0, 0.0, 0.0) for n in (3, 1, 2)]
    found = [stop.key.contract_no for route in day_routes(stops, 1) for stop in route]
    assert found == ["C1", "C2", "C3"]


@pytest.mark.parametrize(
    ("verdict", "doubt"),
    [
        (Verdict.SUSPECT_IDLE_2Y, 3),
        (Verdict.UNDETERMINED, 2),
        (Verdict.OVERDUE_START, 1),
        (Verdict.SUPPLIED_UNUSED, 1),
        (Verdict.COMPLIANT, 0),
        (Verdict.CLOSED, 0),
    ],
)
def test_doubt_is_that_of_the_verdict_unless_imagery_has_more(verdict, doubt):
    codes = np.array([verdict.position] * 2, dtype=np.int8)
    assert doubt_of(codes, np.array([False, True])).tolist() == [doubt, 4]


def test_urgency_grows_with_money_and_age_and_has_a_bound():
    doubt = np.full(6, 2.0)
    stake = np.array([0.0, 90_000.0, 0.0, 0.0, 0.0, 0.0])
    unseen = np.array([0.0, 0.0, 365.0, 3_650.0, np.nan, -30.0])
    assert urgency_of(doubt, stake, unseen).tolist() == [2, 4, 4, 12, 12, 2]
