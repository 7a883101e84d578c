"""The facts as they stood on the day each row is judged: what came later does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.attributes import BY_KEY, Kind
from geodata.model.codelists import GovernmentCause, MilestoneKind, PeriodStatus
from geodata.model.columns import NO_DAY, Days, Flags, LedgerColumns, Ragged
from geodata.model.judgements import NEVER
from service.compliance.calendar import entries_of
from service.compliance.rules.horizon import Horizon

Rows = npt.NDArray[np.intp]

_DATED_FACTS: Final = (
    "start_on",
    "completion_on",
    "production_on",
    "target_output_on",
    "permit_on",
    "development_on",
    "suspended_on",
    "resumed_on",
    "idle_determined_on",
    "ground_known_on",
    "delivered_on",
)


DATED_PARTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.INSTALMENTS: ("paid_on", "demanded_on"),
    Kind.EXTENSIONS: ("approved_on",),
    Kind.PERIODS: ("begins_on",),
}
"""The dates of repeating parts that are facts; the others are terms."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Verified government periods cut off at the day of judgement, both ends inclusive.

    `entry` is the place of each among the periods of the ledger.
    """

    row: Rows
    begins_on: Days
    ends_on: Days
    force_majeure: Flags
    entry: Rows

    def take(self, rows: Rows) -> Periods:
        """The periods of the rows given, in that order."""
        owner, entries = entries_of(self.row, rows)
        return Periods(
            owner,
            self.begins_on[entries],
            self.ends_on[entries],
            self.force_majeure[entries],
            self.entry[entries],
        )


@dataclass(frozen=True)
class Facts:
    """The rows of a ledger cut off at the day of judgement.

    Attributes
    ----------
    columns
        The ledger as given: terms and quantities are read from here.
    as_of
        Day number of the check of each row.
    in_force, closed
        ``signed_on`` is not after `as_of`; ``closed_on`` is not after it.
    day
        Day on which each row is judged: ``closed_on`` of a closed row, else `as_of`.
    known_on
        The dated facts that had happened by `day`, by ledger key.
    undelivered
        Delivery is known not to have happened by `day`.
    done_on
        Recognised date of each milestone (start: else the development date).
    gap
        A milestone not done while a later one is.
    periods
        Government periods that pause a clock.
    """

    columns: LedgerColumns
    as_of: Days
    in_force: Flags
    closed: Flags
    day: Days
    known_on: Mapping[str, Days]
    undelivered: Flags
    done_on: Mapping[MilestoneKind, Days]
    gap: Mapping[MilestoneKind, Flags]
    periods: Periods

    def __len__(self) -> int:
        return len(self.day)

    @property
    def open(self) -> Flags:
        """In force and not closed: the rows that have findings."""
        return np.asarray(self.in_force & ~self.closed)

    @property
    def any_gap(self) -> Flags:
        """A gap in any milestone."""
        every = np.zeros(len(self), dtype=np.bool_)
        for gap in self.gap.values():
            every |= gap
        return every

    def delivery_overdue(self, agreed_on: Days) -> Flags:
        """Delivery is known not to have happened by a day that has passed."""
        return np.asarray(self.undelivered & (agreed_on != NO_DAY) & (agreed_on < self.day))

    def end(self, kind: MilestoneKind) -> Days:
        """The day up to which a milestone is late: done date, else the day of judgement."""
        done = self.done_on[kind]
        return np.where(done != NO_DAY, done, self.day)

    @cached_property
    def pausing(self) -> Flags:
        """A pause goes on beyond the day of the check: a later date is moved by every day of it."""
        periods = self.columns.ragged["government_periods"]
        row, ends_on = periods.owner, periods.days("ends_on")
        running = (ends_on == NO_DAY) | (ends_on > self.as_of[row])
        running &= periods.days("begins_on") <= self.as_of[row]
        running &= periods.codes("status") == PeriodStatus.VERIFIED.position
        member = np.zeros(len(self), dtype=np.bool_)
        member[row[running]] = True
        return member

    def happened_by(self, days: Days, rows: Rows) -> Days:
        """Dates of entries that belong to `rows`; those after the row's day become unknown."""
        return days_where(days <= self.day[rows], days)


def days_where(shown: Flags, days: Days) -> Days:
    """The days of the rows flagged; unknown in the others."""
    return np.where(shown, days, NO_DAY)


def cut_off(columns: LedgerColumns, as_of: Days) -> Facts:
    """The facts of a ledger as they stood on each row's day of judgement."""
    given = columns.days
    closed_on = given["closed_on"]
    in_force = given["signed_on"] <= as_of  # an unknown signing date is in the past
    closed = in_force & (closed_on != NO_DAY) & (closed_on <= as_of)
    day = np.where(closed, closed_on, as_of).astype(np.int32, copy=False)
    known_on = {key: days_where(given[key] <= day, given[key]) for key in _DATED_FACTS}
    done_on = _done(known_on)
    return Facts(
        columns=columns,
        as_of=as_of,
        in_force=in_force,
        closed=closed,
        day=day,
        known_on=known_on,
        undelivered=columns.undelivered | (given["delivered_on"] > day),
        done_on=done_on,
        gap=_gaps(done_on),
        periods=_periods(columns.ragged["government_periods"], day),
    )


def horizon_of(facts: Facts) -> Horizon:
    """The next day on which a fact on record comes into existence, or a pause grows or ends.

    A contract not in force changes on the day it is signed, a closed one never.
    """
    columns = facts.columns
    first = np.where(facts.in_force, NEVER, columns.days["signed_on"])
    horizon = Horizon(facts.as_of, facts.open, first)
    for key in ("closed_on", *_DATED_FACTS):
        horizon.turns_on(columns.days[key])
    for key, ragged in columns.ragged.items():
        for name in DATED_PARTS[BY_KEY[key].kind]:
            horizon.entries_turn_on(ragged.owner, ragged.days(name))
    periods = columns.ragged["government_periods"]
    horizon.entries_turn_on(periods.owner, periods.days("ends_on") + 1)
    return horizon


def _done(known_on: Mapping[str, Days]) -> dict[MilestoneKind, Days]:
    done = {kind: known_on[f"{kind.value}_on"] for kind in MilestoneKind}
    start = done[MilestoneKind.START]
    done[MilestoneKind.START] = np.where(start != NO_DAY, start, known_on["development_on"])
    return done


def _gaps(done_on: Mapping[MilestoneKind, Days]) -> dict[MilestoneKind, Flags]:
    gaps: dict[MilestoneKind, Flags] = {}
    later_done = np.zeros(len(done_on[MilestoneKind.START]), dtype=np.bool_)
    for kind in reversed(MilestoneKind):
        is_done = done_on[kind] != NO_DAY
        gaps[kind] = np.asarray(later_done & ~is_done)
        later_done = later_done | is_done
    return gaps


def _periods(ragged: Ragged, day: Days) -> Periods:
    row = ragged.owner
    begins_on, ends_on = ragged.days("begins_on"), ragged.days("ends_on")
    verified = ragged.codes("status") == PeriodStatus.VERIFIED.position
    entry = np.flatnonzero(verified & (begins_on <= day[row]))
    row, begins_on, ends_on = row[entry], begins_on[entry], ends_on[entry]
    stops = np.where((ends_on == NO_DAY) | (ends_on > day[row]), day[row], ends_on)
    force_majeure = ragged.codes("cause")[entry] == GovernmentCause.G7.position
    return Periods(row, begins_on, stops, force_majeure, entry)
