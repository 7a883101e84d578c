"""When a judgement can next change: the earliest later day on which some rule turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Days, Flags


@dataclass(frozen=True, slots=True)
class Horizon:
    """The first later day on which each row can be judged otherwise, facts unchanged.

    The rules name every day on which one of their conditions turns; the earliest one after the
    day of the check stays. A day named in vain only makes a row be judged again too early; a
    day forgotten would leave a stale judgement standing.

    Attributes
    ----------
    as_of
        Day of the check of each row.
    open
        Rows that rules apply to: in force and not closed.
    next_change_on
        The earliest day named so far; `geodata.model.judgements.NEVER` where there is none.
    """

    as_of: Days
    open: Flags
    next_change_on: Days

    def turns_on(self, days: npt.NDArray[np.integer], where: Flags | None = None) -> None:
        """A condition of each row (flagged) turns on the day given; `NO_DAY` names none."""
        later = (days > self.as_of) & self.open
        if where is not None:
            later &= where
        rows = np.flatnonzero(later)
        if len(rows):
            self.next_change_on[rows] = np.minimum(self.next_change_on[rows], days[rows])

    def entries_turn_on(self, rows: npt.NDArray[np.intp], days: npt.NDArray[np.integer]) -> None:
        """A condition of an entry of each row given turns on the day given."""
        later = (days > self.as_of[rows]) & self.open[rows]
        np.minimum.at(self.next_change_on, rows[later], days[later].astype(np.int32))
