"""Dates of the second reading: corresponding days, working days, paused days, one at a time."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from geodata.model.codelists import TermUnit

DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The corresponding day, or the last day of a month that lacks it (R0.3)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """The corresponding day `years` later (R0.3)."""
    return add_months(day, 12 * years)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days between two days, both inclusive; nothing is known outside."""

    first: date
    last: date
    working: Sequence[date]

    def roll(self, day: date) -> date | None:
        """The day, or the next working day; None when that needs a year without a table."""
        return self._nth_from(day, 0)

    def nth_after(self, day: date, count: int) -> date | None:
        """The `count`-th working day after a day, counted from the day after it."""
        return self.roll(day) if count == 0 else self._nth_from(day + DAY, count - 1)

    def _nth_from(self, day: date, skipped: int) -> date | None:
        if not self.first <= day <= self.last:
            return None
        place = bisect_left(self.working, day) + skipped
        return self.working[place] if place < len(self.working) else None


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative date: as counted and rolled (None without a table), and without rest days."""

    day: date | None
    unrolled: date


def relative_date(count: int, unit: str, anchor: date, calendar: WorkCalendar) -> Relative:
    """The day `count` units after the anchor."""
    if unit == TermUnit.WORKING_DAY.value:
        return Relative(calendar.nth_after(anchor, count), anchor + count * DAY)
    if unit == TermUnit.DAY.value:
        unrolled = anchor + count * DAY
    else:
        unrolled = add_months(anchor, count * (12 if unit == TermUnit.YEAR.value else 1))
    return Relative(calendar.roll(unrolled), unrolled)


class Pauses:
    """A set of days, given as intervals with both ends inclusive."""

    def __init__(self, intervals: Iterable[tuple[date, date]]) -> None:
        self.intervals: list[tuple[date, date]] = []
        for begin, end in sorted(intervals):
            if self.intervals and begin <= self.intervals[-1][1]:
                first, last = self.intervals[-1]
                self.intervals[-1] = (first, max(last, end))
            else:
                self.intervals.append((begin, end))

    def days(self, after: date, until: date) -> int:
        """Days d of the set with ``after < d <= until``."""
        total = 0
        for begin, end in self.intervals:
            low, high = max(begin, after + DAY), min(end, until)
            if low <= high:
                total += (high - low).days + 1
        return total

    def moved(self, day: date, after: date) -> date:
        """The smallest t with ``t = day + days(after, t)``."""
        reached = day
        for begin, end in self.intervals:
            low = max(begin, after + DAY)
            if low <= min(end, reached):  # who enters an interval waits for its end
                reached += (end - low).days * DAY + DAY
        return reached
