"""Due dates, late days and the state of each milestone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import NO_DAY, Codes, Column, Days, Flags
from geodata.model.judgements import NO_COUNT
from service.compliance.law import LawBook
from service.compliance.rules.dates import (
    AgreedDate,
    anchor_days,
    calendar_date,
    delivery_agreed,
    milestone_agreed,
)
from service.compliance.rules.extensions import Term, extended_term, follow_start
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.pauses import Pauses, pauses
from service.compliance.rules.trace import Measure, Trace

_DUE_SOON = MilestoneState.DUE_SOON.position


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone of every row as the later rules need it.

    Attributes
    ----------
    agreed_on, due_on
        Without and with extensions and pauses; `NO_DAY` where not known.
    late_days
        Accrued and running late days (int64), 0 where none or not computable.
    computable
        ``due_on`` is known and the state is neither `na` nor `undetermined`: days are shown.
    not_done
        The milestone has no recognised date.
    date_undetermined
        The agreed date hangs on something unknown.
    state
        `MilestoneState` codes.
    """

    agreed_on: Days
    due_on: Days
    late_days: np.ndarray[tuple[int], np.dtype[np.int64]]
    computable: Flags
    not_done: Flags
    date_undetermined: Flags
    state: Codes


@dataclass(frozen=True, slots=True)
class Schedule:
    """All four milestones, the agreed delivery day and the pauses they were moved by."""

    milestones: Mapping[MilestoneKind, Milestone]
    delivery_agreed_on: Days
    pauses: Pauses


def schedule(facts: Facts, law: LawBook, findings: FindingList, trace: Trace) -> Schedule:
    """Judge the four milestones of every row."""
    anchors = anchor_days(facts)
    delivery_agreed_on = delivery_agreed(facts, law, anchors)
    trace.step("delivery.agreed_on", Measure.DAY, delivery_agreed_on)
    stands_still = pauses(facts, delivery_agreed_on)
    agreed = {kind: milestone_agreed(facts, law, anchors, kind) for kind in MilestoneKind}
    terms = {
        kind: extended_term(facts, law, stands_still, kind, agreed[kind], findings)
        for kind in MilestoneKind
    }
    terms[MilestoneKind.COMPLETION] = follow_start(
        terms[MilestoneKind.START],
        agreed[MilestoneKind.START],
        terms[MilestoneKind.COMPLETION],
        agreed[MilestoneKind.COMPLETION],
    )
    supplement = np.zeros(len(facts), dtype=np.bool_)
    milestones: dict[MilestoneKind, Milestone] = {}
    for kind in MilestoneKind:
        due_on = stands_still.full.moved(terms[kind].day, terms[kind].pauses_after)
        supplement |= _needs_supplement(facts, stands_still, kind, terms[kind], due_on)
        milestones[kind] = _judge(
            facts, law, kind, agreed[kind], terms[kind], due_on, stands_still, delivery_agreed_on
        )
        _tell(trace, kind, agreed[kind], terms[kind], milestones[kind])
    findings.add(FindingCode.DATA_GAP, facts.any_gap)
    undetermined = [milestone.date_undetermined for milestone in milestones.values()]
    findings.add(FindingCode.DATE_UNDETERMINED, np.asarray(np.any(undetermined, axis=0)))
    delay = facts.known_on["delivered_on"].astype(np.int64) - delivery_agreed_on
    findings.add(
        FindingCode.NEEDS_SUPPLEMENT,
        supplement,
        since_on=facts.known_on["delivered_on"],
        days=np.where(supplement, delay, 0),
    )
    return Schedule(milestones, delivery_agreed_on, stands_still)


