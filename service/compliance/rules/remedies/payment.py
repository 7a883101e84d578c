"""What would remove that payment is overdue (GF-2008-2601 Art. 30)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from geodata.model.codelists import FindingCode
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import Case, Proposal

_KEY = "instalments"


def payment_overdue(case: Case, _code: FindingCode) -> Iterator[Proposal]:
    """Everything due is paid today; the last day is the one before rescission opens (R2.5)."""
    entries = case.entries(_KEY)
    demanded: list[date] = []
    for place, (due_on, amount, paid_on, demanded_on) in enumerate(entries):
        if not isinstance(due_on, date) or due_on >= case.as_of or _happened(case, paid_on):
            continue
        entries[place] = (due_on, amount, case.as_of, demanded_on)
        if _happened(case, demanded_on):
            demanded.append(due_on)
    yield Proposal(RemedyKind.PAY, {_KEY: entries}, _rescission_ahead(case, demanded))


def _happened(case: Case, day: object) -> bool:
    return isinstance(day, date) and day <= case.as_of


def _rescission_ahead(case: Case, demanded: list[date]) -> date | None:
    """The last day before the grantor may rescind; None where it may already or need not yet."""
    if not demanded:
        return None
    first = min(demanded)
    days = int(case.legal("payment.rescission_days", due=first))
    last_on = first + timedelta(days)
    return last_on if last_on >= case.as_of else None
