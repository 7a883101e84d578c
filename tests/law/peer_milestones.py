"""Milestones of the second reading: agreed date, extensions, due date, state, damages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.codelists import Anchor, DamagesScheme

from .peer_calendar import add_months, add_years
from .peer_facts import KINDS, Facts, Term
from .peer_findings import Amount, Document, Findings, iso, product, yuan


@dataclass(slots=True)
class Milestone:
    """One milestone while it is judged.

    `basis` says where the agreed date stands: ``known``, ``na``, ``unreached`` or ``unknown``
    (its anchor), or ``uncounted`` (a year without a working-day table).
    """

    kind: str
    done_on: date | None
    gap: bool
    basis: str = "known"
    agreed_on: date | None = None
    unrolled: date = date.max
    hangs_on_start: bool = False
    in_force_on: date | None = None
    anchor_on: date = date.min
    extended: bool = False
    due_on: date | None = None
    accrued: int = 0
    late: int = 0
    state: str = ""
    days: int | None = None
    damages: Amount = None
    rescission_option: bool = False

    def document(self) -> Document:
        """The milestone as the contract document shows it."""
        return {
            "state": self.state,
            "agreed_on": iso(self.agreed_on),
            "due_on": iso(self.due_on),
            "done_on": iso(self.done_on),
            "days": self.days,
            "damages_yuan": yuan(self.damages),
            "rescission_option": self.rescission_option,
        }


def milestones(facts: Facts, findings: Findings) -> dict[str, Milestone]:
    """The four milestones judged, and the findings about their extensions."""
    made = {kind: _agreed(facts, kind) for kind in KINDS}
    for milestone in made.values():
        _extend(facts, milestone, findings)
    _follow_start(made["start"], made["completion"])
    for milestone in made.values():
        _count_late_days(facts, milestone)
        _classify(facts, milestone)
        _price(facts, milestone)
    return made


def is_undated(facts: Facts, m: Milestone) -> bool:
    """The date hangs on an unknown anchor or a missing table, and nothing else settles it."""
    if m.basis != "uncounted":
        return m.basis == "unknown"
    if m.done_on:
        return m.done_on > m.unrolled
    return (m.unrolled - facts.day).days <= 30


def _agreed(facts: Facts, kind: str) -> Milestone:
    made = Milestone(kind, facts.done[kind], facts.gap(kind))
    fixed = facts.row.get(f"{kind}_agreed_on")
    term = facts.row.get(f"{kind}_agreed_after")
    if fixed:
        made.agreed_on = fixed
        made.anchor_on = facts.row.get("signed_on") or date.min
    elif term is not None:
        _relate(facts, made, term)
    elif kind == "start":
        made.basis, delivered_on = facts.anchor("delivery")
        if delivered_on:
            made.agreed_on, made.anchor_on = add_years(delivered_on, 1), delivered_on
    else:
        made.basis = "na"
    made.in_force_on = made.agreed_on
    return made


def _relate(facts: Facts, made: Milestone, term: Term) -> None:
    name = Anchor.at(term[2]).value
    made.hangs_on_start = name == "start"
    made.basis, anchor_on = facts.anchor(name)
    if anchor_on is None:
        return
    relative = facts.relative(term, anchor_on)
    made.agreed_on, made.anchor_on = relative.day, anchor_on
    if relative.day is None:
        made.basis, made.unrolled = "uncounted", relative.unrolled


def _extend(facts: Facts, m: Milestone, findings: Findings) -> None:
    """Take the extensions one after another, in order of approval."""
    last = facts.end(m.kind) if m.agreed_on else facts.day
    entries = [
        (approved, to)
        for _, approved, to in facts.row.get(f"{m.kind}_extensions") or ()
        if approved is None or approved <= last
    ]
    entries.sort(key=lambda entry: entry[0] or date.min)
    due_on = m.agreed_on and facts.pauses.moved(m.agreed_on, m.anchor_on)
    for approved, to in entries:
        if approved is None or m.agreed_on is None or due_on is None:
            findings.add("extension_ignored", approved, milestone=m.kind)
            continue
        cap = add_years(m.agreed_on, 1)
        new = min(to, cap)
        moved = facts.pauses.moved(new, approved)
        if to > cap:
            findings.add("ext_over_cap", approved, (to - cap).days, milestone=m.kind)
        if new >= approved and moved > due_on:
            if approved > due_on and not facts.undelivered:
                m.accrued += facts.unexcused_days(due_on, approved)
            m.in_force_on, m.anchor_on, m.extended, due_on = new, approved, True, moved
        elif to <= cap:
            findings.add("extension_ignored", approved, milestone=m.kind)
    if m.accrued and not m.gap:
        findings.add("late_extension", None, m.accrued, milestone=m.kind)


def _follow_start(start: Milestone, completion: Milestone) -> None:
    """An extension of the start carries completion along, unless completion has its own."""
    if not start.extended or completion.extended or completion.hangs_on_start:
        return
    if completion.agreed_on and start.in_force_on and start.agreed_on:
        completion.in_force_on = completion.agreed_on + (start.in_force_on - start.agreed_on)
        completion.anchor_on = start.anchor_on


def _count_late_days(facts: Facts, m: Milestone) -> None:
    if m.in_force_on is None:
        return
    m.due_on = facts.pauses.moved(m.in_force_on, m.anchor_on)
    if facts.undelivered:
        return
    m.late = m.accrued
    end = facts.end(m.kind)
    if end > m.due_on:
        m.late += max(0, facts.unexcused_days(m.due_on, end))


def _classify(facts: Facts, m: Milestone) -> None:
    state = _state(facts, m)
    m.state = "closed" if facts.closed else state
    if m.due_on and state not in {"na", "undetermined"}:
        m.days = m.late


def _state(facts: Facts, m: Milestone) -> str:
    """The state on the day of judgement, as if the contract were not closed."""
    if m.gap or is_undated(facts, m):
        return "undetermined"
    if m.basis == "na":
        return "na"
    if m.done_on:
        return "met_late" if m.due_on and m.late else "met"
    if m.kind == "start" and facts.delivery_is_overdue:
        return "paused_gov"
    if m.due_on is None:
        return "not_due"
    if m.late > m.accrued:
        return "overdue"
    if facts.day > m.due_on:
        return "paused_gov"
    if (m.due_on - facts.day).days <= 30:
        return "due_soon"
    return "extended" if m.extended else "not_due"


def _price(facts: Facts, m: Milestone) -> None:
    """Damages by the scheme of the contract, and whether the bond clause allows rescission."""
    if m.days is None or m.due_on is None:
        return
    rate = facts.row.get(f"{m.kind}_permille")
    position = facts.row.get("damages_scheme")
    scheme = None if position is None else DamagesScheme.at(position).value
    daily = product(facts.row.get("premium_yuan"), rate, Fraction(m.days, 1000))
    if scheme in (None, "daily_permille"):
        m.damages = daily  # no rate, no damages: the contract was not read
        return
    tier = _bond_part_lost(facts, m, m.due_on)
    if scheme == "bond_tier":
        m.damages = tier
    elif daily is not None and tier is not None:
        m.damages = daily + tier
    if m.kind != "target_output" and not m.done_on and m.days > 0 and not facts.closed:
        limit = facts.excusing(m.due_on).moved(add_years(m.due_on, 1), m.due_on)
        m.rescission_option = facts.as_of > limit


def _bond_part_lost(facts: Facts, m: Milestone, due_on: date) -> Amount:
    if m.kind == "target_output":
        return Fraction(0)
    split = facts.row.get("bond_split")
    share = None if split is None else Fraction(split[KINDS.index(m.kind)], 100)
    if m.days == 0:
        lost = Fraction(0)
    else:
        six_months_on = facts.excusing(due_on).moved(add_months(due_on, 6), due_on)
        lost = Fraction(1, 2) if facts.end(m.kind) <= six_months_on else Fraction(1)
    return product(facts.row.get("bond_yuan"), share, lost)
