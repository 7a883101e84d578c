"""The facts as they stood on the day each row is judged: what came later does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import GovernmentCause, MilestoneKind, PeriodStatus
from geodata.model.columns import NO_DAY, Days, Flags, LedgerColumns, Ragged

_DATED_FACTS = (
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


@dataclass(frozen=True, slots=True)
class Periods:
    """Verified government periods cut off at the day of judgement, both ends inclusive."""

    row: np.ndarray[tuple[int], np.dtype[np.intp]]
    begins_on: Days
    ends_on: Days
    force_majeure: Flags


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of a ledger cut off at the day of judgement.

    Attributes
    ----------
    columns
        The ledger as given: terms and quantities are read from here.
    as_of
        Day number of the check.
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
    as_of: int
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
        return np.asarray(np.any([self.gap[kind] for kind in MilestoneKind], axis=0))

    def end(self, kind: MilestoneKind) -> Days:
        """The day up to which a milestone is late: done date, else the day of judgement."""
        done = self.done_on[kind]
        return np.where(done != NO_DAY, done, self.day).astype(np.int32)

    def happened_by(self, days: Days, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Days:
        """Dates of entries that belong to `rows`; those after the row's day become unknown."""
        return np.where(days <= self.day[rows], days, NO_DAY).astype(np.int32)


def days_where(shown: Flags, days: Days) -> Days:
    """The days of the rows flagged; unknown in the others."""
    return np.where(shown, days, NO_DAY).astype(np.int32)


def cut_off(columns: LedgerColumns, as_of: int) -> Facts:
    """The facts of a ledger as they stood on each row's day of judgement."""
    given = columns.days
    closed_on = given["closed_on"]
    in_force = given["signed_on"] <= as_of  # an unknown signing date is in the past
    closed = in_force & (closed_on != NO_DAY) & (closed_on <= as_of)
    day = np.where(closed, closed_on, as_of).astype(np.int32)
    known_on = {
        key: np.where(given[key] <= day, given[key], NO_DAY).astype(np.int32)
        for key in _DATED_FACTS
    }
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
    counted = (ragged.codes("status") == PeriodStatus.VERIFIED.position) & (begins_on <= day[row])
    row, begins_on, ends_on = row[counted], begins_on[counted], ends_on[counted]
    stops = np.where((ends_on == NO_DAY) | (ends_on > day[row]), day[row], ends_on)
    force_majeure = ragged.codes("cause")[counted] == GovernmentCause.G7.position
    return Periods(row, begins_on, stops.astype(np.int32), force_majeure)
