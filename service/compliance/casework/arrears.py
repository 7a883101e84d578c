"""An overdue part of the premium: what is owed under the contract and under the local law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from geodata.model.columns import Cell
from service.compliance.casework.amounts import yuan
from service.compliance.casework.deadlines import years_after
from service.compliance.law import LawBook

_SURCHARGE = "payment.surcharge_permille"
_RECOVERY = "payment.recovery_years"


@dataclass(frozen=True, slots=True)
class Arrears:
    """An instalment that is late.

    Attributes
    ----------
    late_days
        Days after the due date; 0 while it is not late.
    contract_yuan
        Late-payment damages of the contract; None where its rate is not known.
    surcharge_yuan
        Surcharge of the local law, which stands beside the contract and is not added to it;
        None in a district without one.
    tolerated_until_on
        Last day before the grantor may rescind, once payment was demanded.
    may_rescind
        That day has passed and payment was demanded.
    recoverable_after_on
        Last day before the land may be recovered by the local law; None in a district without.
    """

    late_days: int
    contract_yuan: Decimal | None
    surcharge_yuan: Decimal | None
    tolerated_until_on: date
    may_rescind: bool
    recoverable_after_on: date | None


def arrears(
    amount: Fraction,
    due_on: date,
    as_of: date,
    law: LawBook,
    *,
    signed_on: date,
    permille: Fraction | None,
    demanded_on: date | None,
) -> Arrears:
    """What an unpaid instalment has come to (GF-2008-2601 Art. 30; R2.5, R4.5).

    Parameters
    ----------
    amount
        The instalment, in yuan.
    due_on, as_of
        When it was due, and the day asked about.
    law, signed_on
        The law book, and the day that picks the terms of the contract.
    permille
        The contract's rate per day.
    demanded_on
        When the demand was served.
    """
    late_days = max(0, (as_of - due_on).days)
    surcharge = law.number(_SURCHARGE, as_of) if _SURCHARGE in law.numbers else None
    tolerated = due_on + timedelta(days=law.count("payment.rescission_days", signed_on))
    return Arrears(
        late_days=late_days,
        contract_yuan=_daily(amount, permille, late_days),
        surcharge_yuan=_daily(amount, surcharge, late_days),
        tolerated_until_on=tolerated,
        may_rescind=as_of > tolerated and demanded_on is not None and demanded_on <= as_of,
        recoverable_after_on=(
            years_after(due_on, law.count(_RECOVERY, as_of)) if _RECOVERY in law.numbers else None
        ),
    )


def unpaid_since(cells: Mapping[str, Cell]) -> date | None:
    """The due date of the oldest instalment that is not paid; None where none is known."""
    instalments = cells.get("instalments")
    if not isinstance(instalments, list):
        return None
    unpaid = (due_on for due_on, _amount, paid_on, _demanded_on in instalments if paid_on is None)
    return min((due_on for due_on in unpaid if isinstance(due_on, date)), default=None)


def _daily(amount: Fraction, permille: Fraction | None, days: int) -> Decimal | None:
    return None if permille is None else yuan(amount * permille * days / 1000)
