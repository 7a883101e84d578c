"""The steps of `facts` and `pauses`, told to a trace."""

from __future__ import annotations

import numpy as np

from geodata.model.codelists import MilestoneKind
from geodata.model.columns import NO_DAY
from geodata.model.judgements import NO_COUNT
from service.compliance.rules.facts import Facts
from service.compliance.rules.pauses import Pauses
from service.compliance.rules.trace import Entries, Measure, Trace


def tell_facts(trace: Trace, facts: Facts) -> None:
    """The day, what was done by then, and what is missing."""
    trace.step("as_of", Measure.DAY, facts.as_of)
    trace.step("day", Measure.DAY, facts.day, of=("closed_on", "as_of"))
    trace.step("delivery.undelivered", Measure.FLAG, facts.undelivered, of=("delivered_on", "day"))
    for kind in MilestoneKind:
        dates = [f"{kind.value}_on"]
        if kind is MilestoneKind.START:
            dates.append("development_on")
        trace.step(f"{kind.value}.done_on", Measure.DAY, facts.done_on[kind], of=dates)
    every = [f"{kind.value}.done_on" for kind in MilestoneKind]
    for kind in MilestoneKind:
        of = every[kind.position :]
        trace.step(f"{kind.value}.gap", Measure.FLAG, facts.gap[kind], of=of)


def tell_pauses(trace: Trace, pauses: Pauses) -> None:
    """The government periods that count, and the grantor's delay."""
    periods = pauses.periods
    counted = Entries("government_periods", periods.entry)
    begins = ("government_periods.status", "government_periods.begins_on")
    ends = (*begins, "government_periods.ends_on", "day")
    trace.step("pause.ends_on", Measure.DAY, periods.ends_on, of=ends, at=counted)
    days = periods.ends_on - periods.begins_on + 1
    trace.step("pause.days", Measure.DAYS, days, of=("pause.ends_on", begins[1]), at=counted)
    begins_on, ends_on = pauses.late_delivery_from, pauses.late_delivery_until
    late = np.where(begins_on != NO_DAY, ends_on - begins_on + 1, NO_COUNT)
    of = ("delivered_on", "delivery.agreed_on")
    trace.step("delivery.late_days", Measure.DAYS, late, of=of)
