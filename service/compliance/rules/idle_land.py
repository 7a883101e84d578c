"""Idle land in the sense of 令第53号: development, both types of idleness, the idle-land fee."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import (
    AcquisitionMode,
    FindingCode,
    FoundationKind,
    MilestoneKind,
)
from geodata.model.columns import NO_CODE, NO_DAY, Days, Flags
from geodata.model.judgements import NO_COUNT, Amounts, IdleColumns
from service.compliance.calendar import add_years
from service.compliance.rules import exact
from service.compliance.rules.facts import Facts, Rows, days_where
from service.compliance.rules.findings import FindingList
from service.compliance.rules.horizon import Horizon
from service.compliance.rules.idle_steps import (
    tell_clock,
    tell_determination,
    tell_development,
    tell_fee,
    tell_idle,
    tell_ratio,
    tell_suspension,
)
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import Measure, Trace

_YES = 1
_AFTER_START = [kind for kind in MilestoneKind if kind is not MilestoneKind.START]


def developed(facts: Facts, law: Parameters, findings: FindingList, trace: Trace) -> Flags:
    """Whether development has commenced (Art. 30); the first fact given decides.

    A development date; a later milestone done; foundation works with the permit, decided by
    these alone; the start recognised under the contract.
    """
    known = facts.known_on
    later_done = np.zeros(len(facts), dtype=np.bool_)
    for kind in _AFTER_START:
        later_done |= facts.done_on[kind] != NO_DAY
    decided, founded = _by_foundation(facts, law)
    is_developed = np.select(
        [known["development_on"] != NO_DAY, later_done, decided],
        [True, True, founded],
        default=known["start_on"] != NO_DAY,
    )
    if trace.on:
        tell_development(trace, is_developed, decided, founded)
    findings.add(
        FindingCode.TRACK_CONFLICT,
        (known["start_on"] != NO_DAY) & ~is_developed,
        since_on=known["start_on"],
    )
    return np.asarray(is_developed, dtype=np.bool_)


def _by_foundation(facts: Facts, law: Parameters) -> tuple[Flags, Flags]:
    """Rows that the foundation works decide, and those of them that count as developed."""
    kind, share = facts.columns.codes["foundation_kind"], facts.columns.exact["foundation_share"]
    decided = (kind != NO_CODE) & share.known
    rows = np.flatnonzero(decided & (facts.known_on["permit_on"] != NO_DAY))
    needed = exact.column(law.number("development.foundation_share", rows=rows), len(rows))
    other = kind[rows] == FoundationKind.OTHER.position
    bar = exact.where(other, needed, exact.constant(1, len(rows)))
    founded = np.zeros(len(facts), dtype=np.bool_)
    founded[rows] = exact.at_least(share.take(rows), bar)
    return decided, founded


@dataclass(frozen=True, slots=True)
class _Clock:
    """The idle clock: from the due date of the start, pauses included (R1.27)."""

    tested: Flags
    start: Days
    calendar_year_on: Days
    one_year_on: Days
    two_years_on: Days


def never_developed(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    is_developed: Flags,
    findings: FindingList,
    horizon: Horizon,
    trace: Trace,
) -> IdleColumns:
    """Idle type 1: not developed one or two full years after the start was due (Art. 2, 14)."""
    clock = _clock(facts, law, plan, is_developed)
    as_of = facts.as_of
    two = clock.tested & (as_of > clock.two_years_on)
    one = clock.tested & ~two & (as_of > clock.one_year_on)
    excused = clock.tested & ~two & ~one & (as_of > clock.calendar_year_on)
    fee = _fee(facts, law, clock.start, one, trace)
    outcomes = (
        (FindingCode.SUSPECT_IDLE_2Y, two, clock.two_years_on, None),
        (FindingCode.SUSPECT_IDLE_1Y, one, clock.one_year_on, fee),
        (FindingCode.IDLE_GOV, excused, clock.calendar_year_on, None),
    )
    for code, where, last_day, amount in outcomes:
        findings.add(code, where, since_on=last_day + 1, days=as_of - last_day, amount=amount)
        horizon.turns_on(last_day + 1, clock.tested)
    horizon.turns_on(as_of + 1, facts.pausing & clock.tested & (clock.two_years_on > as_of))
    paused = plan.pauses.full.count(clock.start, as_of)
    shown = IdleColumns(
        clock_from=clock.start,
        paused_days=np.where(clock.tested, paused, NO_COUNT).astype(np.int32),
        one_year_on=clock.one_year_on,
        two_years_on=clock.two_years_on,
        fee=fee,
    )
    if trace.on:
        tell_clock(trace, law, shown, clock.calendar_year_on)
        for code, where, last_day, _ in outcomes:
            tell_idle(trace, code, np.where(where, as_of - last_day, NO_COUNT))
    return shown


def _clock(facts: Facts, law: Parameters, plan: Schedule, is_developed: Flags) -> _Clock:
    due_on = plan.milestones[MilestoneKind.START].due_on
    tested = (
        facts.open
        & ~is_developed
        & (facts.columns.codes["reserve_land"] != _YES)
        & ~facts.undelivered
        & (due_on != NO_DAY)
        & ~facts.any_gap
    )
    start = days_where(tested, due_on)
    first, second = (law.count(f"idle.{name}_years", due=due_on) for name in ("first", "second"))
    full = plan.pauses.full
    calendar_year_on = add_years(start, first)
    return _Clock(
        tested=tested,
        start=start,
        calendar_year_on=calendar_year_on,
        one_year_on=full.moved(calendar_year_on, start),
        two_years_on=full.moved(add_years(start, second), start),
    )


def _fee(
    facts: Facts, law: Parameters, start_due_on: Days, one_year: Flags, trace: Trace
) -> Amounts:
    """A fifth of the premium, once (Art. 14(1)); none can be stated for leased land (R1.34)."""
    leased = facts.columns.codes["acquisition_mode"] == AcquisitionMode.LEASE.position
    premium = facts.columns.exact["premium_yuan"]
    known = one_year & ~leased & premium.known
    rows = np.flatnonzero(known)
    share = law.number("idle.fee_share", due=start_due_on[rows], rows=rows)
    fee = exact.scaled(premium.take(rows), share)
    if trace.on:
        tell_fee(trace, exact.only(exact.scattered(fee, rows, len(facts)), known))
    return exact.amounts_at(exact.fen(fee), rows, known)


def suspended(
    facts: Facts,
    law: Parameters,
    is_developed: Flags,
    plan: Schedule,
    findings: FindingList,
    horizon: Horizon,
    trace: Trace,
) -> Flags:
    """Idle type 2: works stopped for a full year with little built or invested (Art. 2, 12).

    Returns the rows whose works stand still at present.
    """
    stopped_on, resumed_on = facts.known_on["suspended_on"], facts.known_on["resumed_on"]
    standing = (
        is_developed
        & (facts.done_on[MilestoneKind.COMPLETION] == NO_DAY)
        & (stopped_on != NO_DAY)
        & (resumed_on < stopped_on)
    )
    tested = standing & (facts.columns.codes["reserve_land"] != _YES) & ~facts.any_gap
    rows = np.flatnonzero(tested)
    stopped = stopped_on[rows]
    year_ends_on = plan.pauses.full.take(rows).moved(
        add_years(stopped, law.count("idle.suspension_years", act=stopped, rows=rows)), stopped
    )
    horizon.entries_turn_on(rows, year_ends_on + 1)
    if trace.on:
        tell_suspension(trace, law, facts.as_of[rows], standing, rows, stopped, year_ends_on)
    over = facts.as_of[rows] > year_ends_on
    rows, year_ends_on = rows[over], year_ends_on[over]
    low, unclear = _low_ratios(facts, law, rows, trace)
    findings.add_entries(
        FindingCode.SUSPECT_IDLE_SUSPENDED,
        rows[low],
        since_on=year_ends_on[low] + 1,
        days=(facts.as_of[rows] - year_ends_on)[low],
    )
    findings.add_entries(FindingCode.DATA_GAP, rows[~low & unclear])
    if trace.on:
        trace.step(
            "idle.ratio_unknown",
            Measure.FLAG,
            ~low & unclear,
            at=rows,
            of=("idle.developed_low", "idle.invested_low", "as_of", "idle.suspended_year_on"),
        )
    return np.asarray(standing)


def _low_ratios(facts: Facts, law: Parameters, rows: Rows, trace: Trace) -> tuple[Flags, Flags]:
    """Rows with a ratio strictly below its share, and rows where a ratio is unknown (R1.4)."""
    numbers = facts.columns.exact
    given, area = numbers["developable_m2"].take(rows), numbers["area_m2"].take(rows)
    arms = (
        ("developed", numbers["developed_m2"], exact.where(given.known, given, area)),
        ("invested", numbers["invested_yuan"], numbers["investment_total_yuan"].take(rows)),
    )
    low = np.zeros(len(rows), dtype=np.bool_)
    unclear = np.zeros(len(rows), dtype=np.bool_)
    for name, of_all, whole in arms:
        part = of_all.take(rows)
        share = law.number(f"idle.{name}_share", act=facts.day[rows], rows=rows)
        is_low = exact.less(part, exact.scaled(whole, share))
        known = part.known & whole.known
        low |= is_low
        unclear |= ~known
        if trace.on:
            tell_ratio(trace, name, whole, np.where(known, is_low, NO_CODE), rows)
    return low, unclear


def confirmed(
    facts: Facts, is_developed: Flags, standing: Flags, findings: FindingList, trace: Trace
) -> None:
    """Idle by a served determination (Art. 9), while the land is still not in use."""
    served_on = facts.known_on["idle_determined_on"]
    stands = (served_on != NO_DAY) & (~is_developed | standing)
    days = facts.as_of - served_on + 1
    findings.add(FindingCode.IDLE_CONFIRMED, stands, since_on=served_on, days=days)
    if trace.on:
        tell_determination(trace, np.where(stands, days, NO_COUNT))
