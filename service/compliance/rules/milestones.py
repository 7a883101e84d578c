"""Due dates, late days and the state of each milestone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import NO_DAY, Codes, Days, Flags
from geodata.model.judgements import NO_COUNT
from service.compliance.rules.dates import (
    AgreedDate,
    anchor_days,
    delivery_agreed,
    milestone_agreed,
)
from service.compliance.rules.extensions import Term, extended_term, follow_start
from service.compliance.rules.fact_steps import tell_pauses
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.horizon import Horizon
from service.compliance.rules.milestone_steps import (
    tell_agreed,
    tell_milestone,
    tell_payment_anchor,
    tell_schedule,
    tell_term,
)
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.pauses import Pauses, pauses
from service.compliance.rules.trace import Trace


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


def schedule(
    facts: Facts, law: Parameters, findings: FindingList, horizon: Horizon, trace: Trace
) -> Schedule:
    """Judge the four milestones of every row."""
    anchors = anchor_days(facts)
    delivery = delivery_agreed(facts, law, anchors)
    delivery_agreed_on = delivery.day
    horizon.turns_on(delivery_agreed_on + 1, facts.undelivered)
    stands_still = pauses(facts, delivery_agreed_on)
    agreed = {kind: milestone_agreed(facts, law, anchors, kind) for kind in MilestoneKind}
    if trace.on:
        tell_payment_anchor(trace, anchors)
        tell_agreed(trace, "delivery", delivery)
        tell_pauses(trace, stands_still)
        for kind in MilestoneKind:
            tell_agreed(trace, kind.value, agreed[kind])
        tell_schedule(trace)
    terms = {
        kind: extended_term(facts, law, stands_still, kind, agreed[kind], findings, trace)
        for kind in MilestoneKind
    }
    terms[MilestoneKind.COMPLETION] = follow_start(
        terms[MilestoneKind.START],
        agreed[MilestoneKind.START],
        terms[MilestoneKind.COMPLETION],
        agreed[MilestoneKind.COMPLETION],
        trace,
    )
    supplement = np.zeros(len(facts), dtype=np.bool_)
    milestones: dict[MilestoneKind, Milestone] = {}
    for kind in MilestoneKind:
        due_on = stands_still.full.moved(terms[kind].day, terms[kind].pauses_after)
        supplement |= _needs_supplement(facts, stands_still, kind, terms[kind], due_on)
        milestones[kind] = _judge(
            facts,
            law,
            kind,
            agreed[kind],
            terms[kind],
            due_on,
            stands_still,
            delivery_agreed_on,
            trace,
        )
        _milestone_turns(facts, law, agreed[kind], milestones[kind], horizon)
    findings.add(FindingCode.DATA_GAP, facts.any_gap)
    undetermined = np.zeros(len(facts), dtype=np.bool_)
    for milestone in milestones.values():
        undetermined |= milestone.date_undetermined
    findings.add(FindingCode.DATE_UNDETERMINED, undetermined)
    delivered_on = facts.known_on["delivered_on"]
    findings.add(
        FindingCode.NEEDS_SUPPLEMENT,
        supplement,
        since_on=delivered_on,
        days=delivered_on - delivery_agreed_on,
    )
    return Schedule(milestones, delivery_agreed_on, stands_still)


def _judge(
    facts: Facts,
    law: Parameters,
    kind: MilestoneKind,
    agreed: AgreedDate,
    term: Term,
    due_on: Days,
    stands_still: Pauses,
    delivery_agreed_on: Days,
    trace: Trace,
) -> Milestone:
    has_due = due_on != NO_DAY
    end = facts.end(kind)
    excused = stands_still.excusing(due_on).count(due_on, end)
    counts = has_due & ~facts.undelivered
    accrued = np.where(facts.undelivered, 0, term.accrued_days)
    running = np.where(counts, np.maximum(0, end - due_on - excused), 0)
    late = np.where(has_due, accrued + running, 0)
    done = facts.done_on[kind] != NO_DAY
    date_undetermined = _date_undetermined(facts, law, kind, agreed)
    undetermined = facts.gap[kind] | date_undetermined
    soon = due_on - facts.day <= law.count("reminder.days", due=due_on)
    state = MilestoneState
    conditions = [
        (facts.closed, state.CLOSED),
        (undetermined, state.UNDETERMINED),
        (agreed.none_agreed, state.NA),
        (done & (late == 0), state.MET),
        (done, state.MET_LATE),
        (~has_due, state.NOT_DUE),
        (running > 0, state.OVERDUE),
        (facts.day > due_on, state.PAUSED_GOV),
        (soon, state.DUE_SOON),
        (term.extended, state.EXTENDED),
    ]
    if kind is MilestoneKind.START:
        conditions.insert(5, (facts.delivery_overdue(delivery_agreed_on), state.PAUSED_GOV))
    codes = np.select(
        [condition for condition, _ in conditions],
        [np.int8(outcome.position) for _, outcome in conditions],
        default=np.int8(state.NOT_DUE.position),
    )
    computable = has_due & ~undetermined & ~agreed.none_agreed
    if trace.on:
        tell_term(trace, kind, term, due_on, excused, facts)
        shown = np.where(computable, late, NO_COUNT)
        tell_milestone(trace, kind, shown, date_undetermined, codes)
    return Milestone(
        agreed_on=agreed.day,
        due_on=due_on,
        late_days=late,
        computable=computable,
        not_done=~done,
        date_undetermined=date_undetermined,
        state=codes,
    )


def _milestone_turns(
    facts: Facts, law: Parameters, agreed: AgreedDate, milestone: Milestone, horizon: Horizon
) -> None:
    """Due soon, then late; moved by a pause; no longer safely ahead in a year without a table."""
    due_on, waiting = milestone.due_on, milestone.not_done
    soon_on = due_on - law.count("reminder.days", due=due_on)
    horizon.turns_on(soon_on, waiting & (due_on != NO_DAY))
    horizon.turns_on(due_on + 1, waiting)
    horizon.turns_on(facts.as_of + 1, facts.pausing & (due_on > facts.as_of))
    unrolled = agreed.unrolled
    if (unrolled != NO_DAY).any():
        ahead_until = unrolled - law.count("forecast.safe_days", due=unrolled)
        horizon.turns_on(ahead_until, waiting & (unrolled != NO_DAY))


def _date_undetermined(
    facts: Facts, law: Parameters, kind: MilestoneKind, agreed: AgreedDate
) -> Flags:
    """The date hangs on an unknown anchor, or on a year without a working-day table.

    In the second case the date without any rest day still settles what is clear: done by then,
    or safely ahead.
    """
    done_on = facts.done_on[kind]
    if not (agreed.unrolled != NO_DAY).any():
        return agreed.anchor_unknown
    safe_days = law.count("forecast.safe_days", due=agreed.unrolled)
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
