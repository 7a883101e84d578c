"""The one word on each contract: the first verdict whose condition holds."""

from __future__ import annotations

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneState, Verdict
from geodata.model.columns import Codes, Flags
from geodata.model.judgements import FindingColumns
from service.compliance.rules.facts import Facts
from service.compliance.rules.milestones import Schedule

_SHORTFALLS = (
    FindingCode.SHORTFALL_INVESTMENT,
    FindingCode.SHORTFALL_FAR,
    FindingCode.EXCESS_FAR,
    FindingCode.SHORTFALL_OUTPUT,
    FindingCode.SHORTFALL_TAX,
)


def verdicts(facts: Facts, plan: Schedule, findings: FindingColumns) -> Codes:
    """`Verdict` codes in the order of precedence of the codelist."""

    def found(*codes: FindingCode) -> Flags:
        member = np.zeros(len(facts), dtype=np.bool_)
        member[findings.row[findings.with_code(*codes)]] = True
        return member

    def any_state(state: MilestoneState) -> Flags:
        states = [milestone.state == state.position for milestone in plan.milestones.values()]
        return np.asarray(np.any(states, axis=0))

    special = {
        Verdict.NOT_IN_FORCE: ~facts.in_force,
        Verdict.CLOSED: facts.closed,
        Verdict.UNDETERMINED: any_state(MilestoneState.UNDETERMINED) | found(FindingCode.DATA_GAP),
        Verdict.SHORTFALL: found(*_SHORTFALLS),
        Verdict.DUE_SOON: any_state(MilestoneState.DUE_SOON),
    }
    ranked = [verdict for verdict in Verdict if verdict is not Verdict.COMPLIANT]
    conditions = [
        special[verdict] if verdict in special else found(FindingCode.of(verdict.value))
        for verdict in ranked
    ]
    return np.select(
        conditions, [verdict.position for verdict in ranked], default=Verdict.COMPLIANT.position
    ).astype(np.int8)
