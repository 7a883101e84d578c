"""The steps of `damages`, told to a trace."""

from __future__ import annotations

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import SPLIT_PARTS, Days, Exact, Flags
from service.compliance.rules import exact
from service.compliance.rules.facts import Rows
from service.compliance.rules.findings import Counts
from service.compliance.rules.trace import Measure, Trace

_PAUSES = ("government_periods", "pause.days", "delivery.late_days")


def tell_tiers(
    trace: Trace,
    kind: MilestoneKind,
    ends_on: Days,
    paused: Counts,
    second: Flags,
    shares: Exact,
    rows: Rows,
) -> None:
    """The tier of the bond that late rows have reached."""
    name = kind.value
    due = f"{name}.due_on"
    trace.step(f"{name}.bond_paused_days", Measure.DAYS, paused, of=(due, *_PAUSES), at=rows)
    trace.step(
        f"{name}.bond_first_tier_ends_on",
        Measure.DAY,
        ends_on,
        "bond.first_tier_months",
        of=(due, f"{name}.bond_paused_days"),
        at=rows,
        dated=due,
    )
    of = [f"{name}.{part}" for part in ("late_days", "end_on", "bond_first_tier_ends_on")]
    trace.step(f"{name}.bond_second_tier", Measure.FLAG, second, of=of, at=rows)
    tell_share(trace, kind, shares, rows)


def tell_share(trace: Trace, kind: MilestoneKind, shares: Exact, rows: Rows) -> None:
    """The share of the bond part that is lost."""
    name = kind.value
    trace.step(
        f"{name}.bond_tier_share",
        Measure.SHARE,
        shares,
        "bond.first_tier_share",
        "bond.second_tier_share",
        of=(f"{name}.late_days", f"{name}.bond_second_tier"),
        at=rows,
        dated=f"{name}.due_on",
    )


def tell_damages(trace: Trace, kind: MilestoneKind, owed: Exact, unharmed: Rows) -> None:
    """The damages of a milestone; `unharmed` are the rows whose bond part is not touched."""
    name = kind.value
    of = ["damages_scheme", "premium_yuan", f"{name}_permille", f"{name}.late_days"]
    if name in SPLIT_PARTS:
        tell_share(trace, kind, exact.constant(0, len(unharmed)), unharmed)
        of += ["bond_yuan", f"bond_split_{name}", f"{name}.bond_tier_share"]
    trace.step(f"{name}.damages", Measure.YUAN, owed, of=of)


def tell_option(
    trace: Trace,
    kind: MilestoneKind,
    after_on: Days,
    paused: Counts,
    option: Flags,
    rows: Rows,
) -> None:
    """Whether the grantor may rescind, in rows with a bond that are late."""
    name = kind.value
    due = f"{name}.due_on"
    part = f"{name}.rescission"
    trace.step(f"{part}_paused_days", Measure.DAYS, paused, of=(due, *_PAUSES), at=rows)
    trace.step(
        f"{part}_after_on",
        Measure.DAY,
        after_on,
        "bond.rescission_years",
        of=(due, f"{part}_paused_days"),
        at=rows,
        dated=due,
    )
    of = ("damages_scheme", f"{name}.done_on", f"{name}.late_days", "as_of", f"{part}_after_on")
    trace.step(f"{part}_option", Measure.FLAG, option, of=of, at=rows)


def tell_total(trace: Trace, total: Exact, limit: Exact, rows: Rows) -> None:
    """The damages in all, and the limit above which they are marked."""
    of = [f"{kind.value}.damages" for kind in MilestoneKind]
    trace.step("damages.total", Measure.YUAN, total, of=of, at=rows)
    trace.step(
        "damages.warning_limit",
        Measure.YUAN,
        limit,
        "damages.warning_share",
        of=("premium_yuan",),
        at=rows,
    )
    trace.finding(FindingCode.DAMAGES_HIGH, "damages.total", "damages.warning_limit")
