"""Indicators below or above what the contract says (GF-2008-2601 Arts. 34, 35; R2.3, R2.4)."""

from __future__ import annotations

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import NO_DAY, Exact
from service.compliance.rules import exact
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Schedule


def shortfalls(facts: Facts, plan: Schedule, findings: FindingList) -> None:
    """Shortfalls of investment, floor area ratio, output and tax, each with its amount."""
    numbers = facts.columns.exact
    target = plan.milestones[MilestoneKind.TARGET_OUTPUT]
    completed = facts.done_on[MilestoneKind.COMPLETION] != NO_DAY
    target_due = (target.due_on != NO_DAY) & (facts.as_of > target.due_on)
    at_target = ~target.not_done | target_due
    for code, agreed, actual in (
        (FindingCode.SHORTFALL_INVESTMENT, "investment_agreed_yuan", "investment_actual_yuan"),
        (FindingCode.SHORTFALL_FAR, "far_min", "far_actual"),
    ):
        wanted, reached = numbers[agreed], numbers[actual]
        missing = exact.minus(wanted, reached)
        findings.add(
            code,
            completed & exact.less(reached, wanted),
            amount=exact.fen(_share_of_premium(facts, missing, wanted)),
        )
    limit, reached = numbers["far_max"], numbers["far_actual"]
    findings.add(
        FindingCode.EXCESS_FAR,
        completed & exact.less(limit, reached),
        amount=exact.fen(_share_of_premium(facts, exact.minus(reached, limit), limit)),
    )
    for code, indicator in (
        (FindingCode.SHORTFALL_OUTPUT, "output"),
        (FindingCode.SHORTFALL_TAX, "tax"),
    ):
        below = exact.less(numbers[f"{indicator}_actual"], numbers[f"{indicator}_agreed"])
        findings.add(code, at_target & below)


def _share_of_premium(facts: Facts, difference: Exact, agreed: Exact) -> Exact:
    return exact.times(facts.columns.exact["premium_yuan"], exact.over(difference, agreed))
