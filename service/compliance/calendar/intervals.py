"""Sets of days per row: the periods in which a clock stands still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Days

_STRIDE = 1 << 24
"""More days than lie between any two dates: keeps the rows apart in one running maximum."""


def entries_of(
    owner: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The entries of the rows given: the place of their row in `rows`, and their own place.

    `owner` is the row of every entry, ascending.
    """
    first = np.searchsorted(owner, rows)
    counts = np.searchsorted(owner, rows, side="right") - first
    start = np.cumsum(counts) - counts
    entries = np.arange(counts.sum()) + np.repeat(first - start, counts)
    return np.repeat(np.arange(len(rows)), counts), entries


@dataclass(frozen=True, slots=True)
class IntervalSets:
    """Disjoint intervals of days, both ends inclusive, sorted by row and begin.

    Attributes
    ----------
    row
        Owner of each interval.
    begin, end
        Day numbers.
    row_count
        Number of rows, with or without intervals.
    """

    row: npt.NDArray[np.intp]
    begin: Days
    end: Days
    row_count: int

    @classmethod
    def union(
        cls, row: npt.NDArray[np.intp], begin: Days, end: Days, row_count: int
    ) -> IntervalSets:
        """Disjoint sets that cover the same days as the intervals given (R1.26)."""
        order = np.lexsort((begin, row))
        row, begin, end = row[order], begin[order], end[order]
        keyed_end = np.maximum.accumulate(row.astype(np.int64) * _STRIDE + end)
        keyed_begin = row.astype(np.int64) * _STRIDE + begin
        opens = np.ones(len(row), dtype=np.bool_)
        opens[1:] = keyed_begin[1:] > keyed_end[:-1] + 1
        first = np.flatnonzero(opens)
        last = np.append(first[1:], len(row)) - 1 if len(first) else first
        merged_end = (keyed_end[last] - row[last].astype(np.int64) * _STRIDE).astype(np.int32)
        return cls(row[first], begin[first], merged_end, row_count)

    def take(self, rows: npt.NDArray[np.intp]) -> IntervalSets:
        """The sets of the rows given, in that order."""
        owner, entries = entries_of(self.row, rows)
        return IntervalSets(owner, self.begin[entries], self.end[entries], len(rows))

    def count(self, after: Days, until: Days) -> npt.NDArray[np.int32]:
        """Days d of each row's set with ``after < d <= until``; 0 when ``until <= after``.

        An unknown `after` (`NO_DAY`) reaches back without limit; an unknown `until` gives 0.
        """
        lower = np.maximum(self.begin.astype(np.int64) - 1, after[self.row])
        upper = np.minimum(self.end, until[self.row]).astype(np.int64)
        inside = np.clip(upper - lower, 0, None)
        total = np.zeros(self.row_count, dtype=np.int32)
        np.add.at(total, self.row, inside.astype(np.int32))
        return total

    def moved(self, days: Days, after: Days) -> Days:
        """The smallest day t with ``t = days + count(after, t)`` (R1.27).

        `NO_DAY` stays `NO_DAY`; an unknown `after` reaches back without limit.
        """
        reached = days.copy()
        low = np.maximum(self.begin.astype(np.int64), after[self.row].astype(np.int64) + 1)
        place = np.arange(len(self.row)) - np.searchsorted(self.row, self.row)
        for step in range(int(place.max(initial=-1)) + 1):
            entry = np.flatnonzero(place == step)
            row = self.row[entry]
            # Who enters an interval waits for its end; `NO_DAY` enters none.
            waits = low[entry] <= np.minimum(self.end[entry], reached[row])
            reached[row] += np.where(waits, self.end[entry] - low[entry] + 1, 0).astype(np.int32)
        return reached
