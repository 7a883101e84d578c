"""What would remove that a milestone is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import DAY, Case, Cells, Proposal
from service.compliance.rules.remedies.extensions import extensions, read_contract
from service.compliance.rules.remedies.periods import claimed_verified, further_period


def overdue(case: Case, code: FindingCode) -> Iterator[Proposal]:
    """The milestone reached, its term extended, or the days after it excused."""
    kind = next(kind for kind in MilestoneKind if FindingCode.overdue(kind) is code)
    due_on = case.last_day(code)
    late_days = (case.as_of - due_on).days
    yield Proposal(RemedyKind.DO_NOW, _reached(case, kind, case.as_of))
    yield from extensions(case, kind, case.as_of)
    if kind is MilestoneKind.START:
        yield from read_contract(case, case.as_of)
    yield from claimed_verified(case)
    yield further_period(case, due_on + DAY, case.as_of)
    if _could_be_reached(case, kind, due_on):
        proven = {f"{kind.value}_on": due_on}
        yield Proposal(RemedyKind.PROVE_EARLIER, proven, due_on, late_days)


def _reached(case: Case, kind: MilestoneKind, day: date) -> Cells:
    """A milestone recognised, and with it the earlier ones it presupposes."""
    needed = list(MilestoneKind)[: kind.position + 1]
    return {f"{one.value}_on": day for one in needed if case.done_on(one) is None}


def _could_be_reached(case: Case, kind: MilestoneKind, day: date) -> bool:
    """Whether every earlier milestone was done by a day."""
    earlier = [case.done_on(one) for one in list(MilestoneKind)[: kind.position]]
    return all(done_on is not None and done_on <= day for done_on in earlier)
