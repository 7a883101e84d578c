"""Land supplied but unused, and land used but not full."""

from __future__ import annotations

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState, UnusedBucket
from geodata.model.columns import NO_DAY, Flags
from service.compliance.calendar import add_years
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.compliance.rules.dates import calendar_date
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Schedule


def supplied_unused(
    facts: Facts, law: LawBook, plan: Schedule, is_developed: Flags, findings: FindingList
) -> None:
    """Supplied and not developed, by how long the start is overdue."""
    start = plan.milestones[MilestoneKind.START]
    years = law.count("idle.first_years", calendar_date(facts.as_of))
    bucket = np.select(
        [
            facts.undelivered,
            start.state == MilestoneState.UNDETERMINED.position,
            (start.due_on == NO_DAY) | (facts.as_of <= start.due_on),
            facts.as_of <= add_years(start.due_on, years),
        ],
        [
            UnusedBucket.UNDELIVERED.position,
            UnusedBucket.UNDETERMINED.position,
            UnusedBucket.NOT_DUE.position,
            UnusedBucket.OVERDUE_UNDER_1Y.position,
        ],
        default=UnusedBucket.OVERDUE_1Y_OR_MORE.position,
    ).astype(np.int8)
    findings.add(
        FindingCode.SUPPLIED_UNUSED,
        ~is_developed & ~facts.gap[MilestoneKind.START],
        bucket=bucket,
    )


def used_not_full(facts: Facts, law: LawBook, findings: FindingList) -> None:
    """Completed, with much land unbuilt or the floor area ratio below its minimum."""
    on = calendar_date(facts.as_of)
    numbers = facts.columns.exact
    area = numbers["area_m2"]
    unbuilt = exact.minus(area, numbers["developed_m2"])
    share = law.number("used_not_full.area_share", on)
    size = law.number("used_not_full.area_m2", on)
    any_arm = (
        exact.at_least(unbuilt, exact.scaled(area, share))
        | exact.at_least(unbuilt, exact.constant(size, len(facts)))
        | exact.less(numbers["far_actual"], numbers["far_min"])
    )
    completed = facts.done_on[MilestoneKind.COMPLETION] != NO_DAY
    findings.add(FindingCode.USED_NOT_FULL, completed & any_arm)
