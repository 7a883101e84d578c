"""Forecasts: right as often as they say, and silent where the record is too short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.delays import DelayRecord, Scale
from service.compliance.indicators.forecast import forecast
from service.compliance.indicators.goals import Goal

from .calibration import calibrate
from .worlds import KINDS

AS_OF = date(2024, 6, 30)
PLANNED = date(2023, 1, 1)
UNTIL = date(2024, 12, 31)


def entry(code, area_mu=10, done_on=None, reversed_on=None, town="A"):
    status = ClaimStatus.DONE if done_on else ClaimStatus.PLANNED
    area_m2 = Fraction(area_mu) / MU_PER_M2
    return Claim(code, ClaimKind.VACATED, status, done_on, reversed_on, area_m2, town, "", "")


def past(count, withdrawn=0):
    """Entries of 2023 that came 0, 10, 20 … days late, and some that were withdrawn."""
    ended = [PLANNED + timedelta(days=10 * number) for number in range(count + withdrawn)]
    done = [entry(f"done {day}", done_on=day) for day in ended[:count]]
    return done + [entry(f"gone {day}", reversed_on=day) for day in ended[count:]]


def told(claims, area_mu, until_on=UNTIL, planned=None, as_of=AS_OF, **options):
    dates = {claim.claim_code: PLANNED for claim in claims} | (planned or {})
    goal = Goal("goal", KINDS, Fraction(area_mu), until_on)
    return forecast(claims, dates, {}, [goal], as_of, **{"draws": 1000} | options)


def outlook(*args, **options):
    (only,) = told(*args, **options).outlooks
    return only


NEXT = {"next": date(2024, 9, 1)}
"""Four months before the day of the goal: 13 of 25 entries of the past came in that time."""


# --- What is certain ----------------------------------------------------------------------------


def test_what_is_reached_is_certain_and_what_is_not_planned_impossible():
    claims = [*past(25), entry("next")]
    assert outlook(claims, 250, planned=NEXT).chance == 1
    assert outlook(claims, "260.01", planned=NEXT).chance == 0


def test_a_goal_of_the_past_stands_as_it_was_then():
    claims = past(25)
    on = PLANNED + timedelta(days=100)
    assert outlook(claims, 110, until_on=on).chance == 1
    missed = outlook(claims, 120, until_on=on)
    assert (missed.chance, missed.expected_gap_mu, missed.done_mu) == (0, 10, 110)


def test_too_few_delays_tell_nothing_and_say_how_many_are_needed():
    found = told([*past(18), entry("next")], 185, planned=NEXT)
    assert found.outlooks is None
    assert (found.sample.finished_count, found.sample.needed_count) == (18, 19)
    assert told([*past(19), entry("next")], 185, planned=NEXT).outlooks


def test_an_entry_without_a_planned_day_is_named_and_not_counted_on():
    claims = [*past(25), entry("next")]
    dates = {claim.claim_code: PLANNED for claim in claims[:-1]}
    found = forecast(claims, dates, {}, [Goal("goal", KINDS, Fraction(255), UNTIL)], AS_OF)
    assert found.sample.undated == ("next",)
    assert found.outlooks[0].chance == 0


def test_what_happened_after_the_day_is_not_known():
    later = [*past(25), entry("next", done_on=AS_OF + timedelta(days=1))]
    same = [*past(25), entry("next")]
    assert told(later, 255, planned=NEXT) == told(same, 255, planned=NEXT)


# --- What the record teaches --------------------------------------------------------------------


def test_the_chance_of_one_entry_is_that_of_the_record():
    assert outlook([*past(25), entry("next")], 255, planned=NEXT).chance == pytest.approx(
        13 / 25, abs=0.12
    )


def test_withdrawn_entries_lower_the_chance():
    without, with_them = (
        outlook([*past(25, gone), entry("next")], 255, planned=NEXT).chance for gone in (0, 25)
    )
    assert with_them < without - 0.1


def test_a_town_that_was_late_is_expected_to_be_late():
    slow = [replace(claim, town="B") for claim in past(25)[13:]]
    claims = [*past(25)[:13], *slow]
    chances = [
        outlook([*claims, entry("next", town=town)], 255, planned=NEXT).chance for town in "AB"
    ]
    assert chances[0] > chances[1] + 0.3


def test_a_scale_by_hand():
    """Of three entries one ends after 10 days, one is known open for 20, one ends after 30."""
    record = DelayRecord(
        age=np.array([10, 20, 30], dtype=np.int32),
        is_done=np.array([True, False, True]),
        is_withdrawn=np.zeros(3, dtype=np.bool_),
        town=np.zeros(3, dtype=np.intp),
        year=np.zeros(3, dtype=np.intp),
    )
    finished = Scale.of(record).finished
    assert finished.by(np.array([9, 10, 30, 31])) == pytest.approx([0, 1 / 6, 2 / 3, 1])


# --- What is given out --------------------------------------------------------------------------


def test_the_only_entry_that_can_reach_the_goal_is_the_lever():
    found = outlook([*past(25), entry("next"), entry("tiny", "0.01")], 259, planned=NEXT)
    (lever,) = found.levers
    assert lever.claim_code == "next"
    assert lever.gain == pytest.approx(1 - found.chance)
    assert lever.chance_in_time == pytest.approx(found.chance)
    assert found.expected_gap_mu == pytest.approx(9 * (1 - found.chance), abs=0.02)


def test_the_band_runs_from_what_is_done_to_the_day_of_the_goal():
    claims = [*past(25), *(entry(f"next {number}") for number in range(20))]
    planned = {f"next {number}": date(2024, 7, 1) + timedelta(9 * number) for number in range(20)}
    band = outlook(claims, 400, until_on=date(2024, 10, 15), planned=planned).band
    ends = (AS_OF, date(2024, 7, 31), date(2024, 8, 31), date(2024, 9, 30), date(2024, 10, 15))
    assert band.on == ends
    assert band.low_90[0] == band.high_90[0] == 250
    rows = np.array([band.low_90, band.low_50, band.median, band.high_50, band.high_90])
    assert (np.diff(rows, axis=0) >= 0).all()
    assert (np.diff(rows, axis=1) >= 0).all()


def test_the_same_seed_gives_the_same_forecast_in_any_order():
    claims = [*past(25), entry("next"), entry("other", 7)]
    first = told(claims, 255, planned=NEXT)
    assert told(claims[::-1], 255, planned=NEXT) == first
    assert told(claims, 255, planned=NEXT, seed=1) != first


# --- Whether it is right ------------------------------------------------------------------------


def test_intervals_and_chances_are_honest_where_delays_come_otherwise():
    found = calibrate(seed=20240630)
    assert 0.87 <= found.within_90 <= 0.93
    assert 0.4 <= found.within_50 <= 0.6
    assert found.brier < 0.5 * found.base_rate_brier
