"""What holds for every deadline, claim and refund, whatever the figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from geodata.model.codelists import TermUnit
from geodata.model.columns import as_date
from geodata.model.law_lists import PeriodKind
from service.compliance.casework.amounts import yuan
from service.compliance.casework.arrears import arrears
from service.compliance.casework.deadlines import deadline, last_day, years_after
from service.compliance.casework.limitation import daily_claim, rescission_right
from service.compliance.casework.refunds import forfeit, give_up_refund, rescission_refund
from service.compliance.law import LawBook, Period
from tests.law.checking import STEADY

DAY = timedelta(days=1)
FEN = Decimal("0.01")

tabulated = st.dates(date(2005, 1, 1), date(2025, 6, 30))
amounts = st.integers(0, 10**14).map(lambda fen: Fraction(fen, 100))
periods = st.builds(
    Period,
    st.sampled_from(PeriodKind),
    st.integers(1, 40),
    st.sampled_from([TermUnit.DAY, TermUnit.WORKING_DAY, TermUnit.MONTH]),
    st.booleans(),
)


def rounded(amount: Fraction) -> Decimal:
    """Half up to 0.01, by the decimal module."""
    exact = Decimal(amount.numerator * 10**30 // amount.denominator).scaleb(-30)
    return exact.quantize(FEN, ROUND_HALF_UP)


def is_working(day: date, law: LawBook) -> bool:
    return bool(law.working_days.working[(day - date(2004, 1, 1)).days])


@given(amounts, st.integers(1, 10**6))
@STEADY
def test_amounts_are_rounded_half_up_once(amount: Fraction, parts: int) -> None:
    assert yuan(amount / parts) == rounded(amount / parts)


@given(from_on=tabulated, count=st.integers(1, 60), ahead=st.booleans())
@STEADY
def test_working_days_are_those_one_counts(
    from_on: date, count: int, ahead: bool, law: LawBook
) -> None:
    assert as_date(law.working_days.first_day) == date(2004, 1, 1)
    day, left = from_on, count
    while left:
        day += -DAY if ahead else DAY
        left -= is_working(day, law)
    kind = PeriodKind.AHEAD if ahead else PeriodKind.WITHIN
    period = Period(kind, count, TermUnit.WORKING_DAY, rolls=False)
    assert last_day(period, from_on, law.working_days) == day


@given(from_on=tabulated, period=periods)
@STEADY
def test_a_later_beginning_never_ends_earlier(from_on: date, period: Period, law: LawBook) -> None:
    first = last_day(period, from_on, law.working_days)
    second = last_day(period, from_on + DAY, law.working_days)
    if first is not None and second is not None:
        assert first <= second
    if first is not None and period.rolls:
        assert is_working(first, law)


@given(from_on=st.dates(date(2027, 1, 1), date(2040, 12, 31)), period=periods)
@STEADY
def test_a_year_without_a_table_is_never_guessed(
    from_on: date, period: Period, law: LawBook
) -> None:
    reached = last_day(period, from_on, law.working_days)
    if period.unit is TermUnit.WORKING_DAY:
        assert reached is None
    if reached is not None:
        assert not period.rolls or reached.year < 2027


@given(
    premium=amounts,
    deposit=amounts,
    delivered_on=tabulated,
    years=st.integers(1, 50),
    after=st.integers(0, 20_000),
)
@STEADY
def test_a_refund_is_exact_and_never_grows_with_delay(
    premium: Fraction, deposit: Fraction, delivered_on: date, years: int, after: int, law: LawBook
) -> None:
    lost = forfeit(premium, deposit, law, delivered_on)
    assert lost.lost_yuan + lost.without_effect_yuan == deposit
    assert 5 * lost.lost_yuan <= premium
    on = delivered_on + after * DAY
    found, later = (
        rescission_refund(premium, lost.lost_yuan, delivered_on, years, day)
        for day in (on, on + DAY)
    )
    total = (years_after(delivered_on, years) - delivered_on).days
    remaining = premium * max(0, total - after) / total
    assert found.remaining_yuan == rounded(remaining)
    assert found.refund_yuan == rounded(max(Fraction(0), remaining - lost.lost_yuan))
    assert later.refund_yuan <= found.refund_yuan <= yuan(premium)


@given(
    amount=amounts,
    due_on=tabulated,
    days=st.integers(-30, 400),
    permille=st.integers(0, 10_000),
)
@STEADY
def test_arrears_grow_by_the_day_and_in_proportion(
    amount: Fraction, due_on: date, days: int, permille: int, law: LawBook
) -> None:
    owed = arrears(
        amount,
        due_on,
        due_on + days * DAY,
        law,
        signed_on=due_on,
        permille=Fraction(permille, 10),
        demanded_on=due_on,
    )
    assert owed.late_days == max(0, days)
    assert owed.contract_yuan == rounded(amount * permille * max(0, days) / 10_000)
    assert owed.surcharge_yuan == rounded(amount * 3 * max(0, days) / 1000)
    assert owed.may_rescind == (days > 60)


@given(known_on=st.dates(date(2021, 1, 1), date(2030, 12, 31)))
@STEADY
def test_the_notice_has_the_period_of_the_right_it_exercises(known_on: date, law: LawBook) -> None:
    notice = deadline(law, "rescission_notice", known_on)
    assert notice.last_on == rescission_right(known_on, law).lapses_on


@given(first=tabulated, length=st.integers(0, 900), after=st.integers(-100, 2500))
@STEADY
def test_the_days_barred_are_those_older_than_three_years(
    first: date, length: int, after: int, law: LawBook
) -> None:
    last, as_of = first + length * DAY, first + after * DAY
    found = daily_claim(first, last, as_of, law)
    days = [first + number * DAY for number in range(length + 1)]
    assert found.late_days == len(days)
    assert found.barred_days == sum(years_after(day, 3) < as_of for day in days)
    if found.next_barred_on is not None:
        before, then = (
            daily_claim(first, last, day, law).barred_days
            for day in (found.next_barred_on - DAY, found.next_barred_on)
        )
        assert found.barred_days == before < then


@given(
    premium=amounts,
    share=st.integers(0, 100),
    start_due_on=tabulated,
    after=st.integers(0, 900),
)
@STEADY
def test_giving_up_earlier_never_costs_more(
    premium: Fraction, share: int, start_due_on: date, after: int, law: LawBook
) -> None:
    paid = premium * share / 100
    lost = min(paid, premium / 5)
    refunds = [
        give_up_refund(
            premium, paid, lost, start_due_on, start_due_on + day * DAY, law, start_due_on
        )
        for day in (after, after + 60)
    ]
    earlier, later = (refund.refund_yuan for refund in refunds)
    if earlier is not None and later is not None:
        assert yuan(paid) >= earlier >= later >= 0
    inside = start_due_on + after * DAY <= refunds[0].first_window_until_on
    assert not inside or earlier == rounded(paid - lost)
