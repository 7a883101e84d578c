"""Arithmetic on columns equals arithmetic on fractions, whatever the size of the numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.columns import Exact
from service.compliance.rules import exact

from .checking import STEADY

YUAN = 10**12
HELD = 2**62 - 1  # the largest numerator and denominator a column holds

Number = Fraction | None

money = st.integers(0, 100 * YUAN).map(lambda fen: Fraction(fen, 100))
shares = st.fractions(0, 1, max_denominator=10**6)
rates = st.integers(0, 10**7).map(lambda rate: Fraction(rate, 10_000))
huge = st.builds(Fraction, st.integers(0, HELD), st.integers(1, HELD))
numbers = st.none() | money | shares | rates | huge
few = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6)


def sides(rows: list[tuple[Number, ...]]) -> list[Exact]:
    return [Exact.of(column) for column in zip(*rows, strict=True)]


def fractions(column: Exact) -> list[Number]:
    return [column.fraction(row) for row in range(len(column))]


def known(operation: Callable[..., Fraction], *factors: Number) -> Number:
    return None if None in factors else operation(*factors)


@given(few)
@settings(STEADY, max_examples=300)
def test_product_sum_and_difference(rows: list[tuple[Number, ...]]) -> None:
    left, right, third = sides(rows)
    for column, operation in (
        (exact.times(left, right), lambda a, b, _: a * b),
        (exact.plus(left, right), lambda a, b, _: a + b),
        (exact.minus(left, right), lambda a, b, _: a - b),
    ):
        expected = [known(operation, a, b, Fraction(0)) for a, b, _ in rows]
        assert fractions(column) == expected
    chained = exact.plus(exact.times(exact.times(left, right), third), third)
    assert fractions(chained) == [known(lambda a, b, c: a * b * c + c, *row) for row in rows]


@given(few)
@settings(STEADY, max_examples=150)
def test_quotient_is_unknown_where_the_divisor_is_zero(rows: list[tuple[Number, ...]]) -> None:
    left, right, _ = sides(rows)
    expected = [a / b if a is not None and b else None for a, b, _ in rows]
    assert fractions(exact.over(left, right)) == expected


@given(few)
@settings(STEADY, max_examples=150)
def test_comparisons_hold_only_between_known_numbers(rows: list[tuple[Number, ...]]) -> None:
    left, right, _ = sides(rows)
    pairs = [(a, b) for a, b, _ in rows]
    less = [a is not None and b is not None and a < b for a, b in pairs]
    at_least = [a is not None and b is not None and a >= b for a, b in pairs]
    assert exact.less(left, right).tolist() == less
    assert exact.at_least(left, right).tolist() == at_least


@pytest.mark.parametrize("limit", [Fraction(1, 3), Fraction(1, 4), Fraction(1, 5)])
def test_a_ratio_at_its_limit_is_told_from_its_neighbours(limit: Fraction) -> None:
    whole = Fraction(YUAN)
    parts = [whole * limit, whole * limit - Fraction(1, 10**5), whole * limit + Fraction(1, 10**5)]
    wanted = exact.scaled(Exact.of([whole] * 3), limit)
    assert exact.less(Exact.of(parts), wanted).tolist() == [False, True, False]


@given(few)
@settings(STEADY, max_examples=300)
def test_amounts_are_rounded_half_up_once(rows: list[tuple[Number, ...]]) -> None:
    left, right, third = sides(rows)
    amounts = exact.fen(exact.times(exact.times(left, right), third))
    expected = [known(lambda a, b, c: a * b * c, *row) for row in rows]
    for row, amount in enumerate(expected):
        fen = None if amount is None else int((amount * 200 + 1) // 2)
        found = amounts.yuan(row)
        assert found == (None if fen is None else Decimal(fen).scaleb(-2))


@pytest.mark.parametrize(
    ("amount", "yuan"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("2.675", "2.68"), ("1000000000000.125", None)],
)
def test_half_a_fen_goes_up(amount: str, yuan: str | None) -> None:
    found = exact.fen(Exact.of([Fraction(amount)])).yuan(0)
    assert found == Decimal(yuan or "1000000000000.13")


def test_one_large_number_does_not_spoil_its_neighbours() -> None:
    values = [Fraction(HELD), Fraction(1, HELD), Fraction(3), None]
    column = Exact.of(values)
    squares = [None if value is None else value * value for value in values]
    assert fractions(exact.times(column, column)) == squares
    assert fractions(exact.only(column, column.known, 0))[-1] == 0
