"""The steps of `obligations`, told to a trace."""

from __future__ import annotations

import numpy as np

from geodata.model.codelists import FindingCode
from geodata.model.columns import Days, Exact, Flags
from geodata.model.judgements import NO_COUNT
from service.compliance.rules.facts import Rows
from service.compliance.rules.findings import Counts
from service.compliance.rules.trace import Entries, Measure, Trace


def tell_payment(
    trace: Trace, days: Counts, owed: Exact, rescission: Flags, entries: Entries
) -> None:
    """Each instalment that is late."""
    due = ("as_of", "instalments.due_on", "instalments.paid_on")
    trace.step("payment.late_days", Measure.DAYS, days, of=due, at=entries)
    rate = ("instalments.amount", "late_payment_permille", "payment.late_days")
    trace.step("payment.damages", Measure.YUAN, owed, of=rate, at=entries)
    trace.step(
        "payment.rescission",
        Measure.FLAG,
        rescission,
        "payment.rescission_days",
        of=("payment.late_days", "instalments.demanded_on"),
        at=entries,
        dated="instalments.due_on",
    )
    steps = ("payment.late_days", "payment.damages", "payment.rescission")
    trace.finding(FindingCode.PAYMENT_OVERDUE, *steps, entries=entries)


def tell_late_delivery(trace: Trace, days: Counts, owed: Exact, rows: Rows) -> None:
    """The days the grantor is late, and what they cost."""
    of = ("as_of", "delivery.agreed_on")
    trace.step("delivery.overdue_days", Measure.DAYS, days, of=of, at=rows)
    rate = ("premium_paid_yuan", "grantor_late_permille", "delivery.overdue_days")
    trace.step("delivery.damages", Measure.YUAN, owed, of=rate, at=rows)
    steps = ("delivery.undelivered", "delivery.overdue_days", "delivery.damages")
    trace.finding(FindingCode.DELIVERY_LATE_BY_GRANTOR, *steps)


def tell_rescission(trace: Trace, last_on: Days, alert_on: Days, as_of: Days, rows: Rows) -> None:
    """The clock of the right to rescind."""
    known = "ground_known_on"
    trace.step(
        "rescission.last_on",
        Measure.DAY,
        last_on,
        "rescission.lapse_years",
        of=(known,),
        at=rows,
        dated=known,
    )
    trace.step(
        "rescission.alert_on",
        Measure.DAY,
        alert_on,
        "rescission.alert_days",
        of=("rescission.last_on",),
        at=rows,
        dated=known,
    )
    for code, days, steps in (
        (FindingCode.RESCISSION_EXPIRING, last_on - as_of, ("rescission.alert_on",)),
        (FindingCode.RESCISSION_LAPSED, as_of - last_on, ()),
    ):
        name = f"{code.value}.days"
        shown = np.maximum(days, NO_COUNT)
        trace.step(name, Measure.DAYS, shown, of=("as_of", "rescission.last_on"), at=rows)
        trace.finding(code, *steps, name)


def tell_scope(trace: Trace, began: str, number: str, ends_on: Days) -> None:
    """The end of one of the periods after which an enterprise is supervised."""
    name = f"{number.removesuffix('_years')}_limit_on"
    trace.step(name, Measure.DAY, ends_on, number, of=(began,), dated=began)


def tell_supervision(trace: Trace, limit_on: Days, days: Counts) -> None:
    """The earlier of them, and the days since."""
    scopes = ("supervision.signing_limit_on", "supervision.lease_limit_on")
    trace.step("supervision.limit_on", Measure.DAY, limit_on, of=scopes)
    of = ("as_of", "supervision.limit_on")
    trace.step("in_supervision_scope.days", Measure.DAYS, days, of=of)
    trace.finding(FindingCode.IN_SUPERVISION_SCOPE, "in_supervision_scope.days")
