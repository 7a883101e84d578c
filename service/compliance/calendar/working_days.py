"""Working days as data: the State Council's yearly tables, loaded and looked up by day number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.model.columns import NO_DAY, Days, Flags


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are working days, for the years that have a table.

    Attributes
    ----------
    first_day
        Day number of 1 January of the first year with a table.
    working
        True for each working day from `first_day` to 31 December of the last year.
    """

    first_day: int
    working: Flags

    @property
    def past_last_day(self) -> int:
        """Day number of the first day after the tables."""
        return self.first_day + len(self.working)

    def roll(self, days: Days) -> Days:
        """The day itself when it is a working day, else the next one (民法典 Art. 203).

        `NO_DAY` where a day of a year without a table would have to be looked at.
        """
        return self._at_rank(self._working_before(days), days)

    def add(self, days: Days, count: npt.NDArray[np.int32]) -> Days:
        """The `count`-th working day after each day (the day itself is not counted).

        `NO_DAY` where a day of a year without a table would have to be looked at.
        """
        # The first day looked at is the one after the anchor: `count` 0 looks at none.
        following = np.where(days == NO_DAY, NO_DAY, days + 1).astype(np.int32)
        reached = self._at_rank(self._working_before(following) + count - 1, following)
        return np.where(count == 0, days, reached).astype(np.int32)

    def _covered(self, days: Days) -> Flags:
        return np.asarray((days >= self.first_day) & (days < self.past_last_day))

    def _working_before(self, days: Days) -> npt.NDArray[np.int64]:
        """Number of working days of the tables before each day."""
        before = np.concatenate(([0], np.cumsum(self.working)))
        return before[np.where(self._covered(days), days - self.first_day, 0)].astype(np.int64)

    def _at_rank(self, rank: npt.NDArray[np.int64], looked_from: Days) -> Days:
        ranked = np.flatnonzero(self.working)
        usable = self._covered(looked_from) & (rank < len(ranked))
        place = np.where(usable, rank, 0)
        return np.where(usable, ranked[place] + self.first_day, NO_DAY).astype(np.int32)
