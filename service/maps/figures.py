"""How numbers, dates and amounts are written for people, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from geodata.model.units import mu
from service.i18n import Translate
from service.maps.view import Stake

Number = int | float | Decimal | Fraction

NOTHING: Final = "–"
_WAN: Final = 10_000


def grouped(value: Number, decimals: int) -> str:
    """The number with thousands separators, rounded half up once.

    Examples
    --------
    >>> grouped(Fraction(8001, 2), 0)
    '4,001'
    """
    exact = Fraction(value) * 10**decimals
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    whole = scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return f"{whole.scaleb(-decimals):,.{decimals}f}"


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes figures with their units in one language; an unknown one is written as unknown.

    Attributes
    ----------
    translate
        English wording to that of the page.
    """

    translate: Translate

    def count(self, value: int) -> str:
        """A number of things."""
        return grouped(value, 0)

    def day(self, day: date | None) -> str:
        """A date as 2024-02-29."""
        return NOTHING if day is None else day.isoformat()

    def m2(self, area_m2: Number | None) -> str:
        """An area in m²."""
        _ = self.translate
        return _("unknown") if area_m2 is None else f"{grouped(area_m2, 2)} m²"

    def mu_number(self, area_m2: Fraction | None) -> str:
        """An area given in m², as a bare number of mu for a column headed mu."""
        _ = self.translate
        return _("unknown") if area_m2 is None else grouped(mu(area_m2), 2)

    def mu(self, area_mu: Number) -> str:
        """An area in mu."""
        _ = self.translate
        return _("{number} mu").format(number=grouped(area_mu, 2))

    def area(self, area_m2: Fraction | None) -> str:
        """An area in m², written in both units."""
        if area_m2 is None:
            return self.m2(None)
        return f"{self.mu(mu(area_m2))} ({self.m2(area_m2)})"

    def yuan(self, amount_yuan: Number | None) -> str:
        """Money to the cent."""
        _ = self.translate
        if amount_yuan is None:
            return _("unknown")
        return _("{number} yuan").format(number=grouped(amount_yuan, 2))

    def wan(self, amount_yuan: Number) -> str:
        """Money in units of ten thousand yuan, for totals."""
        _ = self.translate
        return _("{number} wan yuan").format(number=grouped(Fraction(amount_yuan) / _WAN, 2))

    def stake(self, stake: Stake) -> str:
        """Money at stake, with what could not be computed beside it."""
        _ = self.translate
        known = self.wan(stake.yuan)
        if not stake.missing_count:
            return known
        return _("{known} and {count} without an amount").format(
            known=known, count=stake.missing_count
        )

    def stake_number(self, stake: Stake) -> str:
        """Money at stake as a bare number of yuan; "≥" where some of it is without an amount."""
        _ = self.translate
        if not stake.yuan:
            return _("unknown") if stake.missing_count else NOTHING
        return f"{'≥ ' if stake.missing_count else ''}{grouped(stake.yuan, 2)}"

    def optional(self, value: Number | None, decimals: int) -> str:
        """A bare number, or a dash where there is none."""
        return NOTHING if value is None else grouped(value, decimals)

    def share(self, share: Fraction | None) -> str:
        """A share as per cent with two decimals."""
        return NOTHING if share is None else f"{grouped(share * 100, 2)} %"

    def late(self, late_days: int | None) -> str:
        """How late something is; empty when it is not."""
        _ = self.translate
        return _("{days} days late").format(days=grouped(late_days, 0)) if late_days else ""

    def days_left(self, as_of: date, due_on: date) -> str:
        """How long until a day."""
        _ = self.translate
        left = (due_on - as_of).days
        return _("{days} days left").format(days=grouped(left, 0)) if left else _("due today")
