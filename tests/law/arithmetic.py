"""Reading the arithmetic of an explanation as a lawyer with a pocket calculator would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from .peer_calendar import DAY, WorkCalendar, relative_date

_TOKEN: Final = re.compile(
    r"\s*(\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?(?:wd|[dmy])?|and|[a-z]+|[()+−×/<>=≤≥,‰%])"
)
_UNIT: Final = re.compile(r"(\d+)(wd|[dmy])")
_COMPARED: Final = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "≤": lambda left, right: left <= right,
    "≥": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A number of days, working days, months or years."""

    count: int
    unit: str


class Calculator:
    """Reads one line of arithmetic from left to right."""

    def __init__(self, text: str, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.tokens = _TOKEN.findall(text)
        assert "".join(self.tokens) == text.replace(" ", ""), text

    def result(self) -> Any:
        """The number, date or truth that the line comes to."""
        value = self._all()
        assert not self.tokens, self.tokens
        return value

    def _next(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def _all(self) -> Any:
        value = self._comparison()
        while self._next("and"):
            value = self._comparison() and value
        return value

    def _comparison(self) -> Any:
        left = self._sum()
        sign = self._next(*_COMPARED)
        return _COMPARED[sign](left, self._sum()) if sign else left

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._next("+", "−"):
            value = self._added(value, self._product(), 1 if sign == "+" else -1)
        return value

    def _added(self, value: Any, other: Any, sign: int) -> Any:
        if isinstance(other, Span):
            assert sign == 1
            found = relative_date(other.count, other.unit, value, self.calendar)
            return found.day if other.unit == "wd" else found.unrolled
        if not isinstance(value, date):
            return value + sign * other
        if isinstance(other, date):
            return Fraction((value - other).days)
        return value + timedelta(days=sign * int(other))

    def _product(self) -> Any:
        value = self._unit()
        while sign := self._next("×", "/"):
            other = self._unit()
            value = value * other if sign == "×" else value / other
        return value

    def _unit(self) -> Any:
        value = self._atom()
        if self._next("‰"):
            return value / 1000
        return value / 100 if self._next("%") else value

    def _atom(self) -> Any:
        token = self.tokens.pop(0)
        if token == "−":
            return -self._atom()
        if token == "(":
            return self._closed(self._all())
        if token in ("min", "max", "roll"):
            assert self._next("(")
            return self._call(token)
        if re.fullmatch(r"\d{4}-.*", token):
            return date.fromisoformat(token)
        if span := _UNIT.fullmatch(token):
            return Span(int(span[1]), span[2])
        return Fraction(token)

    def _call(self, name: str) -> Any:
        values = [self._all()]
        while self._next(","):
            values.append(self._all())
        self._closed(None)
        if name == "roll":
            return self.calendar.roll(values[0])
        return min(values) if name == "min" else max(values)

    def _closed(self, value: Any) -> Any:
        assert self._next(")")
        return value


def cents(value: Fraction) -> Fraction:
    """Rounded half up to 0.01."""
    return Fraction((value * 200 + 1) // 2, 100)


__all__ = ["DAY", "Calculator", "cents"]
