"""Values a filter compares attributes with, each as what the attribute holds."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from geodata.errors import UsageError
from geodata.model.attributes import Attribute, Kind

Value = str | bool | int | float | date

_SHANGHAI: Final = timezone(timedelta(hours=8))
_NUMBERS: Final = (Kind.EXACT, Kind.SHARE, Kind.COUNT, Kind.YEAR)
_LARGEST: Final = 2**53
_TYPES: Final = {Kind.BOOLEAN: "boolean", Kind.COUNT: "integer", Kind.YEAR: "integer"}


def json_type(attribute: Attribute) -> str:
    """Type of the values of an attribute in JSON."""
    return _TYPES.get(attribute.kind, "number" if attribute.kind in _NUMBERS else "string")


def value_of(attribute: Attribute, said: Any) -> Value:
    """What a literal says of an attribute.

    Parameters
    ----------
    said
        A literal of CQL2 in its JSON form.

    Raises
    ------
    UsageError
        When the attribute never holds such a value.
    """
    value: Value | None = None
    if attribute.kind is Kind.DATE:
        value = day_of(said)
    elif attribute.kind is Kind.BOOLEAN:
        value = said if isinstance(said, bool) else None
    elif attribute.kind in _NUMBERS:
        value = said if _is_number(said) else None
    elif isinstance(said, str) and _can_be_kept(said):
        value = said
    if value is None:
        raise UsageError(
            "{key} is never {value}.",
            "Compare it with a value of its kind: {kind}.",
            key=attribute.key,
            value=str(said)[:80],
            kind=attribute.kind.value,
        )
    return value


def typed(attribute: Attribute, written: str) -> Value:
    """The same for a value as it stands in an address."""
    said: Any = written
    if attribute.kind is Kind.BOOLEAN:
        said = {"true": True, "false": False}.get(written.lower(), written)
    elif attribute.kind in _NUMBERS:
        try:
            said = float(written)
        except ValueError:
            said = written
    return value_of(attribute, said)


def day_of(said: Any) -> date | None:
    """The day of a date, or in Shanghai of an instant; None for what is neither."""
    if isinstance(said, dict):
        said = said.get("date", said.get("timestamp"))
    if not isinstance(said, str):
        return None
    try:
        if "T" not in said.upper():
            return date.fromisoformat(said)
        instant = datetime.fromisoformat(said.upper())
        return (instant.astimezone(_SHANGHAI) if instant.tzinfo else instant).date()
    except (ValueError, OverflowError):
        return None


def _is_number(said: Any) -> bool:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return is_number and math.isfinite(said) and abs(said) <= _LARGEST


def _can_be_kept(text: str) -> bool:
    """Whether a database can hold a text: it has no NUL, and no half of a character."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
