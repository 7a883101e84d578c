"""The steps of `extensions`, told to a trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import NO_CODE, Days, Flags
from geodata.model.judgements import NO_COUNT
from service.compliance.rules.facts import Rows, days_where
from service.compliance.rules.findings import Counts
from service.compliance.rules.trace import Entries, Measure, Trace

_PAUSES = ("government_periods", "pause.days", "delivery.late_days")


@dataclass(frozen=True, slots=True)
class Tried:
    """One extension of each of some rows, and what was made of it.

    Attributes
    ----------
    new_on, due_before_on, due_after_on
        The date it sets, and the due dates without and with it.
    effective, late
        Whether it takes effect, and was then approved too late.
    excused, overrun
        Days from the due date before it to its approval: paused, and late.
    """

    new_on: Days
    due_before_on: Days
    due_after_on: Days
    effective: Flags
    late: Flags
    excused: Counts
    overrun: Counts


def tell_extension(trace: Trace, kind: MilestoneKind, entries: Rows, tried: Tried) -> None:
    """One extension of each row that has a further one."""
    column = f"{kind.value}_extensions"
    name = f"{kind.value}.extension"
    at = Entries(column, entries)
    approved, cap = f"{column}.approved_on", f"{kind.value}.cap_on"
    of = [f"{column}.extended_to", cap]
    trace.step(f"{name}.new_on", Measure.DAY, tried.new_on, of=of, at=at)
    of = [f"{kind.value}.agreed_on", *_PAUSES]
    trace.step(f"{name}.due_before_on", Measure.DAY, tried.due_before_on, of=of, at=at)
    of = [f"{name}.new_on", approved, *_PAUSES]
    trace.step(f"{name}.due_after_on", Measure.DAY, tried.due_after_on, of=of, at=at)
    of = [approved, *(f"{name}.{part}_on" for part in ("new", "due_before", "due_after"))]
    trace.step(f"{name}.effective", Measure.FLAG, tried.effective, of=of, at=at)
    of = [f"{name}.due_before_on", approved, *_PAUSES]
    excused = np.where(tried.late, tried.excused, NO_COUNT)
    trace.step(f"{name}.excused_days", Measure.DAYS, excused, of=of, at=at)
    of = [f"{name}.effective", f"{name}.due_before_on", approved, f"{name}.excused_days"]
    overrun = np.where(tried.late, tried.overrun, NO_COUNT)
    trace.step(f"{name}.late_days", Measure.DAYS, overrun, of=of, at=at)


def tell_cap(trace: Trace, kind: MilestoneKind, cap_on: Days, rows: Rows) -> None:
    """The latest date an extension of these rows may reach."""
    of = (f"{kind.value}.agreed_on",)
    trace.step(f"{kind.value}.cap_on", Measure.DAY, cap_on, "extension.cap_years", of=of, at=rows)


def tell_extended(
    trace: Trace,
    kind: MilestoneKind,
    extended: Flags,
    day: Days,
    approved_on: Days,
    rows: Rows,
) -> None:
    """What the last effective extension of these rows made of the date."""
    name = kind.value
    of = [f"{name}.extension.effective", f"{name}.extension.new_on"]
    extended_to = days_where(extended, day)
    trace.step(f"{name}.extended_to", Measure.DAY, extended_to, of=of, at=rows)
    of = [f"{name}.extension.effective", f"{name}_extensions.approved_on"]
    approved = days_where(extended, approved_on)
    trace.step(f"{name}.extension_approved_on", Measure.DAY, approved, of=of, at=rows)
    trace.finding(FindingCode.LATE_EXTENSION, f"{name}.accrued_days", milestone=kind)


def tell_following(trace: Trace, follows: Flags) -> None:
    """Where completion moves with the start."""
    of = ("start.extended_to", "completion.extended_to", "completion.anchor")
    trace.step("completion.follows", Measure.FLAG, np.where(follows, 1, NO_CODE), of=of)


def tell_odd_extensions(
    trace: Trace, kind: MilestoneKind, beyond: Counts, over_cap: Rows, without_effect: Rows
) -> None:
    """Extensions beyond the cap, by how many days, and those that are ignored."""
    column = f"{kind.value}_extensions"
    name = f"{kind.value}.extension"
    at = Entries(column, over_cap)
    of = (f"{column}.extended_to", f"{kind.value}.cap_on")
    trace.step(f"{name}.beyond_days", Measure.DAYS, beyond, of=of, at=at)
    trace.finding(
        FindingCode.EXT_OVER_CAP,
        f"{column}.approved_on",
        f"{name}.beyond_days",
        milestone=kind,
        entries=at,
    )
    trace.finding(
        FindingCode.EXTENSION_IGNORED,
        "day",
        f"{column}.approved_on",
        f"{kind.value}.agreed_on",
        f"{name}.effective",
        milestone=kind,
        entries=Entries(column, without_effect),
    )
