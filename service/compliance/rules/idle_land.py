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
from geodata.model.columns import NO_CODE, NO_DAY, Days, Exact, Flags
from geodata.model.judgements import NO_COUNT, Amounts, IdleColumns
from service.compliance.calendar import add_years
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.compliance.rules.dates import calendar_date
from service.compliance.rules.facts import Facts, days_where
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.trace import Measure, Trace

_YES = 1


def developed(facts: Facts, law: LawBook, findings: FindingList, trace: Trace) -> Flags:
    """Whether development has commenced (Art. 30); the first fact given decides.

    A development date; a later milestone done; foundation works with the permit, decided by
    these alone; the start recognised under the contract.
    """
    known = facts.known_on
    columns = facts.columns
    later_done = np.any(
        [
            facts.done_on[kind] != NO_DAY
            for kind in MilestoneKind
            if kind is not MilestoneKind.START
        ],
        axis=0,
    )
    kind, share = columns.codes["foundation_kind"], columns.exact["foundation_share"]
    needed = law.number("development.foundation_share", calendar_date(facts.as_of))
    complete = exact.at_least(share, exact.constant(1, len(facts)))
    enough = np.where(
        kind == FoundationKind.OTHER.position,
        exact.at_least(share, exact.constant(needed, len(facts))),
        complete,
    )
    by_foundation = (known["permit_on"] != NO_DAY) & enough
    decided_by_foundation = (kind != NO_CODE) & share.known
    is_developed = np.select(
        [known["development_on"] != NO_DAY, later_done, decided_by_foundation],
        [True, True, by_foundation],
        default=known["start_on"] != NO_DAY,
    )
    trace.step("developed", Measure.FLAG, is_developed, "development.foundation_share")
    findings.add(
        FindingCode.TRACK_CONFLICT,
        (known["start_on"] != NO_DAY) & ~is_developed,
        since_on=known["start_on"],
    )
    return np.asarray(is_developed, dtype=np.bool_)


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
    law: LawBook,
    plan: Schedule,
    is_developed: Flags,
    findings: FindingList,
    trace: Trace,
) -> IdleColumns:
    """Idle type 1: not developed one or two full years after the start was due (Art. 2, 14)."""
    clock = _clock(facts, law, plan, is_developed)
    as_of = facts.as_of
    two = clock.tested & (as_of > clock.two_years_on)
    one = clock.tested & ~two & (as_of > clock.one_year_on)
    excused = clock.tested & ~two & ~one & (as_of > clock.calendar_year_on)
    fee = _fee(facts, law, one)
    for code, where, last_day, amount in (
        (FindingCode.SUSPECT_IDLE_2Y, two, clock.two_years_on, None),
        (FindingCode.SUSPECT_IDLE_1Y, one, clock.one_year_on, fee),
        (FindingCode.IDLE_GOV, excused, clock.calendar_year_on, None),
    ):
        following = (last_day + 1).astype(np.int32)
        findings.add(code, where, since_on=following, days=as_of - last_day, amount=amount)
    until = np.full(len(facts), as_of, dtype=np.int32)
    paused = plan.pauses.full.count(clock.start, until)
    shown = IdleColumns(
        clock_from=days_where(clock.tested, clock.start),
        paused_days=np.where(clock.tested, paused, NO_COUNT).astype(np.int32),
        one_year_on=days_where(clock.tested, clock.one_year_on),
        two_years_on=days_where(clock.tested, clock.two_years_on),
        fee=fee,
    )
    trace.step("idle.clock_from", Measure.DAY, shown.clock_from)
    trace.step("idle.paused_days", Measure.DAYS, shown.paused_days)
    trace.step("idle.one_year_on", Measure.DAY, shown.one_year_on, "idle.first_years")
    trace.step("idle.two_years_on", Measure.DAY, shown.two_years_on, "idle.second_years")
    trace.step("idle.fee", Measure.YUAN, fee, "idle.fee_share")
    return shown


