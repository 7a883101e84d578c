"""The steps of `dates`, `extensions` and `milestones`, told to a trace."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.model.codelists import Anchor, FindingCode, MilestoneKind
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Flags
from geodata.model.judgements import NO_COUNT
from service.compliance.rules.dates import AgreedDate, AnchorDay
from service.compliance.rules.extensions import Term
from service.compliance.rules.facts import Facts, days_where
from service.compliance.rules.trace import Measure, Trace

_PAUSES = ("government_periods", "pause.days", "delivery.late_days")
_ANCHORS = {
    Anchor.SIGNING: "signed_on",
    Anchor.PAYMENT: "payment.completed_on",
    Anchor.DELIVERY: "delivered_on",
    Anchor.START: "start.done_on",
    Anchor.COMPLETION: "completion.done_on",
    Anchor.PRODUCTION: "production.done_on",
}


def tell_payment_anchor(trace: Trace, anchors: Mapping[Anchor, AnchorDay]) -> None:
    """The day on which the premium was paid in full."""
    paid_on = anchors[Anchor.PAYMENT].day
    trace.step("payment.completed_on", Measure.DAY, paid_on, of=("instalments",))


def tell_agreed(trace: Trace, name: str, agreed: AgreedDate) -> None:
    """The agreed date of a milestone or of delivery, and what it hangs on."""
    anchor = np.where(agreed.by_default, NO_CODE, agreed.from_anchor)
    anchor_on = days_where(anchor != NO_CODE, agreed.pauses_after)
    after = f"{name}_agreed_after"
    trace.step(f"{name}.anchor", Measure.ANCHOR, anchor, of=(after,))
    sources = _ANCHORS.values()
    trace.step(f"{name}.anchor_on", Measure.DAY, anchor_on, of=(f"{name}.anchor", *sources))
    of = [f"{name}_agreed_on", f"{name}.anchor_on", after]
    numbers: tuple[str, ...] = ()
    if name == MilestoneKind.START.value:
        of.append("delivered_on")
        numbers = ("start.default_years",)
    if name in MilestoneKind.positions():
        trace.step(f"{name}.unrolled_on", Measure.DAY, agreed.unrolled, of=of[1:3])
    trace.step(f"{name}.agreed_on", Measure.DAY, agreed.day, *numbers, of=of)


def tell_term(
    trace: Trace, kind: MilestoneKind, term: Term, due_on: Days, excused: Days, facts: Facts
) -> None:
    """The date in force, its pauses, the due date, and the days late up to a day."""
    name = kind.value
    follows = ["completion.follows"] if kind is MilestoneKind.COMPLETION else []
    dates = [f"{name}_extensions", f"{name}.extended_to", f"{name}.agreed_on"]
    if follows:
        dates += [*follows, "start.in_force_on", "start.agreed_on"]
    trace.step(f"{name}.in_force_on", Measure.DAY, term.day, of=dates)
    of = [f"{name}.extension_approved_on", *follows, f"{name}.anchor_on", "signed_on"]
    if kind is MilestoneKind.START:
        of += ["start_agreed_on", "delivered_on"]
    if follows:
        of.append("start.extension_approved_on")
    trace.step(f"{name}.pause_from_on", Measure.DAY, term.pauses_after, of=of)
    paused = np.where(due_on != NO_DAY, due_on - term.day, NO_COUNT)
    of = [f"{name}.in_force_on", f"{name}.pause_from_on", *_PAUSES]
    trace.step(f"{name}.paused_days", Measure.DAYS, paused, of=of)
    of = [f"{name}.in_force_on", f"{name}.paused_days"]
    trace.step(f"{name}.due_on", Measure.DAY, due_on, of=of)
    of = ["delivery.undelivered", f"{name}.extension.late_days"]
    trace.step(f"{name}.accrued_days", Measure.DAYS, term.accrued_days, of=of)
    of = [f"{name}.done_on", "day"]
    trace.step(f"{name}.end_on", Measure.DAY, facts.end(kind), of=of)
    counted = np.where(due_on != NO_DAY, excused, NO_COUNT)
    of = [f"{name}.due_on", f"{name}.end_on", *_PAUSES]
    trace.step(f"{name}.excused_days", Measure.DAYS, counted, of=of)


def tell_milestone(
    trace: Trace, kind: MilestoneKind, late_days: Days, date_undetermined: Flags, state: Codes
) -> None:
    """The days late, where they are shown, and the state."""
    name = kind.value
    of = [f"{name}.{part}" for part in ("accrued_days", "end_on", "due_on", "excused_days")]
    trace.step(f"{name}.late_days", Measure.DAYS, late_days, of=("delivery.undelivered", *of))
    hangs = (f"{name}.anchor_on", f"{name}.unrolled_on", f"{name}.done_on", "day")
    trace.step(
        f"{name}.date_undetermined",
        Measure.FLAG,
        date_undetermined,
        "forecast.safe_days",
        of=(f"{name}_agreed_after", *hangs),
    )
    parts = ("gap", "date_undetermined", "late_days", "accrued_days", "done_on")
    dates = ("due_on", "unrolled_on", "agreed_on")
    trace.step(
        f"{name}.state",
        Measure.STATE,
        state,
        "reminder.days",
        "forecast.safe_days",
        of=(
            *("closed_on", "as_of", "day", "delivery.undelivered", "delivery.agreed_on"),
            *(f"{name}_agreed_{part}" for part in ("on", "after")),
            *(f"{name}.{part}" for part in (*parts, *dates)),
        ),
        dated=f"{name}.due_on|{name}.unrolled_on",
    )


def tell_schedule(trace: Trace) -> None:
    """What the findings about dates and records rest on."""
    gaps = (f"{kind.value}.gap" for kind in MilestoneKind)
    trace.finding(FindingCode.DATA_GAP, *gaps, "idle.ratio_unknown")
    unknown = (f"{kind.value}.date_undetermined" for kind in MilestoneKind)
    trace.finding(FindingCode.DATE_UNDETERMINED, *unknown)
    trace.finding(FindingCode.NEEDS_SUPPLEMENT, "delivery.late_days")
