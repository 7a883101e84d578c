"""Pauses: verified government periods, and the grantor's delay of delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.columns import NO_DAY, Days, Flags
from service.compliance.calendar import IntervalSets
from service.compliance.rules.facts import Facts, Periods, Rows, days_where


@dataclass(frozen=True, slots=True)
class Pauses:
    """The days on which clocks stand still.

    Attributes
    ----------
    periods
        The government periods that count.
    full
        The whole pause set: moves due dates and the idle clock.
    late_delivery_from, late_delivery_until
        The automatic interval: the day after the agreed delivery day, and the delivery day.
    """

    periods: Periods
    full: IntervalSets
    late_delivery_from: Days
    late_delivery_until: Days

    def excusing(self, due_on: Days) -> IntervalSets:
        """The pause set without force majeure that began after the due date (R2.7).

        Source: 民法典 Art. 590 para. 2. Serves late days, bond tiers and rescission.
        """
        periods = self.periods
        too_late = periods.force_majeure & (periods.begins_on > due_on[periods.row])
        if not too_late.any():
            return self.full
        return _union(periods, ~too_late, self.late_delivery_from, self.late_delivery_until)

    def take(self, rows: Rows) -> Pauses:
        """The pauses of the rows given, in that order."""
        return Pauses(
            self.periods.take(rows),
            self.full.take(rows),
            self.late_delivery_from[rows],
            self.late_delivery_until[rows],
        )


def pauses(facts: Facts, delivery_agreed_on: Days) -> Pauses:
    """The pause sets of every row (R1.14, R1.23-R1.28)."""
    delivered = facts.known_on["delivered_on"]
    late = (delivery_agreed_on != NO_DAY) & (delivered > delivery_agreed_on)
    begins, ends = days_where(late, delivery_agreed_on + 1), days_where(late, delivered)
    every = np.ones(len(facts.periods.row), dtype=np.bool_)
    return Pauses(facts.periods, _union(facts.periods, every, begins, ends), begins, ends)


def _union(periods: Periods, counted: Flags, begins: Days, ends: Days) -> IntervalSets:
    late = np.flatnonzero(begins != NO_DAY)
    return IntervalSets.union(
        np.concatenate((periods.row[counted], late)),
        np.concatenate((periods.begins_on[counted], begins[late])),
        np.concatenate((periods.ends_on[counted], ends[late])),
        len(begins),
    )
