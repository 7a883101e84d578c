"""What the grantor pays back when a contract ends early (R2.6, R2.11, R4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from geodata.model.codelists import MilestoneKind
from geodata.model.columns import SPLIT_PARTS, Cell
from service.compliance.casework.amounts import yuan
from service.compliance.casework.deadlines import years_after
from service.compliance.law import LawBook


@dataclass(frozen=True, slots=True)
class Forfeit:
    """The deposit that is lost, and the part that was no deposit in law (民法典 Art. 586)."""

    lost_yuan: Fraction
    without_effect_yuan: Fraction


@dataclass(frozen=True, slots=True)
class RescissionRefund:
    """The premium of the days left, less the deposit; the reading by days is to be confirmed.

    Attributes
    ----------
    days_left, days_total
        From the day the notice arrived, and from delivery, to the end of the term.
    remaining_yuan
        Premium of the days left.
    lost_yuan
        The deposit that is lost.
    bonds_yuan
        The bond parts that are given back, None where they are not known; bank interest on
        these comes on top and is not computed.
    refund_yuan
        What remains of the premium less the deposit, with the bond parts.
    """

    days_left: int
    days_total: int
    remaining_yuan: Decimal
    lost_yuan: Decimal
    bonds_yuan: Decimal | None
    refund_yuan: Decimal


@dataclass(frozen=True, slots=True)
class GiveUpRefund:
    """What is paid back, without interest, to a holder who gives the project up (Art. 31).

    Attributes
    ----------
    first_window_until_on
        Last day to apply and lose the deposit only.
    second_window_from_on, second_window_until_on
        First and last day to apply and lose the deposit and the idle-land fee.
    refund_yuan
        None where the application lies in neither window.
    """

    first_window_until_on: date
    second_window_from_on: date
    second_window_until_on: date
    refund_yuan: Decimal | None


def forfeit(premium: Fraction, deposit: Fraction, law: LawBook, signed_on: date) -> Forfeit:
    """The deposit has effect up to a share of the premium; the rest was part of the price."""
    lost = min(deposit, premium * law.number("deposit.cap_share", signed_on))
    return Forfeit(lost, deposit - lost)


def rescission_refund(
    premium: Fraction,
    lost: Fraction,
    delivered_on: date,
    term_years: int,
    rescinded_on: date,
    bonds: Fraction | None = None,
) -> RescissionRefund:
    """Refund when the grantor rescinds for a late start: premium × days left / days of the term.

    Parameters
    ----------
    premium, lost, bonds
        The total price, the deposit lost (`forfeit`) and the bond parts given back
        (`bonds_returned`), in yuan.
    delivered_on, term_years
        The term runs from delivery (GF-2008-2601 Art. 7).
    rescinded_on
        The day on which the notice arrived (民法典 Art. 565).
    """
    ends_on = years_after(delivered_on, term_years)
    total = (ends_on - delivered_on).days
    left = min(total, max(0, (ends_on - rescinded_on).days))
    remaining = premium * left / total
    refund = max(Fraction(0), remaining - lost) + (bonds or 0)
    return RescissionRefund(
        days_left=left,
        days_total=total,
        remaining_yuan=yuan(remaining),
        lost_yuan=yuan(lost),
        bonds_yuan=None if bonds is None else yuan(bonds),
        refund_yuan=yuan(refund),
    )


def bonds_returned(cells: Mapping[str, Cell]) -> Fraction | None:
    """The bond parts of the milestones after the start, which come back in full (R4.4).

    None where bond or split is not known; the split is to be confirmed (R4.2).
    """
    bond, split = cells.get("bond_yuan"), cells.get("bond_split")
    if not isinstance(bond, Fraction) or not isinstance(split, tuple):
        return None
    parts = dict(zip(SPLIT_PARTS, split, strict=True))
    shares = (part for name, part in parts.items() if name != MilestoneKind.START)
    return bond * sum((part for part in shares if isinstance(part, Fraction)), Fraction(0)) / 100


def give_up_refund(
    premium: Fraction,
    paid: Fraction,
    lost: Fraction,
    start_due_on: date,
    applied_on: date,
    law: LawBook,
    signed_on: date,
) -> GiveUpRefund:
    """Refund when the holder gives the land up, applying long enough before an anniversary.

    Parameters
    ----------
    premium, paid, lost
        The total price, the part of it paid, and the deposit lost (`forfeit`), in yuan.
    start_due_on
        The start date in force, from which the anniversaries are counted.
    applied_on
        The day of the application.
    law, signed_on
        The clause is that of the contract as signed, the fee that of the application.
    """
    notice = timedelta(days=law.count("give_up.notice_days", signed_on))
    first, second = (
        years_after(start_due_on, law.count(f"give_up.{which}_years", signed_on))
        for which in ("first", "second")
    )
    refund: Fraction | None = None
    if applied_on <= first - notice:
        refund = paid - lost
    elif first < applied_on <= second - notice:
        refund = paid - lost - premium * law.number("idle.fee_share", applied_on)
    return GiveUpRefund(
        first_window_until_on=first - notice,
        second_window_from_on=first + timedelta(days=1),
        second_window_until_on=second - notice,
        refund_yuan=None if refund is None else yuan(max(Fraction(0), refund)),
    )
