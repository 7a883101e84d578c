"""Month and year arithmetic on day numbers (民法典 Arts. 200-203)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.model.columns import NO_DAY, Days


def add_months(days: Days, months: int | npt.NDArray[np.int32]) -> Days:
    """The corresponding day `months` later; where it is missing, the last day of that month.

    Source: 民法典 Art. 202. 31 August + 6 months = 28 or 29 February. `NO_DAY` stays `NO_DAY`.
    """
    known = days != NO_DAY
    start = np.where(known, days, 0).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    day_of_month = (start - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months, dtype=np.int64)
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + 1).astype("datetime64[D]").astype(np.int64) - first
    moved = first + np.minimum(day_of_month, length - 1)
    return np.where(known, moved, NO_DAY).astype(np.int32)


def add_years(days: Days, years: int | npt.NDArray[np.int32]) -> Days:
    """The corresponding day `years` later; 29 February + 1 year = 28 February (Art. 202)."""
    return add_months(days, np.asarray(years, dtype=np.int32) * 12)
