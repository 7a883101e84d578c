"""Movements of the tally: reversals are subtracted in their own year, and all adds up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.progress import days_to_credit, movements, pace
from service.operations.land import Register
from tests.geometry.shapes import plot

AS_OF = date(2025, 6, 30)
VACATED, UPGRADED = ClaimKind.VACATED, ClaimKind.UPGRADED
PLOT = plot(0, 0, 100, 100)


def entry(code, kind, done_on, reversed_on=None, *, area_mu="15", town="朱泾镇", park="一园"):
    area_m2 = Fraction(area_mu) / MU_PER_M2
    return Claim(code, kind, ClaimStatus.DONE, done_on, reversed_on, area_m2, town, park, "")


def moved(entries):
    """The movements of entries with outlines, as net figures by kind and year."""
    claims, shapes = zip(*entries, strict=True)
    register = Register.of(claims, gpd.GeoSeries(list(shapes), crs=4549))
    credited = {day: register.credited(day) for day in days_to_credit(claims, AS_OF)}
    return register, credited, movements(claims, credited)


def test_a_reversal_is_subtracted_in_its_year_and_hands_the_land_on():
    """Land that two claim goes to the earlier one, and to the later one when that is withdrawn."""
    _, _, found = moved(
        [
            (entry("OUT", VACATED, date(2022, 3, 1), date(2024, 5, 1)), PLOT),
            (entry("UP", UPGRADED, date(2023, 3, 1)), PLOT),
        ]
    )
    assert [(each.kind, each.year, each.gained_mu, each.withdrawn_mu) for each in found] == [
        (VACATED, 2022, 15, 0),
        (VACATED, 2024, 0, 15),
        (UPGRADED, 2024, 15, 0),
    ]


def test_places_are_kept_apart():
    _, _, found = moved(
        [
            (entry("A", VACATED, date(2024, 1, 1), town="亭林镇"), PLOT),
            (entry("B", VACATED, date(2024, 1, 2), park="二园"), plot(200, 0, 300, 100)),
        ]
    )
    places = {(each.town, each.park): each.net_mu for each in found}
    assert places == {("亭林镇", "一园"): 15, ("朱泾镇", "二园"): 15}


def test_pace_is_what_is_missing_over_the_days_that_are_left(law):
    register, credited, _ = moved([(entry("A", VACATED, date(2025, 1, 1), area_mu="730"), PLOT)])
    line = next(line for line in register.tally(law, AS_OF).lines if line.kind is VACATED)
    told = pace(line, register.claims, credited)
    days_left = (date(2025, 12, 31) - AS_OF).days
    assert told.needed_mu == Fraction(1500 - 730) * 30 / days_left
    assert told.recent_mu == Fraction(730 * 30, 365)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 3, 1)])
def test_with_no_day_left_no_pace_helps(law, day):
    claims = (entry("A", VACATED, date(2025, 1, 1)),)
    register = Register.of(claims, gpd.GeoSeries([PLOT], crs=4549))
    credited = {each: register.credited(each) for each in days_to_credit(claims, day)}
    line = register.tally(law, day).lines[VACATED.position]
    assert pace(line, claims, credited).needed_mu is None


days = st.dates(date(2021, 1, 1), AS_OF)
entries = st.lists(
    st.tuples(
        st.sampled_from(ClaimKind),
        days,
        st.none() | st.integers(1, 900),
        st.integers(0, 8).map(lambda east: plot(50 * east, 0, 50 * east + 100, 100)),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(entries)
def test_the_movements_of_all_years_are_the_tally(drawn):
    given_entries = [
        (entry(f"C{n}", kind, done, after and done + timedelta(after)), shape)
        for n, (kind, done, after, shape) in enumerate(drawn)
    ]
    register, credited, found = moved(given_entries)
    for kind in ClaimKind:
        net = sum((each.net_mu for each in found if each.kind is kind), Fraction(0))
        shares = credited[AS_OF]
        now = [c for c in register.claims if c.kind is kind and c.claim_code in shares]
        done = sum((c.area_m2 * shares[c.claim_code] for c in now), Fraction(0))
        assert net == done * MU_PER_M2
    assert all(each.gained_mu >= 0 <= each.withdrawn_mu for each in found)
