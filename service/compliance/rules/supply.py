"""Land supplied but unused, and land used but not full."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState, UnusedBucket
from geodata.model.columns import NO_CODE, NO_DAY, Flags
from service.compliance.calendar import add_years
from service.compliance.rules import exact
from service.compliance.rules.facts import Facts, days_where
from service.compliance.rules.findings import FindingList
from service.compliance.rules.horizon import Horizon
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import Measure, Trace


class _Arm(NamedTuple):
    """A condition of land used but not full, as a trace tells it."""

    name: str
    of: tuple[str, ...]
    numbers: tuple[str, ...] = ()


_SHARE_ARM: Final = _Arm(
    "used.large_share", ("used.unbuilt_m2", "area_m2"), ("used_not_full.area_share",)
)
_AREA_ARM: Final = _Arm("used.large_area", ("used.unbuilt_m2",), ("used_not_full.area_m2",))
_FAR_ARM: Final = _Arm("used.low_far", ("far_actual", "far_min"))


def supplied_unused(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    is_developed: Flags,
    findings: FindingList,
    horizon: Horizon,
    trace: Trace,
) -> None:
    """Supplied and not developed, by how long the start is overdue."""
    start = plan.milestones[MilestoneKind.START]
    found = ~is_developed & ~facts.gap[MilestoneKind.START]
    due_on = days_where(found, start.due_on)
    year_ends_on = add_years(due_on, law.count("idle.first_years", due=due_on))
    horizon.turns_on(due_on + 1)
    horizon.turns_on(year_ends_on + 1)
    bucket = np.select(
        [
            facts.undelivered,
            start.state == MilestoneState.UNDETERMINED.position,
            (due_on == NO_DAY) | (facts.as_of <= due_on),
            facts.as_of <= year_ends_on,
        ],
        [
            UnusedBucket.UNDELIVERED.position,
            UnusedBucket.UNDETERMINED.position,
            UnusedBucket.NOT_DUE.position,
            UnusedBucket.OVERDUE_UNDER_1Y.position,
        ],
        default=UnusedBucket.OVERDUE_1Y_OR_MORE.position,
    ).astype(np.int8)
    findings.add(FindingCode.SUPPLIED_UNUSED, found, bucket=bucket)
    if trace.on:
        trace.step(
            "unused.year_ends_on",
            Measure.DAY,
            year_ends_on,
            "idle.first_years",
            of=("start.due_on",),
            dated="start.due_on",
        )
        trace.step(
            "unused.bucket",
            Measure.BUCKET,
            np.where(found, bucket, NO_CODE),
            of=(
                "delivery.undelivered",
                "start.state",
                "as_of",
                "start.due_on",
                "unused.year_ends_on",
            ),
        )
        trace.finding(FindingCode.SUPPLIED_UNUSED, "developed", "unused.bucket")


def used_not_full(facts: Facts, law: Parameters, findings: FindingList, trace: Trace) -> None:
    """Completed, with much land unbuilt or the floor area ratio below its minimum."""
    rows = np.flatnonzero(facts.done_on[MilestoneKind.COMPLETION] != NO_DAY)
    numbers = {
        key: facts.columns.exact[key].take(rows)
        for key in ("area_m2", "developed_m2", "far_actual", "far_min")
    }
    area = numbers["area_m2"]
    unbuilt = exact.minus(area, numbers["developed_m2"])
    share = law.number("used_not_full.area_share", rows=rows)
    size = law.number("used_not_full.area_m2", rows=rows)
    arms = (
        (_SHARE_ARM, exact.at_least(unbuilt, exact.scaled(area, share))),
        (_AREA_ARM, exact.at_least(unbuilt, exact.column(size, len(rows)))),
        (_FAR_ARM, exact.less(numbers["far_actual"], numbers["far_min"])),
    )
    any_arm = np.logical_or.reduce([holds for _, holds in arms])
    findings.add_entries(FindingCode.USED_NOT_FULL, rows[any_arm])
    if trace.on:
        of = ("area_m2", "developed_m2")
        trace.step("used.unbuilt_m2", Measure.M2, unbuilt, at=rows, of=of)
        for arm, holds in arms:
            trace.step(arm.name, Measure.FLAG, holds, *arm.numbers, at=rows, of=arm.of)
        names = (arm.name for arm, _ in arms)
        trace.finding(FindingCode.USED_NOT_FULL, "completion.done_on", *names)
