"""One judgement of every row: the same kernels for one contract and for a country."""

from __future__ import annotations

from datetime import date

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import NO_CODE, LedgerColumns, day_number
from geodata.model.judgements import NO_COUNT, Amounts, Judgements, MilestoneColumns
from service.compliance.law import LawBook
from service.compliance.rules import idle_land, obligations, shortfalls, supply
from service.compliance.rules.damages import Damages, damages
from service.compliance.rules.facts import Facts, cut_off, days_where
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Milestone, Schedule, schedule
from service.compliance.rules.trace import SilentTrace, Trace
from service.compliance.rules.verdicts import verdicts


def evaluate(
    columns: LedgerColumns, law: LawBook, as_of: date, trace: Trace | None = None
) -> Judgements:
    """Judge every row of a ledger as of a date.

    Parameters
    ----------
    columns
        The ledger; rows are judged independently of each other.
    law
        The law book of the district.
    as_of
        Day of the check (Asia/Shanghai), which is not over yet.
    trace
        Receives every named intermediate column; by default none is kept.
    """
    told = trace or SilentTrace()
    facts = cut_off(columns, day_number(as_of))
    findings = FindingList(facts.open)
    plan = schedule(facts, law, findings, told)
    owed = damages(facts, law, plan, findings, told)
    _overdue(plan, owed, findings)
    is_developed = idle_land.developed(facts, law, findings, told)
    idle = idle_land.never_developed(facts, law, plan, is_developed, findings, told)
    standing = idle_land.suspended(facts, law, is_developed, plan, findings)
    idle_land.confirmed(facts, is_developed, standing, findings)
    supply.supplied_unused(facts, law, plan, is_developed, findings)
    supply.used_not_full(facts, law, findings)
    shortfalls.shortfalls(facts, plan, findings)
    obligations.late_payment(facts, law, findings)
    obligations.late_delivery(facts, plan, findings)
    obligations.rescission_clock(facts, law, findings)
    obligations.supervision_scope(facts, law, findings)
    ordered = findings.ordered()
    return Judgements(
        verdict=verdicts(facts, plan, ordered),
        milestones={
            kind: _shown(facts, kind, plan.milestones[kind], owed) for kind in MilestoneKind
        },
        idle=idle,
        findings=ordered,
    )


def _overdue(plan: Schedule, owed: Damages, findings: FindingList) -> None:
    for kind, milestone in plan.milestones.items():
        findings.add(
            FindingCode.overdue(kind),
            milestone.state == MilestoneState.OVERDUE.position,
            since_on=(milestone.due_on + 1).astype(np.int32),
            days=milestone.late_days,
            amount=owed.amounts[kind],
            milestone=kind,
        )


def _shown(
    facts: Facts, kind: MilestoneKind, milestone: Milestone, owed: Damages
) -> MilestoneColumns:
    """What a milestone shows; a contract not in force shows only the state ``na``."""
    shown = facts.in_force
    amounts = owed.amounts[kind]
    option = owed.rescission_option[kind].astype(np.int8)
    return MilestoneColumns(
        state=np.where(shown, milestone.state, MilestoneState.NA.position).astype(np.int8),
        agreed_on=days_where(shown, milestone.agreed_on),
        due_on=days_where(shown, milestone.due_on),
        done_on=days_where(shown, facts.done_on[kind]),
        late_days=np.where(shown & milestone.computable, milestone.late_days, NO_COUNT).astype(
            np.int32
        ),
        damages=Amounts(amounts.fen, amounts.known & shown),
        rescission_option=np.where(shown, option, NO_CODE).astype(np.int8),
    )
