"""What would remove that something cannot be judged: the missing fact, or the contract itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from geodata.model.codelists import Anchor, FindingCode, MilestoneKind
from geodata.model.columns import UNDELIVERED, Cell
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import Case, Proposal
from service.compliance.rules.remedies.figures import at_least

_EVERYTHING: Final = Fraction(100)
"""Where nothing at all is known of a ratio, the example is told in per cent."""


def data_gap(case: Case, _code: FindingCode) -> Iterator[Proposal]:
    """The done dates that are missing before a later one, or the ratios of stopped works."""
    gaps = {
        f"{kind.value}_on": case.next_done_on(kind) for kind in MilestoneKind if case.is_gap(kind)
    }
    if gaps:
        yield Proposal(RemedyKind.FILL_GAP, gaps)
        return
    yield Proposal(RemedyKind.FILL_GAP, _missing_ratios(case))
    yield Proposal(RemedyKind.RESUME, {"resumed_on": case.as_of})


def _missing_ratios(case: Case) -> dict[str, Cell]:
    """What is unknown of developed area and investment, by example just high enough."""
    area = "area_m2" if case.number("developable_m2") is None else "developable_m2"
    whole = area if case.number(area) is not None else "developable_m2"
    arms = (
        ("developed_m2", whole, "idle.developed_share"),
        ("invested_yuan", "investment_total_yuan", "idle.invested_share"),
    )
    missing: dict[str, Cell] = {}
    for part, base, number_id in arms:
        reached, total = case.number(part), case.number(base)
        if total is None:
            total = _EVERYTHING if reached is None else reached
            missing[base] = total
        if reached is None:
            missing[part] = at_least(total * case.legal(number_id))
    return missing


def date_undetermined(case: Case, _code: FindingCode) -> Iterator[Proposal]:
    """The event a date counts from, or the date itself as it stands in the contract."""
    unclear = [kind for kind in MilestoneKind if _hangs(case, kind)]
    anchors = {kind: _unknown_anchor(case, kind) for kind in unclear}
    facts: dict[str, Cell] = {}
    for anchor in anchors.values():
        facts |= _example(case, anchor) if anchor else {}
    if facts:
        yield Proposal(RemedyKind.FILL_GAP, facts)
    if "delivered_on" in facts:
        yield Proposal(RemedyKind.FILL_GAP, {**facts, "delivered_on": UNDELIVERED})
    certain = [kind for kind in unclear if anchors[kind] or not case.is_gap(kind)]
    for kinds in (certain, unclear):
        yield Proposal(
            RemedyKind.READ_CONTRACT, {f"{kind.value}_agreed_on": case.as_of for kind in kinds}
        )


def _hangs(case: Case, kind: MilestoneKind) -> bool:
    """Whether a milestone that cannot be judged has no fixed date."""
    return case.is_undetermined(kind) and f"{kind.value}_agreed_on" not in case.cells


def _unknown_anchor(case: Case, kind: MilestoneKind) -> Anchor | None:
    """The anchor of a milestone, where it is not known whether or when it was reached."""
    term = case.cells.get(f"{kind.value}_agreed_after")
    if isinstance(term, tuple):
        anchor = Anchor.at(int(str(term[2])))
    elif kind is MilestoneKind.START:
        anchor = Anchor.DELIVERY
    else:
        return None
    return anchor if _is_unknown(case, anchor) else None


def _is_unknown(case: Case, anchor: Anchor) -> bool:
    match anchor:
        case Anchor.SIGNING:
            return "signed_on" not in case.cells
        case Anchor.PAYMENT:
            return "instalments" not in case.cells
        case Anchor.DELIVERY:
            return "delivered_on" not in case.cells
        case _:
            return case.is_gap(MilestoneKind.of(anchor.value))


def _example(case: Case, anchor: Anchor) -> dict[str, Cell]:
    """The fact that is missing, with a day that fits the others."""
    match anchor:
        case Anchor.SIGNING:
            return {"signed_on": _first_event(case, "delivered_on")}
        case Anchor.PAYMENT:
            return {"instalments": [(None, None, _first_event(case, "delivered_on"), None)]}
        case Anchor.DELIVERY:
            agreed_on = case.day("delivery_agreed_on")
            return {"delivered_on": agreed_on or _first_event(case)}
        case _:
            return {f"{anchor.value}_on": case.next_done_on(MilestoneKind.of(anchor.value))}


def _first_event(case: Case, *further: str) -> date:
    """The earliest known event after signing, else the day of the check."""
    days = [case.done_on(kind) for kind in MilestoneKind] + [case.day(key) for key in further]
    return min((day for day in days if day is not None), default=case.as_of)
