"""One judged contract, as proposals for its remedy are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.codelists import (
    FindingCode,
    MilestoneKind,
    MilestoneState,
    PeriodStatus,
)
from geodata.model.columns import UNDELIVERED, Cell, as_date, day_number
from geodata.model.judgements import Judgements
from geodata.model.law_lists import Selector
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.calendar import add_years
from service.compliance.law import LawBook

DAY: Final = timedelta(days=1)

Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of facts that should remove a finding; the rules have the last word.

    Attributes
    ----------
    distance_days
        How far it lies from the facts: days moved or claimed; 0 for an act of today.
    """

    kind: RemedyKind
    changes: Cells
    last_on: date | None = None
    distance_days: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One row with its judgement.

    Attributes
    ----------
    cells
        Typed cells of the row, unknown ones left out.
    judged, row
        Judgements, and the position of the row in them.
    found
        Position of the finding of each code (the first one where there are several).
    """

    cells: Cells
    as_of: date
    law: LawBook
    judged: Judgements
    row: int
    found: Mapping[FindingCode, int]

    def day(self, key: str) -> date | None:
        """A date that had come by the day of the check."""
        cell = self.cells.get(key)
        return cell if isinstance(cell, date) and cell <= self.as_of else None

    def number(self, key: str) -> Fraction | None:
        """An exact number."""
        cell = self.cells.get(key)
        return Fraction(cell) if isinstance(cell, Fraction | int) else None

    def entries(self, key: str) -> list[tuple[object, ...]]:
        """Entries of a repeating part, in a list of its own."""
        cell = self.cells.get(key)
        return list(cell) if isinstance(cell, list) else []

    def last_day(self, code: FindingCode) -> date:
        """The last day on which a finding was not there yet."""
        since_on = as_date(int(self.judged.findings.since_on[self.found[code]]))
        assert since_on is not None
        return since_on - DAY

    def done_on(self, kind: MilestoneKind) -> date | None:
        """Recognised date of a milestone."""
        return as_date(int(self.judged.milestones[kind].done_on[self.row]))

    def agreed_on(self, kind: MilestoneKind) -> date | None:
        """Agreed date of a milestone, without extensions."""
        return as_date(int(self.judged.milestones[kind].agreed_on[self.row]))

    def due_on(self, kind: MilestoneKind) -> date | None:
        """Due date of a milestone."""
        return as_date(int(self.judged.milestones[kind].due_on[self.row]))

    def is_undetermined(self, kind: MilestoneKind) -> bool:
        """Whether a milestone cannot be judged."""
        state = int(self.judged.milestones[kind].state[self.row])
        return state == MilestoneState.UNDETERMINED.position

    def is_gap(self, kind: MilestoneKind) -> bool:
        """Not done while a later milestone is."""
        return self.done_on(kind) is None and self.next_done_on(kind) is not None

    def next_done_on(self, kind: MilestoneKind) -> date | None:
        """Recognised date of the next later milestone that is done."""
        later = list(MilestoneKind)[kind.position + 1 :]
        return next((day for one in later if (day := self.done_on(one))), None)

    @property
    def is_undelivered(self) -> bool:
        """Delivery is known not to have happened by the day of the check."""
        cell = self.cells.get("delivered_on")
        return cell == UNDELIVERED or (isinstance(cell, date) and cell > self.as_of)

    @property
    def is_paused(self) -> bool:
        """A verified government period goes on beyond the day of the check."""
        return any(
            begins_on <= self.as_of and (ends_on is None or ends_on > self.as_of)
            for begins_on, ends_on, _, status in self.entries("government_periods")
            if status == PeriodStatus.VERIFIED.position
            and isinstance(begins_on, date)
            and (ends_on is None or isinstance(ends_on, date))
        )

    def legal(self, number_id: str, *, due: date | None = None) -> Fraction:
        """A legal number, in the version that applies to the contract (R9.1)."""
        number = self.law.entry(number_id)
        days = {Selector.SIGNING: self.cells.get("signed_on"), Selector.DUE: due}
        day = days.get(number.selected_by)
        return number.on(day if isinstance(day, date) else self.as_of).value

    def years_after(self, day: date, number_id: str) -> date:
        """The day so many years later as a legal number says."""
        return _years_after(day, int(self.legal(number_id, due=day)))

    def first_within(self, number_id: str) -> date:
        """The first day from which so many years are not over on the day of the check."""
        years = int(self.legal(number_id, due=self.due_on(MilestoneKind.START)))
        first = _years_after(self.as_of, -years)
        return first if _years_after(first, years) >= self.as_of else first + DAY


def _years_after(day: date, years: int) -> date:
    moved = as_date(int(add_years(np.array([day_number(day)], dtype=np.int32), years)[0]))
    assert moved is not None
    return moved
