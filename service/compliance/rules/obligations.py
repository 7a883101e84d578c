"""Payment, delivery by the grantor, the right to rescind, and the supervision scope."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from geodata.model.codelists import FindingCode
from geodata.model.columns import NO_DAY
from service.compliance.calendar import add_years
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.compliance.rules.dates import calendar_date
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Schedule


def late_payment(facts: Facts, law: LawBook, findings: FindingList) -> None:
    """Each instalment unpaid after its due date (GF-2008-2601 Art. 30, R2.5)."""
    instalments = facts.columns.ragged["instalments"]
    row, due_on = instalments.owner, instalments.days("due_on")
    unpaid = facts.happened_by(instalments.days("paid_on"), row) == NO_DAY
    late = np.flatnonzero(unpaid & (due_on != NO_DAY) & (facts.as_of > due_on))
    days = facts.as_of - due_on[late].astype(np.int64)
    demanded = facts.happened_by(instalments.days("demanded_on"), row)[late] != NO_DAY
    limit = law.count("payment.rescission_days", calendar_date(facts.as_of))
    rate = facts.columns.exact["late_payment_permille"].take(row[late])
    per_day = exact.times(instalments.exact("amount").take(late), rate)
    owed = exact.times(per_day, exact.whole(days, np.ones(len(late), dtype=np.bool_)))
    findings.add_entries(
        FindingCode.PAYMENT_OVERDUE,
        row[late],
        since_on=(due_on[late] + 1).astype(np.int32),
        days=days,
        amount=exact.fen(exact.scaled(owed, Fraction(1, 1000))),
        rescission=np.asarray((days > limit) & demanded),
    )


def late_delivery(facts: Facts, plan: Schedule, findings: FindingList) -> None:
    """The grantor has not delivered on the agreed day (GF-2008-2601 Art. 37)."""
    agreed_on = plan.delivery_agreed_on
    late = facts.undelivered & (agreed_on != NO_DAY) & (facts.as_of > agreed_on)
    days = facts.as_of - agreed_on.astype(np.int64)
    numbers = facts.columns.exact
    per_day = exact.times(numbers["premium_paid_yuan"], numbers["grantor_late_permille"])
    owed = exact.scaled(exact.times(per_day, exact.whole(days, late)), Fraction(1, 1000))
    findings.add(
        FindingCode.DELIVERY_LATE_BY_GRANTOR,
        late,
        since_on=(agreed_on + 1).astype(np.int32),
        days=days,
        amount=exact.fen(owed),
    )


def rescission_clock(facts: Facts, law: LawBook, findings: FindingList) -> None:
    """The right to rescind lapses a year after its ground was known (民法典 Art. 564, R2.9)."""
    on = calendar_date(facts.as_of)
    known_on = facts.known_on["ground_known_on"]
    known = known_on != NO_DAY
    last_day = add_years(known_on, law.count("rescission.lapse_years", on))
    alert = law.count("rescission.alert_days", on)
    left = last_day.astype(np.int64) - facts.as_of
    findings.add(
        FindingCode.RESCISSION_EXPIRING,
        known & (left >= 0) & (left <= alert),
        since_on=(last_day - alert).astype(np.int32),
        days=left,
    )
    findings.add(
        FindingCode.RESCISSION_LAPSED,
        known & (left < 0),
        since_on=(last_day + 1).astype(np.int32),
        days=-left,
    )


def supervision_scope(facts: Facts, law: LawBook, findings: FindingList) -> None:
    """Five years after signing, or three of lease (金府办发〔2023〕24号, item 6; R5.4).

    A district whose book has no such scope has no such finding.
    """
    scopes = (
        ("signed_on", "supervision.signing_years"),
        ("lease_started_on", "supervision.lease_years"),
    )
    never = np.full(len(facts), np.iinfo(np.int32).max, dtype=np.int32)
    limit = never.copy()
    for key, number in scopes:
        if number in law.numbers:
            began = facts.columns.days[key]
            ends = add_years(began, law.count(number, calendar_date(facts.as_of)))
            limit = np.where(began == NO_DAY, limit, np.minimum(limit, ends)).astype(np.int32)
    within = facts.as_of > limit
    bounded = np.where(within, limit, 0).astype(np.int32)
    findings.add(
        FindingCode.IN_SUPERVISION_SCOPE,
        within,
        since_on=(bounded + 1).astype(np.int32),
        days=facts.as_of - bounded,
    )
