"""What came in of a case: due, paid, waived and paid back, by what its steps state.

Nothing is due before it is demanded, decided or adjudged: what the rules calculate of the facts is
suspected, and stands with the finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from geodata.model.case_lists import CaseAction as Act
from geodata.model.cases import CaseStep

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Money of a case, or of several.

    Attributes
    ----------
    due_yuan
        Damages or fee, paid ones included; None where none was demanded, decided or adjudged.
    paid_yuan, waived_yuan
        What of it was paid, and what was waived.
    open_yuan, excess_yuan
        What is still to be paid, and what was paid beyond what was due; of several cases they do
        not make up for each other.
    refunded_yuan
        What the grantor paid back; None where nothing was.
    """

    due_yuan: Decimal | None = None
    paid_yuan: Decimal = _ZERO
    waived_yuan: Decimal = _ZERO
    open_yuan: Decimal | None = None
    excess_yuan: Decimal | None = None
    refunded_yuan: Decimal | None = None

    def __add__(self, other: Recovery) -> Recovery:
        return Recovery(
            _sum(self.due_yuan, other.due_yuan),
            self.paid_yuan + other.paid_yuan,
            self.waived_yuan + other.waived_yuan,
            _sum(self.open_yuan, other.open_yuan),
            _sum(self.excess_yuan, other.excess_yuan),
            _sum(self.refunded_yuan, other.refunded_yuan),
        )


def recovery(steps: Iterable[CaseStep]) -> Recovery:
    """The money of a case after some steps, in their order.

    A later demand or judgment states what is owed from then on, beside what was paid before. An
    annulled decision leaves nothing due; a claim that was dropped, or that the holder made good,
    nothing beyond what was paid.
    """
    found = Recovery()
    for step in steps:
        found = _after(found, step.taken.action, step.taken.amount_yuan or _ZERO)
    if found.due_yuan is None:
        return found
    left = found.due_yuan - found.paid_yuan - found.waived_yuan
    return replace(found, open_yuan=max(left, _ZERO), excess_yuan=max(-left, _ZERO))


def _after(was: Recovery, action: Act, yuan: Decimal) -> Recovery:
    match action:
        case Act.DECIDE_FEE | Act.RECORD_JUDGMENT | Act.DEMAND if yuan:
            return replace(was, due_yuan=was.paid_yuan + yuan)
        case Act.RECORD_PART_PAYMENT | Act.RECORD_PAYMENT:
            return replace(was, paid_yuan=was.paid_yuan + yuan)
        case Act.WAIVE:
            due_yuan = yuan if was.due_yuan is None else was.due_yuan
            return replace(was, due_yuan=due_yuan, waived_yuan=was.waived_yuan + yuan)
        case Act.REFUND:
            return replace(was, refunded_yuan=_sum(was.refunded_yuan, yuan))
        case Act.ANNUL if was.due_yuan is not None:
            return replace(was, due_yuan=_ZERO)
        case Act.DROP | Act.RECORD_CURE if was.due_yuan is not None:
            return replace(was, due_yuan=was.paid_yuan)
    return was


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    known = [yuan for yuan in (one, other) if yuan is not None]
    return sum(known, _ZERO) if known else None
