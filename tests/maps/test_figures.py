from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.maps.figures import NOTHING, Figures, grouped
from service.maps.view import Stake

figures = Figures(lambda text: text)


@given(st.fractions(min_value=-(10**15), max_value=10**15), st.integers(0, 4))
def test_a_number_is_rounded_once_to_the_nearest(value, decimals):
    written = grouped(value, decimals)
    error = abs(Fraction(written.replace(",", "")) - value)
    assert error <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (Fraction(1, 200), 2, "0.01"),
        (Decimal("2.675"), 2, "2.68"),
        (1234567, 0, "1,234,567"),
        (Fraction(441, 10), 2, "44.10"),
        (-1, 2, "-1.00"),
    ],
)
def test_halves_go_up_and_thousands_are_set_apart(value, decimals, written):
    assert grouped(value, decimals) == written


def test_areas_are_written_in_both_units():
    assert figures.area(Fraction(29_400)) == "44.10 mu (29,400.00 m²)"


def test_unknown_is_written_as_unknown():
    assert figures.area(None) == figures.mu_number(None) == figures.yuan(None) == "unknown"
    assert figures.stake_number(Stake(Decimal(0), 2)) == "unknown"
    assert figures.stake_number(Stake()) == figures.day(None) == figures.share(None) == NOTHING


def test_a_sum_with_a_part_unknown_is_at_least_that():
    assert figures.stake_number(Stake(Decimal(5), 1)) == "≥ 5.00"
    assert figures.stake(Stake(Decimal(43_920_000), 1)) == (
        "4,392.00 wan yuan and 1 without an amount"
    )


def test_days_are_written_as_people_say_them():
    assert figures.late(1366) == "1,366 days late"
    assert figures.late(0) == figures.late(None) == ""
    due_on = date(2026, 7, 12)
    assert figures.days_left(date(2026, 6, 30), due_on) == "12 days left"
    assert figures.days_left(due_on, due_on) == "due today"
