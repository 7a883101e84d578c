"""Liquidated damages of late milestones: daily per mille, bond tiers, or both (R2.1, R4.1-R4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geodata.model.codelists import DamagesScheme, FindingCode, MilestoneKind
from geodata.model.columns import NO_CODE, SPLIT_PARTS, Exact, Flags
from geodata.model.judgements import Amounts
from service.compliance.calendar import add_months, add_years
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.compliance.rules.dates import calendar_date
from service.compliance.rules.facts import Facts
from service.compliance.rules.findings import FindingList
from service.compliance.rules.milestones import Milestone, Schedule
from service.compliance.rules.trace import Measure, Trace

_TIERS = ("bond.first_tier_share", "bond.first_tier_months", "bond.second_tier_share")


@dataclass(frozen=True, slots=True)
class Damages:
    """Damages and the option to rescind, per milestone."""

    amounts: Mapping[MilestoneKind, Amounts]
    rescission_option: Mapping[MilestoneKind, Flags]


def damages(
    facts: Facts, law: LawBook, plan: Schedule, findings: FindingList, trace: Trace
) -> Damages:
    """Damages of the four milestones, exact and rounded once."""
    amounts: dict[MilestoneKind, Amounts] = {}
    rescission: dict[MilestoneKind, Flags] = {}
    total = exact.constant(0, len(facts))
    for kind in MilestoneKind:
        owed = _owed(facts, law, plan, kind)
        total = exact.plus(total, exact.known_or_zero(owed))
        amounts[kind] = exact.fen(owed)
        rescission[kind] = _rescission_option(facts, law, plan, kind)
        used = _TIERS if _by_bond(facts).any() and kind.value in SPLIT_PARTS else ()
        trace.step(f"{kind.value}.damages", Measure.YUAN, amounts[kind], *used)
    share = law.number("damages.warning_share", calendar_date(facts.as_of))
    limit = exact.scaled(facts.columns.exact["premium_yuan"], share)
    findings.add(FindingCode.DAMAGES_HIGH, exact.less(limit, total), amount=exact.fen(total))
    return Damages(amounts, rescission)


def _owed(facts: Facts, law: LawBook, plan: Schedule, kind: MilestoneKind) -> Exact:
    milestone = plan.milestones[kind]
    scheme = facts.columns.codes["damages_scheme"]
    daily = _daily(facts, milestone, kind)
    bond = _bond_part(facts, law, plan, kind)
    by_scheme = (
        (DamagesScheme.DAILY_PERMILLE, daily),
        (DamagesScheme.BOND_TIER, bond),
        (DamagesScheme.BOTH, exact.plus(daily, bond)),
    )
    num = np.where(scheme == NO_CODE, daily.num, 0)  # blank: daily where the rate is given
    den = np.where(scheme == NO_CODE, daily.den, 0)
    for member, owed in by_scheme:
        chosen = scheme == member.position
        num, den = np.where(chosen, owed.num, num), np.where(chosen, owed.den, den)
    return exact.only(Exact(num, den), milestone.computable)


def _daily(facts: Facts, milestone: Milestone, kind: MilestoneKind) -> Exact:
    """Premium × ‰ × late days (GF-2008-2601 Art. 33)."""
    columns = facts.columns
    days = exact.whole(milestone.late_days, milestone.computable)
    per_day = exact.times(columns.exact["premium_yuan"], columns.exact[f"{kind.value}_permille"])
    return exact.scaled(exact.times(per_day, days), Fraction(1, 1000))


def _bond_part(facts: Facts, law: LawBook, plan: Schedule, kind: MilestoneKind) -> Exact:
    """The tier of the bond part lost; target output has none (R4.1)."""
    if kind.value not in SPLIT_PARTS:
        return exact.constant(0, len(facts))
    on = calendar_date(facts.as_of)
    milestone = plan.milestones[kind]
    months = law.count("bond.first_tier_months", on)
    first_tier_ends_on = plan.pauses.excusing(milestone.due_on).moved(
        add_months(milestone.due_on, months), milestone.due_on
    )
    second = facts.end(kind) > first_tier_ends_on
    late = milestone.late_days > 0
    shares = (law.number("bond.first_tier_share", on), law.number("bond.second_tier_share", on))
    tier = Exact.of([Fraction(0), *shares]).take(np.where(late, 1 + second, 0).astype(np.intp))
    part = exact.times(
        facts.columns.exact["bond_yuan"], facts.columns.exact[f"bond_split_{kind.value}"]
    )
    return exact.scaled(exact.times(part, tier), Fraction(1, 100))


def _rescission_option(facts: Facts, law: LawBook, plan: Schedule, kind: MilestoneKind) -> Flags:
    """The grantor may rescind: a bond scheme, not done, more than a year late (R4.1)."""
    milestone = plan.milestones[kind]
    years = law.count("bond.rescission_years", calendar_date(facts.as_of))
    limit = plan.pauses.excusing(milestone.due_on).moved(
        add_years(milestone.due_on, years), milestone.due_on
    )
    return np.asarray(
        _by_bond(facts)
        & milestone.computable
        & milestone.not_done
        & (milestone.late_days > 0)
        & (facts.as_of > limit)
        & ~facts.closed
        & (kind.value in SPLIT_PARTS)
    )


def _by_bond(facts: Facts) -> Flags:
    scheme = facts.columns.codes["damages_scheme"]
    schemes = (DamagesScheme.BOND_TIER.position, DamagesScheme.BOTH.position)
    return np.isin(scheme, schemes)
