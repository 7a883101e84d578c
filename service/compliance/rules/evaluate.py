"""One judgement of every row: the same kernels for one contract and for a country."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import NO_CODE, Days, LedgerColumns, day_number
from geodata.model.judgements import NO_COUNT, Amounts, Judgements, MilestoneColumns
from service.compliance.law import LawBook
from service.compliance.rules import idle_land, obligations, shortfalls, supply
from service.compliance.rules.blocks import gathered
from service.compliance.rules.damages import Damages, damages
from service.compliance.rules.fact_steps import tell_facts
from service.compliance.rules.facts import Facts, cut_off, days_where, horizon_of
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Milestone, Schedule, schedule
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import SilentTrace, Trace
from service.compliance.rules.verdicts import verdicts

_SILENT: Final = SilentTrace()
_BLOCK: Final = 1 << 16
"""Rows judged at once: their intermediate columns stay within the cache and below 64 MB."""


def evaluate(
    columns: LedgerColumns, law: LawBook, as_of: date | Days, trace: Trace | None = None
) -> Judgements:
    """Judge every row of a ledger as of a date.

    Parameters
    ----------
    columns
        The ledger; rows are judged independently of each other.
    law
        The law book of the district.
    as_of
        Day of the check (Asia/Shanghai), which is not over yet; or a day number for each row.
    trace
        Receives every named intermediate column; by default none is kept.
    """
    day = day_number(as_of) if isinstance(as_of, date) else as_of
    days = np.broadcast_to(np.asarray(day, dtype=np.int32), len(columns))
    if trace or len(columns) <= _BLOCK:
        return _judged(columns, law, days, trace or _SILENT)
    blocks = (
        _judged(columns.block(first, first + _BLOCK), law, days[first : first + _BLOCK], _SILENT)
        for first in range(0, len(columns), _BLOCK)
    )
    return gathered(blocks, len(columns))


def _judged(columns: LedgerColumns, law: LawBook, as_of: Days, trace: Trace) -> Judgements:
    facts = cut_off(columns, as_of)
    parameters = Parameters(law, facts.day, columns.days["signed_on"])
    findings = FindingList(facts.open)
    horizon = horizon_of(facts)
    trace.begin(facts, parameters)
    if trace.on:
        tell_facts(trace, facts)
    plan = schedule(facts, parameters, findings, horizon, trace)
    owed = damages(facts, parameters, plan, findings, horizon, trace)
    _overdue(plan, owed, findings, trace)
    is_developed = idle_land.developed(facts, parameters, findings, trace)
    idle = idle_land.never_developed(
        facts, parameters, plan, is_developed, findings, horizon, trace
    )
    standing = idle_land.suspended(facts, parameters, is_developed, plan, findings, horizon, trace)
    idle_land.confirmed(facts, is_developed, standing, findings, trace)
    supply.supplied_unused(facts, parameters, plan, is_developed, findings, horizon, trace)
    supply.used_not_full(facts, parameters, findings, trace)
    shortfalls.shortfalls(facts, plan, findings, trace)
    obligations.late_payment(facts, parameters, findings, horizon, trace)
    obligations.late_delivery(facts, plan, findings, trace)
    obligations.rescission_clock(facts, parameters, findings, horizon, trace)
    obligations.supervision_scope(facts, parameters, findings, horizon, trace)
    horizon.turns_on(parameters.next_version_on(as_of))
    ordered = findings.ordered()
    return Judgements(
        verdict=verdicts(facts, plan, ordered, trace),
        milestones={
            kind: _shown(facts, kind, plan.milestones[kind], owed) for kind in MilestoneKind
        },
        idle=idle,
        findings=ordered,
        next_change_on=horizon.next_change_on,
    )


def _overdue(plan: Schedule, owed: Damages, findings: FindingList, trace: Trace) -> None:
    for kind, milestone in plan.milestones.items():
        parts = ("due_on", "late_days", "state", "damages")
        trace.finding(
            FindingCode.overdue(kind), *(f"{kind.value}.{part}" for part in parts), milestone=kind
        )
        findings.add(
            FindingCode.overdue(kind),
            milestone.state == MilestoneState.OVERDUE.position,
            since_on=milestone.due_on + 1,
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
    days_shown = shown & milestone.computable
    return MilestoneColumns(
        state=np.where(shown, milestone.state, MilestoneState.NA.position).astype(np.int8),
        agreed_on=days_where(shown, milestone.agreed_on),
        due_on=days_where(shown, milestone.due_on),
        done_on=days_where(shown, facts.done_on[kind]),
        late_days=np.where(days_shown, milestone.late_days, NO_COUNT).astype(np.int32),
        damages=Amounts(amounts.fen, amounts.known & shown),
        rescission_option=np.where(shown, option, NO_CODE).astype(np.int8),
    )
