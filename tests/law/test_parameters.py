"""Legal numbers picked row by row, each by the date its entry names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LawBookError
from geodata.model.codelists import Confidence
from geodata.model.columns import NO_DAY, Days, Exact, as_date, day_number
from geodata.model.judgements import NEVER
from geodata.model.law_lists import Selector
from service.compliance.law import Citation, Instrument, LawBook, Number, Version
from service.compliance.rules.parameters import Parameters

from .checking import STEADY

NUMBER = "extension.cap_years"
FIRST, LAST = day_number(date(2000, 1, 1)), day_number(date(2030, 12, 31))
AUTHORITY = Citation(
    Instrument("x", "法", "law", date(1990, 1, 1), None, Confidence.CONVENTION), "1"
)

days = st.integers(FIRST, LAST)
maybe_days = st.one_of(st.just(NO_DAY), days)
values = st.integers(0, 3).map(Fraction)


def column(numbers: list[int]) -> Days:
    return np.array(numbers, dtype=np.int32)


def version(from_on: date, value: Fraction) -> Version:
    return Version(from_on, value, (AUTHORITY,), Confidence.CONVENTION)


def book_with(law: LawBook, selected_by: Selector, *versions: Version) -> LawBook:
    """The law book with one number that has these versions."""
    number: Number = replace(law.numbers[NUMBER], selected_by=selected_by, versions=versions)
    return replace(law, numbers={**law.numbers, NUMBER: number})


@st.composite
def versions(draw: st.DrawFn) -> list[Version]:
    starts = sorted(draw(st.sets(days, min_size=1, max_size=4)))
    return [version(as_date(start) or date.min, draw(values)) for start in starts]


def each(found: object, count: int) -> list[Fraction | None]:
    """What was found, row by row."""
    if isinstance(found, Exact):
        return [found.fraction(row) for row in range(count)]
    if isinstance(found, np.ndarray):
        return [Fraction(int(value)) for value in found]
    assert isinstance(found, int | Fraction)
    return [Fraction(found)] * count


@given(
    versions=versions(),
    selector=st.sampled_from(Selector),
    rows=st.lists(st.tuples(days, maybe_days, maybe_days, maybe_days), max_size=8),
)
@STEADY
def test_each_row_has_the_version_a_scalar_lookup_gives(
    versions: list[Version],
    selector: Selector,
    rows: list[tuple[int, int, int, int]],
    law: LawBook,
) -> None:
    book = book_with(law, selector, *versions)
    day, signed, due, act = (column([row[part] for row in rows]) for part in range(4))
    parameters = Parameters(book, day, signed)
    chosen = dict(zip(Selector, zip(*rows, strict=True), strict=True)) if rows else {}
    expected = [
        book.number(NUMBER, as_date(on if on != NO_DAY else row[0]) or date.min)
        for on, row in zip(chosen.get(selector, ()), rows, strict=True)
    ]
    assert each(parameters.count(NUMBER, due=due, act=act), len(rows)) == expected
    assert each(parameters.number(NUMBER, due=due, act=act), len(rows)) == expected


@given(data=st.data())
@STEADY
def test_entries_are_looked_up_by_the_rows_they_belong_to(
    data: st.DataObject, law: LawBook
) -> None:
    selector = data.draw(st.sampled_from(Selector))
    book = book_with(law, selector, *data.draw(versions()))
    count = data.draw(st.integers(1, 6))
    day = column(data.draw(st.lists(days, min_size=count, max_size=count)))
    signed = column(data.draw(st.lists(maybe_days, min_size=count, max_size=count)))
    rows = np.array(data.draw(st.lists(st.integers(0, count - 1), max_size=8)), dtype=np.intp)
    dated = st.lists(maybe_days, min_size=len(rows), max_size=len(rows))
    due, act = column(data.draw(dated)), column(data.draw(dated))
    of_entries = Parameters(book, day[rows], signed[rows]).number(NUMBER, due=due, act=act)
    found = Parameters(book, day, signed).number(NUMBER, due=due, act=act, rows=rows)
    assert each(found, len(rows)) == each(of_entries, len(rows))


TWO = (version(date(2010, 1, 1), Fraction(1)), version(date(2020, 1, 1), Fraction(2)))
OLD, NEW = day_number(date(2019, 12, 31)), day_number(date(2020, 1, 1))


def test_one_version_for_all_rows_is_one_value(law: LawBook) -> None:
    book = book_with(law, Selector.SIGNING, *TWO)
    same = Parameters(book, column([NEW, NEW]), column([OLD, OLD - 7000]))
    assert same.count(NUMBER) == 1
    assert same.number(NUMBER) == Fraction(1)
    mixed = Parameters(book, column([NEW, NEW]), column([OLD, NO_DAY])).count(NUMBER)
    assert isinstance(mixed, np.ndarray)
    assert mixed.tolist() == [1, 2]


def test_an_empty_ledger_has_one_value(law: LawBook) -> None:
    empty = Parameters(book_with(law, Selector.SIGNING, *TWO), column([]), column([]))
    assert empty.count(NUMBER) == 1


@pytest.mark.parametrize("selector", [Selector.DUE, Selector.ACT])
def test_a_date_the_rule_does_not_know_is_refused(law: LawBook, selector: Selector) -> None:
    parameters = Parameters(book_with(law, selector, TWO[0]), column([NEW]), column([OLD]))
    with pytest.raises(LawBookError, match=rf"extension\.cap_years is selected by {selector}"):
        parameters.count(NUMBER)


def test_what_the_book_does_not_hold_is_named(law: LawBook) -> None:
    parameters = Parameters(law, column([NEW]), column([OLD]))
    assert NUMBER in parameters
    assert "no.such" not in parameters
    with pytest.raises(LawBookError, match=r"no\.such"):
        parameters.count("no.such")
    with pytest.raises(LawBookError, match="whole number"):
        parameters.count("idle.fee_share")


def test_the_next_version_is_the_first_later_one(law: LawBook) -> None:
    later = version(date(2091, 1, 1), Fraction(2))
    book = book_with(law, Selector.SIGNING, *law.numbers[NUMBER].versions, later)
    days = column([day_number(date(2090, 12, 31)), day_number(date(2091, 1, 1))])
    found = Parameters(book, days, days).next_version_on(days)
    assert found.tolist() == [day_number(date(2091, 1, 1)), NEVER]
