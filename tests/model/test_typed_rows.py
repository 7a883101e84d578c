"""Rows whose cells stand in columns."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.model.coded import coded
from geodata.model.content import catalogue_of
from geodata.model.content.typed_rows import TypedRows
from geodata.model.content_lists import ContentKind

ROWS = [{"uscc": "A~B", "year": 2024}, {"uscc": "%", "year": 2025, "note": "x"}]
YEARS = catalogue_of(ContentKind.ENTERPRISE_YEARS)


def test_rows_are_what_they_were_made_of():
    rows = TypedRows.of(ROWS)
    assert TypedRows.of(rows) is rows
    assert list(rows) == [ROWS[0] | {"note": None}, ROWS[1]]
    assert [rows[0], rows[-1]] == [ROWS[0] | {"note": None}, ROWS[1]]
    assert rows[1:] == [ROWS[1]]
    assert list(rows.take(np.array([1, 1]))) == [ROWS[1], ROWS[1]]
    with pytest.raises(IndexError):
        rows[2]


def test_a_column_nobody_has_is_unknown():
    rows = TypedRows({"year": coded([2024, 2025])}, 2)
    assert list(rows.column("note")) == [None, None]
    assert list(rows.column("year")) == [2024, 2025]


def test_names_are_those_of_each_row():
    assert TypedRows.of(ROWS).names(YEARS) == [YEARS.name_of(row) for row in ROWS]
