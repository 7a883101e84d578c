"""Indicators below or above what the contract says (GF-2008-2601 Arts. 34, 35; R2.3, R2.4)."""

from __future__ import annotations

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import NO_DAY, Flags
from service.compliance.rules import exact
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.trace import Measure, Trace

_PRICED = (FindingCode.SHORTFALL_INVESTMENT, FindingCode.SHORTFALL_FAR, FindingCode.EXCESS_FAR)
"""Shortfalls that cost a share of the premium."""


def shortfalls(facts: Facts, plan: Schedule, findings: FindingList, trace: Trace) -> None:
    """Shortfalls of investment, floor area ratio, output and tax, each with its amount."""
    target = plan.milestones[MilestoneKind.TARGET_OUTPUT]
    completed = facts.done_on[MilestoneKind.COMPLETION] != NO_DAY
    target_due = (target.due_on != NO_DAY) & (facts.as_of > target.due_on)
    at_target = ~target.not_done | target_due
    if trace.on:
        of = ("target_output.done_on", "day", "as_of", "target_output.due_on")
        trace.step("shortfall.at_target", Measure.FLAG, at_target, of=of)
    for code, where, agreed, actual in (
        (
            FindingCode.SHORTFALL_INVESTMENT,
            completed,
            "investment_agreed_yuan",
            "investment_actual_yuan",
        ),
        (FindingCode.SHORTFALL_FAR, completed, "far_min", "far_actual"),
        (FindingCode.EXCESS_FAR, completed, "far_max", "far_actual"),
        (FindingCode.SHORTFALL_OUTPUT, at_target, "output_agreed", "output_actual"),
        (FindingCode.SHORTFALL_TAX, at_target, "tax_agreed", "tax_actual"),
    ):
        _compare(facts, code, where, agreed, actual, findings, trace)


def _compare(
    facts: Facts,
    code: FindingCode,
    where: Flags,
    agreed_key: str,
    actual_key: str,
    findings: FindingList,
    trace: Trace,
) -> None:
    """Agreed and actual, where both are known and differ the wrong way."""
    agreed, actual = facts.columns.exact[agreed_key], facts.columns.exact[actual_key]
    rows = np.flatnonzero(where & agreed.known & actual.known)
    wanted, reached = agreed.take(rows), actual.take(rows)
    too_much = code is FindingCode.EXCESS_FAR
    wrong = exact.less(wanted, reached) if too_much else exact.less(reached, wanted)
    if trace.on:
        trace.step(f"{code.value}.wrong", Measure.FLAG, wrong, of=(actual_key, agreed_key), at=rows)
    short = np.flatnonzero(wrong)
    rows, wanted, reached = rows[short], wanted.take(short), reached.take(short)
    owed = None
    if code in _PRICED:
        difference = exact.minus(reached, wanted) if too_much else exact.minus(wanted, reached)
        premium = facts.columns.exact["premium_yuan"].take(rows)
        owed = exact.times(premium, exact.over(difference, wanted))
    findings.add_entries(code, rows, amount=exact.fen(owed) if owed else None)
    if trace.on and owed:
        of = ("premium_yuan", agreed_key, actual_key)
        trace.step(f"{code.value}.damages", Measure.YUAN, owed, of=of, at=rows)
        trace.finding(code, "completion.done_on", f"{code.value}.wrong", f"{code.value}.damages")
    elif trace.on:
        trace.finding(code, "shortfall.at_target", f"{code.value}.wrong")
