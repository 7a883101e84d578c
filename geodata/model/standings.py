"""How contracts stand from day to day: made by the rules, kept by the store, shown by lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import Group
from geodata.model.columns import Codes, Days, Flags

FIRST_ON: Final = date(1900, 1, 1)
"""No day before it can be asked about."""


@dataclass(frozen=True, slots=True, eq=False)
class StandingSpans:
    """How contracts stand from when to when, sorted by row and day; no day is left out.

    Attributes
    ----------
    row
        Position of the contract in the columns asked about.
    from_on, until_on
        First day, and first day of the next span; `NEVER` where none begins on a day asked about.
    verdict
        `Verdict` codes.
    groups
        Whether it stands in each of the three groups.
    bucket
        `UnusedBucket` codes of land supplied and unused, else `NO_CODE`.
    milestone
        `MilestoneKind` code of the first milestone not met yet; `NO_CODE` where there is none.
    due_on
        Next day on which a milestone falls due; `NO_DAY` where none is ahead, or a government
        period still moves it.
    since_on
        First day of the finding the verdict rests on; `NO_DAY` where there is none.
    worst_days
        int32, days for which the gravest matter had lasted on `from_on`.
    is_running
        One more on every later day of the span.
    next_change_on
        Of each contract, the first day beyond those asked about on which it can change; `NEVER`
        where there is none.
    """

    row: npt.NDArray[np.intp]
    from_on: Days
    until_on: Days
    verdict: Codes
    groups: Mapping[Group, Flags]
    bucket: Codes
    milestone: Codes
    due_on: Days
    since_on: Days
    worst_days: npt.NDArray[np.int32]
    is_running: Flags
    next_change_on: Days

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: npt.NDArray[np.intp]) -> StandingSpans:
        """The spans of some contracts, in ascending order, as if there were no others."""
        place = np.full(len(self.next_change_on), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        kept = place[self.row] >= 0
        told = {
            entry.name: getattr(self, entry.name)[kept]
            for entry in fields(self)
            if entry.name not in ("row", "groups", "next_change_on")
        }
        return StandingSpans(
            row=place[self.row[kept]],
            groups={group: flags[kept] for group, flags in self.groups.items()},
            next_change_on=self.next_change_on[rows],
            **told,
        )
