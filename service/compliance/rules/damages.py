"""Liquidated damages of late milestones: daily per mille, bond tiers, or both (R2.1, R4.1-R4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geodata.model.codelists import DamagesScheme, FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import SPLIT_PARTS, Exact, Flags
from geodata.model.judgements import Amounts
from service.compliance.calendar import add_months, add_years
from service.compliance.rules import exact
from service.compliance.rules.damages_steps import (
    tell_damages,
    tell_option,
    tell_tiers,
    tell_total,
)
from service.compliance.rules.facts import Facts, Rows
from service.compliance.rules.findings import FindingList
from service.compliance.rules.horizon import Horizon
from service.compliance.rules.milestones import Schedule
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import Trace


@dataclass(frozen=True, slots=True)
class Damages:
    """Damages and the option to rescind, per milestone."""

    amounts: Mapping[MilestoneKind, Amounts]
    rescission_option: Mapping[MilestoneKind, Flags]


def damages(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    findings: FindingList,
    horizon: Horizon,
    trace: Trace,
) -> Damages:
    """Damages of the four milestones, exact and rounded once."""
    owed = {kind: _owed(facts, law, plan, kind, horizon, trace) for kind in MilestoneKind}
    rescission = {
        kind: _rescission_option(facts, law, plan, kind, horizon, trace) for kind in MilestoneKind
    }
    amounts = {kind: part.amounts() for kind, part in owed.items()}
    if trace.on:
        by_bond = _by_bond(facts)
        for kind, part in owed.items():
            in_time = plan.milestones[kind].late_days == 0
            unharmed = np.flatnonzero(by_bond & part.known & in_time)
            tell_damages(trace, kind, part.column(), unharmed)
    _high(facts, law, owed, findings, horizon, trace)
    return Damages(amounts, rescission)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What is owed for one milestone, computed only where something is late.

    Attributes
    ----------
    known
        Rows whose damages are known, 0.00 included.
    rows
        Positions of the known rows that are late.
    owed
        Yuan, of each of these rows.
    per_day
        What one more late day adds to it; 0 where no further day is running.
    """

    known: Flags
    rows: Rows
    owed: Exact
    per_day: Exact

    def amounts(self) -> Amounts:
        """One amount per row of the ledger."""
        return exact.amounts_at(exact.fen(self.owed), self.rows, self.known)

    def column(self) -> Exact:
        """The same exactly; unknown in rows whose damages are not known."""
        return exact.only(exact.scattered(self.owed, self.rows, len(self.known)), self.known)


def _owed(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    kind: MilestoneKind,
    horizon: Horizon,
    trace: Trace,
) -> _Owed:
    """What the scheme of each contract makes of the late days; a blank one is daily."""
    columns, milestone = facts.columns, plan.milestones[kind]
    scheme = columns.codes["damages_scheme"]
    by_day = scheme != DamagesScheme.BOND_TIER.position
    by_bond = _by_bond(facts)
    rate = columns.exact[f"{kind.value}_permille"]
    known = milestone.computable & (~by_day | (columns.exact["premium_yuan"].known & rate.known))
    if kind.value in SPLIT_PARTS:
        split = columns.exact[f"bond_split_{kind.value}"]
        known &= ~by_bond | (columns.exact["bond_yuan"].known & split.known)
    rows = np.flatnonzero(known & (milestone.late_days > 0))
    per_day = exact.only(_per_day(facts, kind, rows), by_day[rows], 0)
    owed = exact.times(per_day, exact.whole(milestone.late_days[rows]))
    bond_rows = np.flatnonzero(by_bond[rows])
    if kind.value in SPLIT_PARTS and (len(bond_rows) or trace.on):
        lost = _bond_part(facts, law, plan, kind, rows[bond_rows], horizon, trace)
        owed = exact.plus(owed, exact.scattered(lost, bond_rows, len(rows)))
    running = milestone.state[rows] == MilestoneState.OVERDUE.position
    return _Owed(known, rows, owed, exact.only(per_day, running, 0))


def _per_day(facts: Facts, kind: MilestoneKind, rows: Rows) -> Exact:
    """Premium × ‰ (GF-2008-2601 Art. 33)."""
    numbers = facts.columns.exact
    rate = numbers[f"{kind.value}_permille"].take(rows)
    return exact.scaled(exact.times(numbers["premium_yuan"].take(rows), rate), Fraction(1, 1000))


