"""The one word on each contract: the first verdict whose condition holds."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneState, Verdict
from geodata.model.columns import Codes
from geodata.model.judgements import FindingColumns
from service.compliance.rules.facts import Facts
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.trace import Measure, Trace

_OF_FINDING: Final = {
    **{FindingCode.of(v.value): v for v in Verdict if v.value in FindingCode.positions()},
    FindingCode.DATA_GAP: Verdict.UNDETERMINED,
    FindingCode.SHORTFALL_INVESTMENT: Verdict.SHORTFALL,
    FindingCode.SHORTFALL_FAR: Verdict.SHORTFALL,
    FindingCode.EXCESS_FAR: Verdict.SHORTFALL,
    FindingCode.SHORTFALL_OUTPUT: Verdict.SHORTFALL,
    FindingCode.SHORTFALL_TAX: Verdict.SHORTFALL,
}
"""The verdict a finding leads to; findings that lead to none stand beside the verdict."""

_OF_STATE: Final = {
    MilestoneState.UNDETERMINED: Verdict.UNDETERMINED,
    MilestoneState.DUE_SOON: Verdict.DUE_SOON,
}


def codes_of(verdict: Verdict) -> tuple[str, ...]:
    """Codes of the findings that lead to a verdict."""
    return tuple(str(code.value) for code, leads_to in _OF_FINDING.items() if leads_to is verdict)


def verdicts(facts: Facts, plan: Schedule, findings: FindingColumns, trace: Trace) -> Codes:
    """`Verdict` codes; the codelist stands in order of precedence, so the lowest one applies."""
    verdict = np.full(len(facts), Verdict.COMPLIANT.position, dtype=np.int8)
    of_code = np.array(
        [_OF_FINDING.get(code, Verdict.COMPLIANT).position for code in FindingCode], dtype=np.int8
    )
    np.minimum.at(verdict, findings.row, of_code[findings.code])
    for state, leads_to in _OF_STATE.items():
        for milestone in plan.milestones.values():
            verdict[(milestone.state == state.position) & (verdict > leads_to.position)] = (
                leads_to.position
            )
    verdict[facts.closed] = Verdict.CLOSED.position
    verdict[~facts.in_force] = Verdict.NOT_IN_FORCE.position
    if trace.on:
        states = (f"{kind.value}.state" for kind in plan.milestones)
        findings_of = (code.value for code in _OF_FINDING)
        of = ("as_of", "signed_on", "closed_on", *states, *findings_of)
        trace.step("verdict", Measure.VERDICT, verdict, of=of)
    return verdict
