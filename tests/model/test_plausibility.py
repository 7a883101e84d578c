"""Exact comparison of columns, and odd texts looked at once."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.columns import Exact, from_rows
from geodata.model.plausibility import less, unusual_texts

close = st.integers(10**17, 10**17 + 3).map(lambda whole: Fraction(whole, 10**17 + 1))
numbers = st.none() | st.fractions(0, 10**9, max_denominator=10**6) | close
pairs = st.lists(st.tuples(numbers, numbers), max_size=12)


@given(pairs)
def test_columns_are_compared_exactly(rows: list[tuple[Fraction | None, Fraction | None]]):
    left, right = (Exact.of([row[side] for row in rows]) for side in (0, 1))
    expected = [a is not None and b is not None and a < b for a, b in rows]
    assert less(left, right).tolist() == expected


def test_equal_texts_are_looked_at_once():
    asked: list[str] = []

    def are_usual(texts):
        asked.extend(texts)
        return np.array([text == "a" for text in texts], dtype=np.bool_)

    columns = from_rows([{"town": text} for text in ("a", "b", None, "b", "a")])
    assert list(unusual_texts(columns, "town", are_usual)) == [(1, "b"), (3, "b")]
    assert sorted(asked) == ["a", "b"]
