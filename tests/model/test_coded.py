"""Columns in which equal cells stand once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.coded import Coded, coded
from geodata.model.scalars import Unreadable

ALIKE = (
    *(0, 1, True, False, 0.0, 1.0, Decimal(1), None, "", "1", "#N/A", Unreadable("#N/A")),
    *(date(2024, 1, 1), datetime(2024, 1, 1, tzinfo=UTC)),
)


def told(values: object) -> list[tuple[type, object]]:
    return [(type(value), value) for value in values]  # type: ignore[attr-defined]  # sequences


@given(st.lists(st.sampled_from(ALIKE)))
def test_every_cell_stands_in_its_row(values):
    column = coded(values)
    assert told(column) == told(values)
    assert told(column[row] for row in range(len(column))) == told(values)
    assert len(set(told(column.different))) == len(column.different) == len(set(told(values)))


@given(st.lists(st.sampled_from("abc")), st.data())
def test_rows_that_are_taken_stay_what_they_are(values, data):
    rows = data.draw(st.lists(st.integers(0, len(values) - 1))) if values else []
    taken = coded(values).take(np.array(rows, dtype=np.intp))
    assert list(taken) == list(taken.used()) == [values[row] for row in rows]
    assert set(taken.used().different) == {values[row] for row in rows}
    assert list(taken[1:]) == [values[row] for row in rows[1:]]


def test_the_rows_of_a_cell():
    column = coded(["b", "a", "b", None])
    assert column.different == ["b", "a", None]
    assert column.counts.tolist() == [2, 1, 1]
    assert column.rows_of([0, 2]) == [0, 2, 3]
    assert column.rows_of([]) == []
    assert list(column.translated(lambda text: text and text * 2)) == ["bb", "aa", "bb", None]


def test_a_column_is_not_made_twice():
    column = coded([1, 2])
    assert coded(column) is column
    assert Coded.of(column) is column
    with pytest.raises(IndexError):
        column[2]
