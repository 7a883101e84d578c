"""Money of a case by its steps: due, paid, waived, paid back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from geodata.model.case_lists import CaseAction as Act
from geodata.model.case_lists import CaseState
from geodata.model.cases import CaseStep, Taken
from service.compliance.casework.recovery import Recovery, recovery

ON, AT = date(2026, 4, 7), datetime(2026, 4, 7, 4, tzinfo=UTC)
OPEN = CaseState.OPENED


def after(*said: tuple[Act, int | None]) -> Recovery:
    """The money after some actions, each with its amount."""
    amounts = ((act, None if yuan is None else Decimal(yuan)) for act, yuan in said)
    steps = (Taken(act, ON, amount_yuan=yuan) for act, yuan in amounts)
    return recovery(CaseStep(UUID(int=1), 1, OPEN, OPEN, taken, "a", AT) for taken in steps)


@pytest.mark.parametrize(
    ("said", "due", "paid", "waived", "still_open"),
    [
        ([], None, 0, 0, None),
        ([(Act.NOTIFY_INVESTIGATION, None)], None, 0, 0, None),
        ([(Act.DECIDE_FEE, 240)], 240, 0, 0, 240),
        ([(Act.DECIDE_FEE, 240), (Act.DEMAND, None)], 240, 0, 0, 240),
        ([(Act.DECIDE_FEE, 240), (Act.RECORD_PART_PAYMENT, 100)], 240, 100, 0, 140),
        (
            [(Act.DECIDE_FEE, 240), (Act.RECORD_PART_PAYMENT, 100), (Act.RECORD_PAYMENT, 140)],
            *(240, 240, 0, 0),
        ),
        ([(Act.DEMAND, 100), (Act.RECORD_PAYMENT, 120)], 100, 120, 0, 0),
        # What the court states is owed from then on, beside what was paid before.
        (
            [(Act.DEMAND, 100), (Act.RECORD_PART_PAYMENT, 30), (Act.RECORD_JUDGMENT, 60)],
            *(90, 30, 0, 60),
        ),
        ([(Act.WAIVE, 50)], 50, 0, 50, 0),
        ([(Act.DEMAND, 100), (Act.RECORD_PART_PAYMENT, 30), (Act.WAIVE, 70)], 100, 30, 70, 0),
        ([(Act.DECIDE_FEE, 240), (Act.RECORD_PART_PAYMENT, 40), (Act.ANNUL, None)], 0, 40, 0, 0),
        ([(Act.ANNUL, None)], None, 0, 0, None),
        ([(Act.DEMAND, 100), (Act.RECORD_PART_PAYMENT, 30), (Act.RECORD_CURE, None)], 30, 30, 0, 0),
        ([(Act.DEMAND, 100), (Act.DROP, None)], 0, 0, 0, 0),
    ],
)
def test_money_follows_the_steps(said, due, paid, waived, still_open):
    found = after(*said)
    assert (found.due_yuan, found.paid_yuan, found.waived_yuan) == (due, paid, waived)
    assert found.open_yuan == still_open
    if due is not None:
        assert found.excess_yuan == still_open - (due - paid - waived)


def test_what_is_paid_back_is_told_apart():
    assert after((Act.REFUND, 700)) == Recovery(refunded_yuan=Decimal(700))


def test_of_several_cases_what_is_unknown_counts_as_nothing():
    both = after((Act.DEMAND, 100)) + after() + after((Act.WAIVE, 5))
    assert (both.due_yuan, both.waived_yuan, both.refunded_yuan) == (105, 5, None)


def test_what_one_paid_too_much_is_not_what_another_owes():
    both = after((Act.DEMAND, 100)) + after((Act.DEMAND, 100), (Act.RECORD_PAYMENT, 200))
    assert (both.open_yuan, both.excess_yuan) == (100, 100)