def _clock(facts: Facts, law: LawBook, plan: Schedule, is_developed: Flags) -> _Clock:
    on = calendar_date(facts.as_of)
    start = plan.milestones[MilestoneKind.START].due_on
    tested = (
        facts.open
        & ~is_developed
        & (facts.columns.codes["reserve_land"] != _YES)
        & ~facts.undelivered
        & (start != NO_DAY)
        & ~facts.any_gap
    )
    first, second = (law.count(f"idle.{name}_years", on) for name in ("first", "second"))
    full = plan.pauses.full
    return _Clock(
        tested=np.asarray(tested),
        start=start,
        calendar_year_on=add_years(start, first),
        one_year_on=full.moved(add_years(start, first), start),
        two_years_on=full.moved(add_years(start, second), start),
    )


def _fee(facts: Facts, law: LawBook, one_year: Flags) -> Amounts:
    """A fifth of the premium, once (Art. 14(1)); none can be stated for leased land (R1.34)."""
    leased = facts.columns.codes["acquisition_mode"] == AcquisitionMode.LEASE.position
    share = law.number("idle.fee_share", calendar_date(facts.as_of))
    fee = exact.scaled(facts.columns.exact["premium_yuan"], share)
    return exact.fen(exact.only(fee, one_year & ~leased))


def suspended(
    facts: Facts, law: LawBook, is_developed: Flags, plan: Schedule, findings: FindingList
) -> Flags:
    """Idle type 2: works stopped for a full year with little built or invested (Art. 2, 12).

    Returns the rows whose works stand still at present.
    """
    on = calendar_date(facts.as_of)
    stopped_on, resumed_on = facts.known_on["suspended_on"], facts.known_on["resumed_on"]
    standing = (
        is_developed
        & (facts.done_on[MilestoneKind.COMPLETION] == NO_DAY)
        & (stopped_on != NO_DAY)
        & (resumed_on < stopped_on)
    )
    year_ends_on = plan.pauses.full.moved(
        add_years(stopped_on, law.count("idle.suspension_years", on)), stopped_on
    )
    tested = (
        standing
        & (facts.columns.codes["reserve_land"] != _YES)
        & ~facts.any_gap
        & (facts.as_of > year_ends_on)
    )
    low, unclear = _low_ratios(facts, law)
    findings.add(
        FindingCode.SUSPECT_IDLE_SUSPENDED,
        tested & low,
        since_on=(year_ends_on + 1).astype(np.int32),
        days=facts.as_of - year_ends_on,
    )
    findings.add(FindingCode.DATA_GAP, tested & ~low & unclear)
    return np.asarray(standing)


def _low_ratios(facts: Facts, law: LawBook) -> tuple[Flags, Flags]:
    """Rows with a ratio strictly below its share, and rows where a ratio is unknown (R1.4)."""
    on = calendar_date(facts.as_of)
    numbers = facts.columns.exact
    given, area = numbers["developable_m2"], numbers["area_m2"]
    developable = Exact(
        np.where(given.known, given.num, area.num), np.where(given.known, given.den, area.den)
    )
    arms = (
        (numbers["developed_m2"], developable, law.number("idle.developed_share", on)),
        (
            numbers["invested_yuan"],
            numbers["investment_total_yuan"],
            law.number("idle.invested_share", on),
        ),
    )
    low = [exact.less(part, exact.scaled(whole, share)) for part, whole, share in arms]
    unclear = [~(part.known & whole.known) for part, whole, _ in arms]
    return np.asarray(low[0] | low[1]), np.asarray(unclear[0] | unclear[1])


def confirmed(facts: Facts, is_developed: Flags, standing: Flags, findings: FindingList) -> None:
    """Idle by a served determination (Art. 9), while the land is still not in use."""
    served_on = facts.known_on["idle_determined_on"]
    findings.add(
        FindingCode.IDLE_CONFIRMED,
        (served_on != NO_DAY) & (~is_developed | standing),
        since_on=served_on,
        days=facts.as_of - served_on.astype(np.int64) + 1,
    )
