"""Extensions as remedies (GF-2008-2601 Art. 16, R2.8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geodata.model.codelists import MilestoneKind
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import Case, Cells, Proposal


def extensions(case: Case, kind: MilestoneKind, needed_on: date) -> Iterator[Proposal]:
    """Extensions of a milestone to the day needed, none beyond what the contract allows.

    One approved today, as long as that is possible; else the longest one, approved on the last
    day on which it still had an effect; and the one that was approved in time.
    """
    agreed_on, due_on = case.agreed_on(kind), case.due_on(kind)
    if agreed_on is None or due_on is None:
        return
    cap = case.years_after(agreed_on, "extension.cap_years")
    act_on = min(case.as_of, cap)
    yield Proposal(
        RemedyKind.EXTEND,
        _extended(case, kind, act_on, act_on),
        last_on=cap,
        distance_days=(act_on - due_on).days,
    )
    extended_to = min(needed_on, cap)
    yield Proposal(
        RemedyKind.EXTENDED_IN_TIME,
        _extended(case, kind, due_on, extended_to),
        last_on=due_on,
        distance_days=(extended_to - due_on).days,
    )


def _extended(case: Case, kind: MilestoneKind, approved_on: date, extended_to: date) -> Cells:
    key = f"{kind.value}_extensions"
    return {key: [*case.entries(key), (None, approved_on, extended_to)]}


def read_contract(case: Case, needed_on: date) -> Iterator[Proposal]:
    """An agreed start date found in a contract read as having none (R1.12)."""
    if "start_agreed_on" in case.cells or "start_agreed_after" in case.cells:
        return
    due_on = case.due_on(MilestoneKind.START)
    assert due_on is not None
    yield Proposal(
        RemedyKind.READ_CONTRACT,
        {"start_agreed_on": needed_on},
        distance_days=(needed_on - due_on).days,
    )
