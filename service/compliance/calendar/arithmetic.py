"""Month and year arithmetic on day numbers (民法典 Arts. 200-203)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from geodata.model.columns import EPOCH, NO_DAY, Days, day_number

_FIRST_YEAR, _PAST_LAST_YEAR = 1900, 2200
_LONGEST: Final = 12 * 100
"""Months by which a day near the end of the table may be moved without leaving it."""


@dataclass(frozen=True, slots=True)
class _Almanac:
    """The months of three centuries, looked up by day number: every date a contract knows.

    Attributes
    ----------
    first_day, past_last_day
        The days whose month is tabulated.
    month
        Of each day, the month it lies in, counted from the first one (int16).
    starts_on, length
        Of each month, its first day and its number of days.
    """

    first_day: int
    past_last_day: int
    month: npt.NDArray[np.int16]
    starts_on: Days
    length: npt.NDArray[np.int8]

    @classmethod
    def of_years(cls, first: int, past_last: int) -> Self:
        """The months of the years given, and those that can be reached from them."""
        months = np.arange((first - 1970) * 12, (past_last - 1970) * 12 + _LONGEST + 1)
        bounds = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
        lengths = np.diff(bounds)
        listed = (past_last - first) * 12
        return cls(
            first_day=int(bounds[0]),
            past_last_day=int(bounds[listed]),
            month=np.repeat(np.arange(listed, dtype=np.int16), lengths[:listed]),
            starts_on=bounds[:-1],
            length=lengths.astype(np.int8),
        )

    def add(self, days: Days, months: npt.NDArray[np.int32]) -> Days:
        """As `add_months`, for days that are tabulated."""
        month = self.month[days - self.first_day]
        target = month + months
        day_of_month = days - self.starts_on[month]
        last_place = self.length[target] - 1
        return np.asarray(self.starts_on[target] + np.minimum(day_of_month, last_place))

    def holds(self, days: Days, months: npt.NDArray[np.int32]) -> bool:
        """Every one of the days, and wherever the months lead, is tabulated."""
        return bool(
            days.min() >= self.first_day
            and days.max() < self.past_last_day
            and months.min() >= 0
            and months.max() < _LONGEST
        )


@cache
def _almanac() -> _Almanac:
    return _Almanac.of_years(_FIRST_YEAR, _PAST_LAST_YEAR)


def add_months(days: Days, months: int | npt.NDArray[np.int32]) -> Days:
    """The corresponding day `months` later; where it is missing, the last day of that month.

    Source: 民法典 Art. 202. 31 August + 6 months = 28 or 29 February. `NO_DAY` stays `NO_DAY`.
    """
    known = np.flatnonzero(days != NO_DAY)
    moved = np.full(len(days), NO_DAY, dtype=np.int32)
    if not len(known):
        return moved
    starts = days[known]
    counts = np.broadcast_to(np.asarray(months, dtype=np.int32), days.shape)[known]
    almanac = _almanac()
    moved[known] = (almanac.add if almanac.holds(starts, counts) else _added)(starts, counts)
    return moved


def _added(days: Days, months: npt.NDArray[np.int32]) -> Days:
    """As `add_months`, for any days, counted by numpy."""
    start = days.astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    day_of_month = (start - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype(np.int64)
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + 1).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(day_of_month, length - 1), dtype=np.int32)


def add_years(days: Days, years: int | npt.NDArray[np.int32]) -> Days:
    """The corresponding day `years` later; 29 February + 1 year = 28 February (Art. 202)."""
    return add_months(days, np.asarray(years, dtype=np.int32) * 12)


def month_before(day: date) -> date:
    """The corresponding day of the month before, or that month's last."""
    (before,) = add_months(np.array([day_number(day)], dtype=np.int32), -1).tolist()
    return EPOCH + timedelta(days=before)
