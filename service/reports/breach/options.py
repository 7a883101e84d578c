"""What may be chosen: damages or deposit, tiers or days, disposal by agreement; and until when."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from geodata.model.case_lists import DisposalOption
from geodata.model.codelists import DamagesScheme
from geodata.model.law_lists import Disposal
from service.compliance.casework.next_acts import disposal_of
from service.compliance.law import Number
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen
from service.reports.papers.blocks import Align, Block, Listing, Runs, Table, runs

_WIDTHS: Final = (9, 7, 14)
_ALIGNS: Final = (Align.LEFT, Align.RIGHT, Align.LEFT)

Row = tuple[Runs, ...]


def options(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The ways that exclude each other, each with its amount, and those by agreement."""
    _ = pen.translate
    yield pen.heading(_("Alternatives"))
    heads = (_("Way"), _("Amount"), _("Condition"))
    rows = (*_damages(facts, pen), *_idle(facts, pen), *_ends(facts, pen))
    if rows:
        yield Table(heads, rows, _WIDTHS, _ALIGNS)
    else:
        yield pen.paragraph(_("No money is known to be owed, and no way of ending it is open."))
    if disposal_of(facts.parcel.verdict):
        act = facts.parcel.wording.law.act("disposal_plan").on(facts.as_of)
        basis = pen.basis(act.citations, act.confidence)
        said = _("Ways of disposal by agreement, with a plan approved by the government:")
        yield pen.paragraph(said)
        yield Listing(tuple(runs(pen.label(way), basis) for way in DisposalOption))


def countdown(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """Rights that run out: to rescind, and to claim damages by the day."""
    _, rights = pen.translate, facts.rights
    yield pen.heading(_("Right to rescind and limitation"))
    heads = (_("Right"), _("Runs out on"), _("How it stands"))
    yield Table(heads, (_right(facts, pen), *_claims(facts, pen)), (6, 5, 12))
    if rights.rescission is None:
        yield pen.paragraph(
            _(
                "Enter when the ground was first known, by patrol record or notice: until then no"
                " last day can be told."
            )
        )


def _damages(facts: BreachFacts, pen: Pen) -> Iterator[Row]:
    _, what_if, rights = pen.translate, facts.what_if, facts.rights
    agreed = facts.cells.get("damages_scheme")
    for scheme in DamagesScheme:
        owed = what_if.damages_yuan.get(scheme)
        if not owed:
            continue
        condition = (
            _("agreed in the contract")
            if agreed == scheme.position
            else _("only if the contract has it; for comparison")
        )
        name = _("Damages: {scheme}").format(scheme=pen.label(scheme))
        yield _row(name, owed, pen, runs(condition))
    if rights.forfeit and rights.forfeit.lost_yuan:
        number = facts.parcel.wording.law.numbers["deposit.cap_share"]
        yield (
            runs(_("Deposit kept")),
            runs(pen.money(rights.forfeit.lost_yuan)),
            runs(_("instead of damages, never beside them"), _law(number, facts, pen)),
        )


def _idle(facts: BreachFacts, pen: Pen) -> Iterator[Row]:
    _, result, law = pen.translate, facts.parcel.result, facts.parcel.wording.law
    disposal = disposal_of(result.verdict)
    fee = result.idle.fee_yuan if result.idle else None
    if fee is not None:
        act = law.act("fee_decision").on(facts.as_of)
        basis = pen.basis(act.citations, act.confidence)
        yield _row(
            _("Idle-land fee"), fee, pen, runs(_("once; after determination and hearing"), basis)
        )
    if disposal is Disposal.RECOVERY:
        act = law.act("recovery_decision").on(facts.as_of)
        basis = pen.basis(act.citations, act.confidence)
        yield (
            runs(_("Recovery without compensation")),
            runs("–"),
            runs(_("after determination, hearing and approval"), basis),
        )


def _ends(facts: BreachFacts, pen: Pen) -> Iterator[Row]:
    """What is paid back when the contract ends early."""
    _, settlement = pen.translate, facts.rights.settlement
    if settlement.rescission:
        refund = settlement.rescission
        condition = _(
            "premium × {days_left} of {days_total} days left, less the deposit; the reading by days"
            " is to be confirmed"
        ).format(days_left=f"{refund.days_left:,}", days_total=f"{refund.days_total:,}")
        bonds = (
            _("with bond parts of completion and production: {amount}").format(
                amount=pen.money(refund.bonds_yuan)
            )
            if refund.bonds_yuan
            else ""
        )
        condition = pen.joined((condition, bonds, _("only for a late start")))
        name = _refund_name(facts, pen)
        yield _row(name, refund.refund_yuan, pen, runs(condition))
    if settlement.give_up and settlement.give_up.refund_yuan is not None:
        number = facts.parcel.wording.law.numbers["give_up.notice_days"]
        name = _("Refund if the holder gave the project up today")
        condition = _("on application, without interest")
        basis = _law(number, facts, pen)
        yield _row(name, settlement.give_up.refund_yuan, pen, runs(condition, basis))


def _refund_name(facts: BreachFacts, pen: Pen) -> str:
    _, arrived_on = pen.translate, facts.rights.arrived_on
    if arrived_on is None:
        return _("Refund if the notice of rescission arrived today")
    return _("Refund, the notice of rescission having arrived on {day}").format(day=arrived_on)


def _right(facts: BreachFacts, pen: Pen) -> Row:
    _, right = pen.translate, facts.rights.rescission
    number = facts.parcel.wording.law.numbers["rescission.lapse_years"]
    name = runs(_("To rescind"), _law(number, facts, pen))
    if right is None:
        return name, runs(_("unknown")), runs(_("it is not on record when the ground was known"))
    left = right.days_left(facts.as_of)
    told = _("{days} days left") if left >= 0 else _("lapsed {days} days ago")
    known = _("ground known on {day}").format(day=right.known_on)
    is_open = any(one.rescission_option for one in facts.parcel.result.milestones) or any(
        one.rescission for one in facts.parcel.result.findings
    )
    ground = _("a ground is there") if is_open else _("no ground by the contract yet")
    said = pen.joined((told.format(days=f"{abs(left):,}"), known, ground))
    return name, runs(pen.day(right.lapses_on)), runs(said)


def _claims(facts: BreachFacts, pen: Pen) -> Iterator[Row]:
    _, law = pen.translate, facts.parcel.wording.law
    basis = _law(law.numbers["claim.limitation_years"], facts, pen)
    for kind, claim in facts.rights.claims.items():
        name = _("Damages by the day: {milestone}").format(milestone=pen.label(kind))
        said = _("{barred} of {days} late days are older than the limitation").format(
            barred=f"{claim.barred_days:,}", days=f"{claim.late_days:,}"
        )
        next_on = claim.next_barred_on
        told = _("the next day is barred from {day} on").format(day=next_on) if next_on else "–"
        yield runs(name, basis), runs(told), runs(said)


def _law(number: Number, facts: BreachFacts, pen: Pen) -> Runs:
    version = number.on(facts.as_of)
    return pen.basis(version.citations, version.confidence)


def _row(name: str, amount: Decimal | None, pen: Pen, condition: Runs) -> Row:
    return runs(name), runs(pen.money(amount)), condition