def _bond_part(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    kind: MilestoneKind,
    rows: Rows,
    horizon: Horizon,
    trace: Trace,
) -> Exact:
    """The tier of the bond part lost by late rows; target output has none (R4.1)."""
    due_on = plan.milestones[kind].due_on[rows]
    months = law.count("bond.first_tier_months", due=due_on, rows=rows)
    plain = add_months(due_on, months)
    first_tier_ends_on = plan.pauses.take(rows).excusing(due_on).moved(plain, due_on)
    horizon.entries_turn_on(rows, first_tier_ends_on + 1)
    second = facts.end(kind)[rows] > first_tier_ends_on
    shares = [
        exact.column(law.number(f"bond.{tier}_tier_share", due=due_on, rows=rows), len(rows))
        for tier in ("first", "second")
    ]
    numbers = facts.columns.exact
    split = numbers[f"bond_split_{kind.value}"].take(rows)
    part = exact.times(numbers["bond_yuan"].take(rows), split)
    share = exact.where(second, shares[1], shares[0])
    if trace.on:
        paused = first_tier_ends_on - plain
        tell_tiers(trace, kind, first_tier_ends_on, paused, second, share, rows)
    lost = exact.times(part, share)
    return exact.scaled(lost, Fraction(1, 100))


def _rescission_option(
    facts: Facts,
    law: Parameters,
    plan: Schedule,
    kind: MilestoneKind,
    horizon: Horizon,
    trace: Trace,
) -> Flags:
    """The grantor may rescind: a bond scheme, not done, more than a year late (R4.1)."""
    option = np.zeros(len(facts), dtype=np.bool_)
    if kind.value not in SPLIT_PARTS:
        return option
    milestone = plan.milestones[kind]
    late = milestone.computable & milestone.not_done & (milestone.late_days > 0)
    rows = np.flatnonzero(late & _by_bond(facts) & ~facts.closed)
    due_on = milestone.due_on[rows]
    years = law.count("bond.rescission_years", due=due_on, rows=rows)
    plain = add_years(due_on, years)
    limit = plan.pauses.take(rows).excusing(due_on).moved(plain, due_on)
    horizon.entries_turn_on(rows, limit + 1)
    option[rows] = facts.as_of[rows] > limit
    if trace.on:
        tell_option(trace, kind, limit, limit - plain, option[rows], rows)
    return option


def _high(
    facts: Facts,
    law: Parameters,
    owed: Mapping[MilestoneKind, _Owed],
    findings: FindingList,
    horizon: Horizon,
    trace: Trace,
) -> None:
    """More than the share of the premium at which a court may find damages excessive (R2.12)."""
    late = np.zeros(len(facts), dtype=np.bool_)
    for part in owed.values():
        late[part.rows] = True
    rows, place = np.flatnonzero(late), np.cumsum(late) - 1
    total = per_day = exact.constant(0, len(rows))
    for part in owed.values():
        at = place[part.rows]
        total = exact.plus(total, exact.scattered(part.owed, at, len(rows)))
        per_day = exact.plus(per_day, exact.scattered(part.per_day, at, len(rows)))
    limit = exact.scaled(
        facts.columns.exact["premium_yuan"].take(rows),
        law.number("damages.warning_share", rows=rows),
    )
    if trace.on:
        tell_total(trace, total, limit, rows)
    high = exact.less(limit, total)
    findings.add_entries(
        FindingCode.DAMAGES_HIGH, rows[high], amount=exact.fen(total).take(np.flatnonzero(high))
    )
    rising = np.flatnonzero(~high & limit.known & (per_day.num > 0))
    days_left = exact.floor(
        exact.over(exact.minus(limit, total).take(rising), per_day.take(rising))
    )
    horizon.entries_turn_on(rows[rising], facts.as_of[rows[rising]] + days_left + 1)


def _by_bond(facts: Facts) -> Flags:
    scheme = facts.columns.codes["damages_scheme"]
    both = DamagesScheme.BOTH.position
    return np.asarray((scheme == DamagesScheme.BOND_TIER.position) | (scheme == both))