def _judge(
    facts: Facts,
    law: LawBook,
    kind: MilestoneKind,
    agreed: AgreedDate,
    term: Term,
    due_on: Days,
    stands_still: Pauses,
    delivery_agreed_on: Days,
) -> Milestone:
    has_due = due_on != NO_DAY
    end = facts.end(kind)
    excused = stands_still.excusing(due_on).count(due_on, end)
    running = np.where(has_due, np.maximum(0, end.astype(np.int64) - due_on - excused), 0)
    late = np.where(facts.undelivered | ~has_due, 0, term.accrued_days + running)
    done = facts.done_on[kind] != NO_DAY
    date_undetermined = _date_undetermined(facts, law, kind, agreed)
    undetermined = facts.gap[kind] | date_undetermined
    delivery_overdue = (
        facts.undelivered & (delivery_agreed_on != NO_DAY) & (delivery_agreed_on < facts.day)
    )
    soon_days = law.count("reminder.days", calendar_date(facts.as_of))
    state = MilestoneState
    conditions = (
        (undetermined, state.UNDETERMINED),
        (agreed.none_agreed, state.NA),
        (done & ((late == 0) | ~has_due), state.MET),
        (done, state.MET_LATE),
        (delivery_overdue & (kind is MilestoneKind.START), state.PAUSED_GOV),
        (~has_due, state.NOT_DUE),
        (late > np.where(facts.undelivered, 0, term.accrued_days), state.OVERDUE),
        (facts.day > due_on, state.PAUSED_GOV),
        (due_on.astype(np.int64) - facts.day <= soon_days, state.DUE_SOON),
        (term.extended, state.EXTENDED),
    )
    codes = np.select(
        [condition for condition, _ in conditions],
        [outcome.position for _, outcome in conditions],
        default=state.NOT_DUE.position,
    ).astype(np.int8)
    shown = has_due & ~undetermined & ~agreed.none_agreed
    closed_too = np.where(facts.closed, state.CLOSED.position, codes).astype(np.int8)
    return Milestone(
        agreed_on=agreed.day,
        due_on=due_on,
        late_days=late.astype(np.int64),
        computable=shown,
        not_done=~done,
        date_undetermined=date_undetermined,
        state=closed_too,
    )


def _date_undetermined(
    facts: Facts, law: LawBook, kind: MilestoneKind, agreed: AgreedDate
) -> Flags:
    """The date hangs on an unknown anchor, or on a year without a working-day table.

    In the second case the date without any rest day still settles what is clear: done by then,
    or safely ahead.
    """
    done_on = facts.done_on[kind]
    safe_days = law.count("forecast.safe_days", calendar_date(facts.as_of))
    met = (done_on != NO_DAY) & (done_on <= agreed.unrolled)
    ahead = (done_on == NO_DAY) & (agreed.unrolled.astype(np.int64) - facts.day > safe_days)
    unclear = (agreed.unrolled != NO_DAY) & ~met & ~ahead
    return np.asarray(agreed.anchor_unknown | unclear)


def _needs_supplement(
    facts: Facts, stands_still: Pauses, kind: MilestoneKind, term: Term, due_on: Days
) -> Flags:
    """A day of the grantor's delay moved the due date (R1.14)."""
    begins, ends = stands_still.late_delivery_from, stands_still.late_delivery_until
    overlaps = (np.maximum(begins, term.pauses_after + 1) <= np.minimum(ends, due_on)) & (
        begins != NO_DAY
    )
    return np.asarray(overlaps & (due_on != NO_DAY) & ~facts.gap[kind])


def _tell(
    trace: Trace, kind: MilestoneKind, agreed: AgreedDate, term: Term, milestone: Milestone
) -> None:
    name = kind.value
    late_days = np.where(milestone.computable, milestone.late_days, NO_COUNT)
    steps: tuple[tuple[str, Measure, Column, Flags, str], ...] = (
        ("agreed_on", Measure.DAY, agreed.day, agreed.by_default, "start.default_years"),
        ("in_force_on", Measure.DAY, term.day, term.extended, "extension.cap_years"),
        ("accrued_days", Measure.DAYS, term.accrued_days, term.extended, "extension.cap_years"),
        ("due_on", Measure.DAY, milestone.due_on, term.extended, "extension.cap_years"),
        ("late_days", Measure.DAYS, late_days, term.extended, "extension.cap_years"),
        ("state", Measure.STATE, milestone.state, milestone.state == _DUE_SOON, "reminder.days"),
    )
    for part, measure, values, used, number in steps:
        trace.step(f"{name}.{part}", measure, values, *((number,) if used.any() else ()))
