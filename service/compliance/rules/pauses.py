"""Pauses: verified government periods, and the grantor's delay of delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.columns import NO_DAY, Days, Flags
from service.compliance.calendar import IntervalSets
from service.compliance.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Pauses:
    """The days on which clocks stand still.

    Attributes
    ----------
    full
        The whole pause set: moves due dates and the idle clock.
    late_delivery_from, late_delivery_until
        The automatic interval: the day after the agreed delivery day, and the delivery day.
    """

    facts: Facts
    full: IntervalSets
    late_delivery_from: Days
    late_delivery_until: Days

    def excusing(self, due_on: Days) -> IntervalSets:
        """The pause set without force majeure that began after the due date (R2.7).

        Source: 民法典 Art. 590 para. 2. Serves late days, bond tiers and rescission.
        """
        periods = self.facts.periods
        if not periods.force_majeure.any():
            return self.full
        too_late = periods.force_majeure & (periods.begins_on > due_on[periods.row])
        return _union(self.facts, ~too_late, self.late_delivery_from, self.late_delivery_until)


def pauses(facts: Facts, delivery_agreed_on: Days) -> Pauses:
    """The pause sets of every row (R1.14, R1.23-R1.28)."""
    delivered = facts.known_on["delivered_on"]
    late = (delivery_agreed_on != NO_DAY) & (delivered > delivery_agreed_on)
    begins = np.where(late, delivery_agreed_on + 1, NO_DAY).astype(np.int32)
    ends = np.where(late, delivered, NO_DAY).astype(np.int32)
    every = np.ones(len(facts.periods.row), dtype=np.bool_)
    return Pauses(facts, _union(facts, every, begins, ends), begins, ends)


def _union(facts: Facts, counted: Flags, begins: Days, ends: Days) -> IntervalSets:
    periods = facts.periods
    late = np.flatnonzero(begins != NO_DAY)
    return IntervalSets.union(
        np.concatenate((periods.row[counted], late)),
        np.concatenate((periods.begins_on[counted], begins[late])),
        np.concatenate((periods.ends_on[counted], ends[late])),
        len(facts),
    )
