"""Deadlines: the last day of a period of the law book, counted from a date of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from geodata.errors import LawBookError
from geodata.model.codelists import TermUnit
from geodata.model.columns import NO_DAY, as_date, day_number
from geodata.model.law_lists import PeriodKind
from service.compliance.calendar import WorkingDays, add_months
from service.compliance.law import Act, ActVersion, LawBook, Period

_MONTHS = {TermUnit.MONTH: 1, TermUnit.YEAR: 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The period of an act in a case.

    Attributes
    ----------
    act, version
        The act, and its law on the day the period runs from.
    from_on
        The day the period runs from, or runs back from; it is not counted itself.
    last_on
        Last day of the period; of a period ahead of a date, the last day to act. None where a
        day of a year without a table of working days would have to be looked at.
    """

    act: Act
    version: ActVersion
    from_on: date
    last_on: date | None

    @property
    def waits(self) -> bool:
        """The act is allowed only once the period is over."""
        return self.version.period is not None and self.version.period.kind is PeriodKind.WAITS

    @property
    def opens_on(self) -> date | None:
        """First day after a waiting period."""
        return self.after_on if self.waits else None

    @property
    def after_on(self) -> date | None:
        """First day after the period."""
        return self.last_on + _DAY if self.last_on else None

    def days_left(self, as_of: date) -> int | None:
        """Days from `as_of` to the last day; negative once it has passed."""
        return (self.last_on - as_of).days if self.last_on else None


def deadline(law: LawBook, act_id: str, from_on: date) -> Deadline:
    """The deadline of an act by the law of the day its period runs from (R9.1).

    Raises
    ------
    LawBookError
        When the book has no such act, no law of it on that day, or no period for it.
    """
    act = law.act(act_id)
    version = act.on(from_on)
    if version.period is None:
        raise LawBookError(
            "The law sets no period for {act} on {day}.",
            "Ask for acts that have one; docs/law.md lists them.",
            act=act_id,
            day=from_on,
        )
    return Deadline(act, version, from_on, last_day(version.period, from_on, law.working_days))


def last_day(period: Period, from_on: date, working_days: WorkingDays) -> date | None:
    """The last day of a period; None where it would have to be guessed.

    The day it runs from is not counted (民法典 Art. 201), months and years end on the
    corresponding day (Art. 202), and a last day of rest moves on where the period rolls
    (Art. 203). The rest days of a year without a table are not known.
    """
    start = day_number(from_on)
    back = period.kind is PeriodKind.AHEAD
    if period.unit is TermUnit.WORKING_DAY:
        reached = _working_day(start, -period.count if back else period.count, working_days)
    else:
        reached = _calendar_day(start, period.unit, -period.count if back else period.count)
    if period.rolls:
        reached = int(working_days.roll(np.array([reached], dtype=np.int32))[0])
    return as_date(reached)


def years_after(day: date, years: int) -> date:
    """The corresponding day so many years later (民法典 Art. 202)."""
    reached = as_date(_calendar_day(day_number(day), TermUnit.YEAR, years))
    assert reached is not None  # no table is needed for a status
    return reached


def _calendar_day(start: int, unit: TermUnit, count: int) -> int:
    if unit is TermUnit.DAY:
        return start + count
    return int(add_months(np.array([start], dtype=np.int32), count * _MONTHS[unit])[0])


def _working_day(start: int, count: int, working_days: WorkingDays) -> int:
    """The working day so many after a day, or before it where `count` is negative."""
    first = working_days.first_day
    if not first <= start < working_days.past_last_day:
        return NO_DAY
    working = np.flatnonzero(working_days.working) + first
    place = (
        int(np.searchsorted(working, start, side="right")) + count - 1
        if count > 0
        else int(np.searchsorted(working, start)) + count
    )
    return int(working[place]) if 0 <= place < len(working) else NO_DAY
