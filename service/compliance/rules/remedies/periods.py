"""Time that does not count: government periods verified or found (令第53号 Art. 8, R1.23-R1.25)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import DAY, Case, Proposal

_KEY = "government_periods"


def claimed_verified(case: Case) -> Iterator[Proposal]:
    """The claimed periods of the contract verified: each alone, and all of them (R1.25)."""
    claimed = [
        place
        for place, (begins_on, _, _, status) in enumerate(case.entries(_KEY))
        if status == PeriodStatus.CLAIMED.position
        and isinstance(begins_on, date)
        and begins_on <= case.as_of
    ]
    for place in claimed:
        yield _verified(case, [place])
    if len(claimed) > 1:
        yield _verified(case, claimed)


def _verified(case: Case, places: Sequence[int]) -> Proposal:
    entries = case.entries(_KEY)
    days = 0
    for place in places:
        begins_on, ends_on, cause, _ = entries[place]
        assert isinstance(begins_on, date)
        last = ends_on if isinstance(ends_on, date) else case.as_of
        days += (min(last, case.as_of) - begins_on).days + 1
        entries[place] = (begins_on, ends_on, cause, PeriodStatus.VERIFIED.position)
    return Proposal(RemedyKind.VERIFY_PERIOD, {_KEY: entries}, distance_days=days)


def further_period(case: Case, begins_on: date, ends_on: date) -> Proposal:
    """A government period that is not in the ledger yet, verified; both days inclusive."""
    status = PeriodStatus.VERIFIED.position
    period = (begins_on, ends_on, GovernmentCause.G6.position, status)
    return Proposal(
        RemedyKind.GOVERNMENT_PERIOD,
        {_KEY: [*case.entries(_KEY), period]},
        distance_days=(ends_on - begins_on).days + 1,
    )


def stopping_clock(case: Case, last_day: date) -> Iterator[Proposal]:
    """Time that puts off the last day of a full year to the day of the check.

    A further period has to begin by that last day: one that begins later does not count (R1.24).
    """
    yield from claimed_verified(case)
    yield further_period(case, last_day, case.as_of - DAY)
