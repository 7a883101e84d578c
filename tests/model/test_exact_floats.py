"""Floats are the decimal numbers that a person sees in their place."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.exact_floats import exact_floats
from geodata.model.scalars import CellError, cell_text, read_number

FACTORS = (Fraction(1), Fraction(10_000), Fraction(2_000, 3))


def read_alone(number: float, factor: Fraction) -> Fraction | None:
    try:
        return read_number(str(cell_text(number)), factor)
    except CellError:
        return None


@given(
    st.lists(st.floats() | st.decimals(0, 10**12, places=3).map(float)), st.sampled_from(FACTORS)
)
def test_many_are_read_as_each_alone(numbers, factor):
    found, is_read = exact_floats(np.array(numbers, dtype=np.float64), factor)
    assert found.known.tolist() == is_read.tolist()
    for row in np.flatnonzero(is_read).tolist():
        assert found.fraction(row) == read_alone(numbers[row], factor)


@given(st.lists(st.decimals(0, 10**9, places=4)))
def test_amounts_are_always_read(amounts):
    found, is_read = exact_floats(np.array([float(each) for each in amounts], dtype=np.float64))
    assert is_read.all()
    assert [found.fraction(row) for row in range(len(found))] == [Fraction(a) for a in amounts]


@pytest.mark.parametrize("number", [-0.5, float("nan"), float("inf"), 1e15, 0.1 + 0.2, 5e-324])
def test_others_are_left(number):
    found, is_read = exact_floats(np.array([number, 2.5]))
    assert is_read.tolist() == [False, True]
    assert (found.fraction(0), found.fraction(1)) == (None, Fraction(5, 2))
