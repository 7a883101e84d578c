"""Findings and amounts of the second reading, as the contract document writes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

from geodata.model.codelists import FindingCode

from .peer_calendar import DAY

_ORDER: Final = {code.value: place for place, code in enumerate(FindingCode)}

Document = dict[str, Any]
Amount = Fraction | None


def yuan(amount: Amount) -> str | None:
    """An exact amount rounded half up to 0.01, once (R0.6)."""
    if amount is None:
        return None
    fen = (200 * amount + 1).__floor__() // 2
    return f"{fen // 100}.{fen % 100:02d}"


def iso(value: Any) -> Any:
    """A date as text; anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def product(*factors: Fraction | int | None) -> Amount:
    """The product; unknown when one of the factors is."""
    result = Fraction(1)
    for factor in factors:
        if factor is None:
            return None
        result *= factor
    return result


class Findings:
    """The findings of one contract on one day."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.found: list[Document] = []

    @property
    def codes(self) -> set[str]:
        """The codes found."""
        return {finding["code"] for finding in self.found}

    def ordered(self) -> list[Document]:
        """In the order of the codelist."""
        return sorted(self.found, key=lambda finding: _ORDER[finding["code"]])

    def add(
        self,
        code: str,
        since_on: date | None = None,
        days: int | None = None,
        amount: Amount = None,
        **more: Any,
    ) -> None:
        """One finding; `more` holds the keys that only some findings have."""
        told = {"since_on": iso(since_on), "days": days, "amount_yuan": yuan(amount)}
        self.found.append({"code": code, **told, **more})

    def add_after(self, limit: date, code: str, amount: Amount = None) -> None:
        """A finding that holds from the day after a limit."""
        self.add(code, limit + DAY, (self.as_of - limit).days, amount)
