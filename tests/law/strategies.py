"""Random contracts in which everything interacts with everything.

Half of them follow the usual life of a contract, the others have their dates thrown around a few
knots; both keep to anniversaries and their neighbours, and quantities to the limits of the law and
what lies beside. One maker serves two uses: a seeded `random.Random` makes thousands of rows, the
random source of Hypothesis makes rows that shrink.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Final, TypeVar

from hypothesis import strategies as st

from geodata.model.codelists import (
    AcquisitionMode,
    Anchor,
    ClosedAs,
    DamagesScheme,
    FoundationKind,
    GovernmentCause,
    PeriodStatus,
    TermUnit,
)
from geodata.model.columns import UNDELIVERED, Cell

from .peer_calendar import add_months
from .peer_facts import KINDS

Row = dict[str, Cell]
T = TypeVar("T")

AS_OF: Final = (
    *(date(year, month, day) for year in (2019, 2023, 2025) for month, day in ((3, 31), (9, 30))),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 10, 5),
    date(2004, 1, 15),
    date(2005, 3, 1),
    date(2026, 9, 20),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 2, 29),
)
"""Days of judgement: ordinary ones, leap days, holidays, the edges of the working-day tables."""

_STEPS: Final = (0, 0, 0, 1, -1, 2, -2, 29, 30, 31, -30, -31, 60, 61, -60, -90, 90, 91, 181, -181)
_SMALL_STEPS: Final = (0, 0, 0, 0, 1, -1, 2, 15, -15, 45, -45)
_MONTHS: Final = (0, 0, 0, 6, -6, 12, -12, -12, -12, -24, -24, 24, -36, -60, -18)
_LIFE: Final = {
    "signed": 0,
    "delivery": 2,
    "start": 8,
    "completion": 26,
    "production": 32,
    "target_output": 44,
}
"""Months from signing at which an ordinary contract has its events."""
_AGES: Final = (3, 7, 8, 9, 14, 20, 20, 20, 26, 32, 32, 32, 38, 44, 50, 60)
"""Months from signing to the day of judgement: most of them anniversaries of an event."""
_YUAN: Final = (
    Fraction(0),
    Fraction(1),
    Fraction(12_000_000),
    Fraction(12_000_000),
    Fraction(9_000_000),
    Fraction(20_000_001, 100),
    Fraction(10**12),
    Fraction(10**14 - 1, 100),
    Fraction(2_000_000, 3),
    Fraction(2**62 - 1, 100),
)
_PERMILLE: Final = tuple(
    Fraction(rate) for rate in ("0", "1", "1", "1/2", "0.3", "3", "1/3", "12.34567", "1000")
)
_AREAS: Final = (
    Fraction(0),
    Fraction(8_000),
    Fraction(10_000),
    Fraction(10_000),
    Fraction(30_000),
    Fraction(100_000),
)
_BUILT: Final = (
    Fraction(1, 3),
    Fraction(1, 3) - Fraction(1, 10**7),
    Fraction(4, 5),
    Fraction(4, 5) + Fraction(1, 10**6),
    Fraction(29, 30),
    Fraction(1),
    Fraction(0),
    Fraction(11, 10),
)
_SHARES: Final = (
    Fraction(0),
    Fraction(333, 1000),
    Fraction(1, 3),
    Fraction(1, 2),
    Fraction(999, 1000),
    Fraction(1),
)
_CENT: Final = Fraction(1, 100)
_RATIOS: Final = tuple(Fraction(text) for text in ("0", "1.2", "1.5", "1.5", "2", "2.2"))
_SPLITS: Final = ((60, 20, 20), (50, 30, 20), (100, 0, 0), (Fraction(100, 3),) * 3)
_CHAIN: Final = (*Anchor.positions(), "target_output")


def random_row(source: Random, as_of: date, number: int = 1) -> Row:
    """One typed row as `geodata.model.columns.from_rows` takes it."""
    return _Maker(source, as_of).row(number)


def random_rows(seed: int, as_of: date, count: int) -> list[Row]:
    """Many rows from one seed, numbered from 1."""
    source = Random(seed)  # a test wants the same rows again
    return [random_row(source, as_of, number) for number in range(1, count + 1)]


def cases() -> st.SearchStrategy[tuple[date, Row]]:
    """A day and a row, shrinking towards plain ones."""
    days = st.sampled_from(AS_OF)
    sources = st.randoms(use_true_random=False)
    return st.builds(lambda as_of, source: (as_of, random_row(source, as_of)), days, sources)


class _Maker:
    """Makes one row; `fill` is how much of it is known."""

    def __init__(self, source: Random, as_of: date) -> None:
        self.source = source
        self.fill = source.choice((0.1, 0.35, 0.6, 0.9))
        self.knots = [as_of, as_of, self._beside(as_of), self._beside(as_of)]
        self.orderly = self._chance(0.5)
        age = source.choice(_AGES)
        self.born = add_months(as_of, -age) + timedelta(days=source.choice(_SMALL_STEPS))
        self.made: Row = {}

    def row(self, number: int) -> Row:
        """All parts of a contract, each of them possibly unknown."""
        self.made = {"contract_no": f"R{number}", "parcel_code": self._maybe("310116001001GB00001")}
        self._set_delivery()
        for kind in KINDS:
            self._set_milestone(kind)
        self._set_done()
        self._set_development()
        self._set_money()
        self._set_quantities()
        self._set_ends()
        return {key: cell for key, cell in self.made.items() if cell is not None}

    # -- choices --------------------------------------------------------------------------------

    def _chance(self, share: float) -> bool:
        return self.source.random() >= 1 - share  # shrinks towards False

    def _maybe(self, value: T, share: float | None = None) -> T | None:
        return value if self._chance(self.fill if share is None else share) else None

    def _pick(self, values: Sequence[T], share: float | None = None) -> T | None:
        return self._maybe(self.source.choice(values), share)

    def _beside(self, day: date) -> date:
        moved = add_months(day, self.source.choice(_MONTHS))
        return moved + timedelta(days=self.source.choice(_STEPS))

    def _day(self) -> date:
        """A day at, near or a whole number of months from another date of the row."""
        if self._chance(0.03):
            return date(self.source.choice((1995, 2003, 2026, 2027, 2040)), 12, 31)
        if self._chance(0.1):
            wild = timedelta(days=self.source.randint(-1500, 900))
            return self.knots[0] + wild
        day = self._beside(self.source.choice(self.knots))
        self.knots.append(day)
        return day

    def _some_day(self, share: float | None = None) -> date | None:
        return self._day() if self._chance(self.fill if share is None else share) else None

    def _at(self, event: str, late_months: int = 0) -> date:
        """The day of an event in the life of a contract, or any day of a disorderly one."""
        if not self.orderly or self._chance(0.1):
            return self._day()
        day = add_months(self.born, _LIFE[event] + late_months)
        return day + timedelta(days=self.source.choice(_SMALL_STEPS))

    def _term(self, chain: Sequence[str]) -> Cell:
        unit = self.source.choice(list(TermUnit))
        counts = {
            TermUnit.DAY: (0, 1, 30, 180, 365, 800),
            TermUnit.WORKING_DAY: (0, 1, 5, 30, 45, 260),
            TermUnit.MONTH: (0, 1, 6, 6, 12, 30),
            TermUnit.YEAR: (0, 1, 1, 2, 3),
        }
        anchor = self.source.choice(chain)
        return self.source.choice(counts[unit]), unit.position, Anchor.of(anchor).position

    # -- parts ----------------------------------------------------------------------------------

    def _set_delivery(self) -> None:
        made = self.made
        made["signed_on"] = self._at("signed") if self._chance(self.fill) else None
        made["instalments"] = self._instalments() if self._chance(self.fill) else None
        made["delivery_agreed_on"] = self._at("delivery") if self._chance(0.4) else None
        if self._chance(0.4 * self.fill):
            made["delivery_agreed_after"] = self._term(("signing", "payment"))
        if self._chance(0.7):
            undelivered = self._chance(0.15)
            late = self.source.choice((0, 0, 1, 4))
            made["delivered_on"] = UNDELIVERED if undelivered else self._at("delivery", late)
        made["government_periods"] = self._periods() if self._chance(self.fill) else None

    def _instalments(self) -> Cell:
        paid = self.source.choice((0.3, 0.8, 1.0))
        return [
            (
                self._due_day() if self._chance(0.9) else None,
                self._pick(_YUAN, 0.9),
                self._some_day(paid),
                self._some_day(0.5),
            )
            for _ in range(self.source.choice((1, 1, 2, 3)))
        ]

    def _due_day(self) -> date:
        """The due day of an instalment, often sixty days ago (after which one may rescind)."""
        if self._chance(0.3):
            return self.knots[0] - timedelta(days=self.source.choice((59, 60, 61, 62)))
        return self._at("signed", self.source.choice((1, 6, 12)))

    def _periods(self) -> Cell:
        return [self._period() for _ in range(self.source.choice((1, 2, 3, 5)))]

    def _period(self) -> tuple[object, ...]:
        begin = self._at(self.source.choice(KINDS), self.source.choice((-9, -1, 0, 3, 6, 11, 13)))
        length = self.source.choice((0, 1, 30, 89, 181, 364, 365, 397, 900))
        end = None if self._chance(0.2) else begin + timedelta(days=length)
        cause = self.source.choice((*GovernmentCause, GovernmentCause.G7, GovernmentCause.G7))
        status = self.source.choice((*PeriodStatus, PeriodStatus.VERIFIED, PeriodStatus.VERIFIED))
        return begin, end, cause.position, status.position

    def _set_milestone(self, kind: str) -> None:
        chain = _CHAIN[: _CHAIN.index(kind)]
        self.made[f"{kind}_agreed_on"] = self._at(kind) if self._chance(0.5) else None
        self.made[f"{kind}_agreed_after"] = self._term(chain) if self._chance(0.5) else None
        if self._chance(0.35):
            entries = [self._extension(kind) for _ in range(self.source.choice((1, 1, 2, 3)))]
            self.made[f"{kind}_extensions"] = entries

    def _extension(self, kind: str) -> tuple[object, ...]:
        agreed = self.made[f"{kind}_agreed_on"]
        basis = agreed if isinstance(agreed, date) and self._chance(0.8) else self._at(kind)
        early = timedelta(days=self.source.choice((-200, -40, -10, -1, 0, 1, 30, 70, 150, 300)))
        approved = basis + early if self._chance(0.9) else None
        extended = add_months(basis, self.source.choice((3, 6, 9, 12, 12, 15)))
        step = self.source.choice((0, 0, 1, -1, 30))
        return self._some_day(0.3), approved, extended + timedelta(days=step)

    def _set_done(self) -> None:
        """Done dates, mostly in order, sometimes with a gap or out of order."""
        reached = self.source.choice((0, 0, 0, 1, 1, 2, 3, 4))
        days = [self._at(kind, self.source.choice((-2, 0, 0, 3, 8))) for kind in KINDS]
        if self._chance(0.8):
            days.sort()
        for place, kind in enumerate(KINDS):
            if (place < reached) != self._chance(0.05):
                self.made[f"{kind}_on"] = days[place]

    def _set_development(self) -> None:
        made = self.made
        made["permit_on"] = self._some_day()
        made["development_on"] = self._some_day(0.2)
        if self._chance(0.3):
            made["foundation_kind"] = self.source.choice(list(FoundationKind)).position
            made["foundation_share"] = self._pick(_SHARES, 0.85)
        if self._chance(0.4):
            made["suspended_on"] = self._at("start", self.source.choice((0, 6, 12)))
            same_day = made["suspended_on"] if self._chance(0.1) else None
            made["resumed_on"] = same_day or self._some_day(0.2)
        made["reserve_land"] = self.source.choice((None, None, None, None, 0, 1))
        mode = self._pick(list(AcquisitionMode), 0.4)
        made["acquisition_mode"] = None if mode is None else mode.position

    def _set_money(self) -> None:
        made = self.made
        for key in ("premium_yuan", "premium_paid_yuan", "bond_yuan"):
            made[key] = self._pick(_YUAN)
        for key in ("late_payment_permille", "grantor_late_permille"):
            made[key] = self._pick(_PERMILLE)
        for kind in KINDS:
            made[f"{kind}_permille"] = self._pick(_PERMILLE)
        made["bond_split"] = self._pick(_SPLITS)
        scheme = self._pick(list(DamagesScheme), 0.7)
        made["damages_scheme"] = None if scheme is None else scheme.position

    def _set_quantities(self) -> None:
        made = self.made
        area = self.source.choice(_AREAS)
        made["area_m2"] = self._maybe(area)
        made["developable_m2"] = self._pick((area, Fraction(30_000)), 0.4 * self.fill)
        made["developed_m2"] = self._maybe(area * self.source.choice(_BUILT))
        total = self.source.choice(_YUAN[:-1])
        made["investment_total_yuan"] = self._maybe(total)
        spent = self.source.choice((total / 4, max(Fraction(0), total / 4 - _CENT), total))
        made["invested_yuan"] = self._maybe(spent)
        for agreed, actual, values in (
            ("investment_agreed_yuan", "investment_actual_yuan", _YUAN),
            ("output_agreed", "output_actual", _RATIOS),
            ("tax_agreed", "tax_actual", _RATIOS),
        ):
            made[agreed], made[actual] = self._pick(values), self._pick(values)
        for key in ("far_min", "far_max", "far_actual"):
            made[key] = self._pick(_RATIOS)

    def _set_ends(self) -> None:
        made = self.made
        made["idle_determined_on"] = self._some_day(0.15)
        made["ground_known_on"] = self._some_day(0.4)
        made["lease_started_on"] = self._some_day(0.3)
        made["closed_on"] = self._some_day(0.12)
        made["closed_as"] = self._pick(list(range(len(ClosedAs))), 0.15)
        made["observed_on"] = self._some_day()
