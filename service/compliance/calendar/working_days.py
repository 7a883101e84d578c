"""Working days as data: the State Council's yearly tables, loaded and looked up by day number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geodata.model.columns import NO_DAY, Days, Flags, Whole


@dataclass(frozen=True)
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
        following = np.where(days == NO_DAY, NO_DAY, days + 1)
        reached = self._at_rank(self._working_before(following) + count - 1, following)
        return np.where(count == 0, days, reached)

    def _covered(self, days: Days) -> Flags:
        return np.asarray((days >= self.first_day) & (days < self.past_last_day))

    def _working_before(self, days: Days) -> npt.NDArray[np.int64]:
        """Number of working days of the tables before each day."""
        return self._counted[np.where(self._covered(days), days - self.first_day, 0)]

    def _at_rank(self, rank: npt.NDArray[np.int64], looked_from: Days) -> Days:
        usable = self._covered(looked_from) & (rank < len(self._ranked))
        return np.where(usable, self._ranked[np.where(usable, rank, 0)], NO_DAY)

    @cached_property
    def _counted(self) -> Whole:
        """Number of working days before each day of the tables, and before the day after them."""
        return np.concatenate(([0], np.cumsum(self.working))).astype(np.int64)

    @cached_property
    def _ranked(self) -> Days:
        """The working days, in order."""
        return (np.flatnonzero(self.working) + self.first_day).astype(np.int32)
