"""Calendar arithmetic, pauses and working days against plain Python and the yearly notices."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.columns import EPOCH, NO_DAY, Days, as_date, day_number
from service.compliance.calendar import IntervalSets, add_months, add_years
from service.compliance.calendar.arithmetic import month_before
from service.compliance.law import LawBook

from . import peer_calendar
from .checking import STEADY
from .conftest import FIRST, LAST
from .peer_calendar import DAY, WorkCalendar

any_day = st.dates(date(1900, 1, 1), date(2199, 12, 31))

# Section 8 of the rulebook: weekdays off and weekend days worked, from the State Council's notices.
NOTICES = {
    2023: (
        "01-02 01-23/27 04-05 05-01/03 06-22/23 09-29 10-02/06",
        "01-28/29 04-23 05-06 06-25 10-07/08",
    ),
    2024: (
        "01-01 02-12/16 04-04/05 05-01/03 06-10 09-16/17 10-01/04 10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28/31 02-03/04 04-04 05-01/02 05-05 06-02 10-01/03 10-06/08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01/02 02-16/20 02-23 04-06 05-01 05-04/05 06-19 09-25 10-01/02 10-05/07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def numbers(*days: date | None) -> Days:
    return np.array([day_number(day) for day in days], dtype=np.int32)


def listed(year: int, text: str) -> set[date]:
    """Days written ``MM-DD`` or ``MM-DD/DD``."""
    found = set()
    for entry in text.split():
        first, _, last = entry.partition("/")
        month, day = (int(part) for part in first.split("-"))
        found |= {date(year, month, number) for number in range(day, int(last or day) + 1)}
    return found


@given(any_day, st.integers(-1200, 1200))
@settings(STEADY, max_examples=300)
def test_months_and_years_later(day: date, months: int) -> None:
    moved = as_date(int(add_months(numbers(day), months)[0]))
    assert moved == peer_calendar.add_months(day, months)
    years = months // 12
    assert add_years(numbers(day), years)[0] == add_months(numbers(day), 12 * years)[0]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 12, 31), 2, date(2023, 2, 28)),
        (date(1969, 12, 31), 2, date(1970, 2, 28)),
    ],
)
def test_where_the_day_is_missing_the_month_ends(day: date, months: int, then: date) -> None:
    assert add_months(numbers(day), months)[0] == day_number(then)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 6, 30), date(2026, 5, 30)),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(1900, 1, 2), date(1899, 12, 2)),
    ],
)
def test_the_month_before(day: date, before: date) -> None:
    assert month_before(day) == before


def test_an_unknown_day_stays_unknown() -> None:
    assert add_months(numbers(None), 6)[0] == NO_DAY
    assert add_years(numbers(None, date(2024, 2, 29)), 1).tolist() == [
        NO_DAY,
        day_number(date(2025, 2, 28)),
    ]


# -- pauses: small day numbers, so that intervals touch and overlap

spans = st.tuples(st.integers(0, 3), st.integers(-30, 60), st.integers(0, 15))
ROW_COUNT = 4


def union(intervals: list[tuple[int, int, int]]) -> tuple[IntervalSets, list[set[int]]]:
    row, begin, length = (np.array(part) for part in zip(*intervals, strict=True))
    merged = IntervalSets.union(
        row.astype(np.intp), begin.astype(np.int32), (begin + length).astype(np.int32), ROW_COUNT
    )
    days: list[set[int]] = [set() for _ in range(ROW_COUNT)]
    for owner, first, more in intervals:
        days[owner] |= set(range(first, first + more + 1))
    return merged, days


def ends(values: list[int]) -> Days:
    return np.array(values, dtype=np.int32)


bounds = st.lists(st.integers(-40, 90), min_size=ROW_COUNT, max_size=ROW_COUNT).map(ends)


@given(st.lists(spans, min_size=1, max_size=12), bounds, bounds)
@settings(STEADY, max_examples=300)
def test_pauses_count_and_move_like_sets_of_days(
    intervals: list[tuple[int, int, int]], after: Days, until: Days
) -> None:
    merged, days = union(intervals)
    inside = [
        {day for day in days[row] if after[row] < day <= until[row]} for row in range(ROW_COUNT)
    ]
    assert merged.count(after, until).tolist() == [len(paused) for paused in inside]
    for row, reached in enumerate(merged.moved(until, after).tolist()):
        assert reached == smallest(int(until[row]), int(after[row]), days[row])


def smallest(day: int, after: int, paused: set[int]) -> int:
    reached = day
    while reached != day + len([p for p in paused if after < p <= reached]):
        reached += 1
    return reached


def test_the_intervals_of_a_union_are_disjoint_and_in_order() -> None:
    merged, days = union([(1, 5, 3), (0, 9, 0), (1, 9, 2), (1, 0, 1), (1, 6, 1), (3, 2, 2)])
    assert merged.row.tolist() == [0, 1, 1, 3]
    assert merged.begin.tolist() == [9, 0, 5, 2]
    assert merged.end.tolist() == [9, 1, 11, 4]
    assert [len(owned) for owned in days] == [1, 9, 0, 3]


def test_without_limit_and_without_day() -> None:
    merged, _ = union([(0, 0, 9), (1, 0, 9)])
    no_limit = np.full(ROW_COUNT, NO_DAY, dtype=np.int32)
    assert merged.count(no_limit, ends([5, 50, 5, 5])).tolist() == [6, 10, 0, 0]
    assert merged.count(ends([0] * 4), no_limit).tolist() == [0, 0, 0, 0]
    assert merged.moved(no_limit, no_limit).tolist() == no_limit.tolist()
    assert merged.moved(ends([3, NO_DAY, 3, 3]), no_limit).tolist() == [13, NO_DAY, 3, 3]


# -- working days


def test_every_day_of_the_tables_is_as_the_package_says(
    law: LawBook, calendar: WorkCalendar
) -> None:
    known = law.working_days
    assert known.first_day == day_number(FIRST)
    assert known.past_last_day == day_number(LAST) + 1
    working = known.first_day + np.flatnonzero(known.working)
    assert working.tolist() == [(day - EPOCH).days for day in calendar.working]


@pytest.mark.parametrize("year", NOTICES)
def test_the_yearly_notices_of_the_rulebook(year: int, law: LawBook) -> None:
    off, worked = (listed(year, text) for text in NOTICES[year])
    assert all(day.weekday() < 5 for day in off)
    assert all(day.weekday() >= 5 for day in worked)
    first, known = date(year, 1, 1), law.working_days
    for number in range((date(year + 1, 1, 1) - first).days):
        day = first + number * DAY
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert bool(known.working[day_number(day) - known.first_day]) is expected, day


def test_rolling_and_counting_on_every_day(law: LawBook, calendar: WorkCalendar) -> None:
    begin = FIRST - 40 * DAY
    days = [begin + number * DAY for number in range((LAST - begin).days + 40)]
    assert law.working_days.roll(numbers(*days)).tolist() == [
        day_number(calendar.roll(day)) for day in days
    ]
    for count in (1, 5, 30, 45, 260):
        counts = np.full(len(days), count, dtype=np.int32)
        assert law.working_days.add(numbers(*days), counts).tolist() == [
            day_number(calendar.nth_after(day, count)) for day in days
        ]


def test_no_working_day_is_found_for_an_unknown_day(law: LawBook) -> None:
    known = law.working_days
    assert known.roll(numbers(None))[0] == NO_DAY
    assert known.add(numbers(None), np.array([5], dtype=np.int32))[0] == NO_DAY
