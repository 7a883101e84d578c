"""Payment, delivery by the grantor, the right to rescind, and the supervision scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode
from geodata.model.columns import NO_DAY, Days
from geodata.model.judgements import NEVER, NO_COUNT
from service.compliance.calendar import add_years
from service.compliance.rules import exact
from service.compliance.rules.facts import Facts, days_where
from service.compliance.rules.findings import FindingList
from service.compliance.rules.horizon import Horizon
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.obligation_steps import (
    tell_late_delivery,
    tell_payment,
    tell_rescission,
    tell_scope,
    tell_supervision,
)
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import Entries, Trace

_SCOPES: Final = (
    ("signed_on", "supervision.signing_years"),
    ("lease_started_on", "supervision.lease_years"),
)


def late_payment(
    facts: Facts, law: Parameters, findings: FindingList, horizon: Horizon, trace: Trace
) -> None:
    """Each instalment unpaid after its due date (GF-2008-2601 Art. 30, R2.5)."""
    instalments = facts.columns.ragged["instalments"]
    row, due_on = instalments.owner, instalments.days("due_on")
    unpaid = facts.happened_by(instalments.days("paid_on"), row) == NO_DAY
    waiting = np.flatnonzero(unpaid & (due_on != NO_DAY))
    horizon.entries_turn_on(row[waiting], due_on[waiting] + 1)
    late = waiting[facts.as_of[row[waiting]] > due_on[waiting]]
    row, due_on = row[late], due_on[late]
    days = facts.as_of[row] - due_on
    demanded = facts.happened_by(instalments.days("demanded_on")[late], row) != NO_DAY
    limit = law.count("payment.rescission_days", due=due_on, rows=row)
    horizon.entries_turn_on(row, due_on + limit + 1)
    rate = facts.columns.exact["late_payment_permille"].take(row)
    per_day = exact.times(instalments.exact("amount").take(late), rate)
    owed = exact.scaled(exact.times(per_day, exact.whole(days)), Fraction(1, 1000))
    rescission = (days > limit) & demanded
    findings.add_entries(
        FindingCode.PAYMENT_OVERDUE,
        row,
        since_on=due_on + 1,
        days=days,
        amount=exact.fen(owed),
        rescission=rescission,
    )
    if trace.on:
        tell_payment(trace, days, owed, rescission, Entries("instalments", late))


def late_delivery(facts: Facts, plan: Schedule, findings: FindingList, trace: Trace) -> None:
    """The grantor has not delivered on the agreed day (GF-2008-2601 Art. 37)."""
    agreed_on = plan.delivery_agreed_on
    rows = np.flatnonzero(facts.undelivered & (agreed_on != NO_DAY) & (facts.as_of > agreed_on))
    days = facts.as_of[rows] - agreed_on[rows]
    numbers = facts.columns.exact
    rate = numbers["grantor_late_permille"].take(rows)
    per_day = exact.times(numbers["premium_paid_yuan"].take(rows), rate)
    owed = exact.scaled(exact.times(per_day, exact.whole(days)), Fraction(1, 1000))
    findings.add_entries(
        FindingCode.DELIVERY_LATE_BY_GRANTOR,
        rows,
        since_on=agreed_on[rows] + 1,
        days=days,
        amount=exact.fen(owed),
    )
    if trace.on:
        tell_late_delivery(trace, days, owed, rows)


def rescission_clock(
    facts: Facts, law: Parameters, findings: FindingList, horizon: Horizon, trace: Trace
) -> None:
    """The right to rescind lapses a year after its ground was known (民法典 Art. 564, R2.9)."""
    rows = np.flatnonzero(facts.known_on["ground_known_on"] != NO_DAY)
    known_on = facts.known_on["ground_known_on"][rows]
    last_day = add_years(known_on, law.count("rescission.lapse_years", act=known_on, rows=rows))
    alert_on = last_day - law.count("rescission.alert_days", act=known_on, rows=rows)
    as_of = facts.as_of[rows]
    for day in (alert_on, last_day + 1):
        horizon.entries_turn_on(rows, day)
    expiring, lapsed = (as_of >= alert_on) & (as_of <= last_day), as_of > last_day
    findings.add_entries(
        FindingCode.RESCISSION_EXPIRING,
        rows[expiring],
        since_on=alert_on[expiring],
        days=(last_day - as_of)[expiring],
    )
    findings.add_entries(
        FindingCode.RESCISSION_LAPSED,
        rows[lapsed],
        since_on=last_day[lapsed] + 1,
        days=(as_of - last_day)[lapsed],
    )
    if trace.on:
        tell_rescission(trace, last_day, alert_on, as_of, rows)


def supervision_ends(days: Mapping[str, Days], law: Parameters) -> Iterator[tuple[str, str, Days]]:
    """The last day before supervision by each date it can count from, with the legal number."""
    for key, number in _SCOPES:
        if number in law:
            began = days[key]
            yield key, number, add_years(began, law.count(number, act=began))


def supervision_scope(
    facts: Facts, law: Parameters, findings: FindingList, horizon: Horizon, trace: Trace
) -> None:
    """Five years after signing, or three of lease (金府办发〔2023〕24号, item 6; R5.4).

    A district whose book has no such scope has no such finding.
    """
    limit = np.full(len(facts), NEVER, dtype=np.int32)
    for key, number, ends in supervision_ends(facts.columns.days, law):
        limit = np.where(ends == NO_DAY, limit, np.minimum(limit, ends))
        if trace.on:
            tell_scope(trace, key, number, ends)
    horizon.turns_on(limit + 1, limit != NEVER)
    within = facts.as_of > limit
    findings.add(
        FindingCode.IN_SUPERVISION_SCOPE, within, since_on=limit + 1, days=facts.as_of - limit
    )
    if trace.on:
        known_limit = days_where(limit != NEVER, limit)
        tell_supervision(trace, known_limit, np.where(within, facts.as_of - limit, NO_COUNT))
