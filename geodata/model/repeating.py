"""The parts of a contract that may repeat: instalments, extensions and government periods.

Each is one cell of entries joined by ``;``. Dates inside are ``YYYY-MM-DD`` only, because ``/``
separates.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.scalars import CellError, decimal_text, read_number, read_word, strict_day

Entries = list[tuple[Any, ...]]
"""Typed entries, in the order of `geodata.model.columns.RAGGED_FIELDS`."""

_NONE: Final = "-"


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.removesuffix(";").split(";")]


def read_instalments(text: str, factor: Fraction) -> Entries:
    """Instalments ``due amount paid_on demanded_on``, ``-`` for none.

    Parameters
    ----------
    text
        The cell, already plain.
    factor
        What one unit of the amounts is in yuan.

    Raises
    ------
    CellError
        When an entry has not its four fields or one of them cannot be read.
    """
    return [_instalment(entry, factor) for entry in _entries(text)]


def _instalment(entry: str, factor: Fraction) -> tuple[object, ...]:
    parts = entry.split()
    if len(parts) != len(("due", "amount", "paid", "demanded")):
        raise CellError(
            "The instalment “{entry}” needs four fields: due amount paid_on demanded_on,"
            " with - for none.",
            entry=entry,
        )
    due, amount, paid, demanded = (None if part == _NONE else part for part in parts)
    return (
        strict_day(due) if due else None,
        read_number(amount, factor) if amount else None,
        strict_day(paid) if paid else None,
        strict_day(demanded) if demanded else None,
    )


def write_instalments(entries: Entries, factor: Fraction) -> str:
    """Text of instalments, the inverse of `read_instalments`."""

    def field(value: object) -> str:
        if isinstance(value, Fraction):
            return decimal_text(value / factor)
        return _day_text(value) or _NONE

    return "; ".join(" ".join(field(value) for value in entry) for entry in entries)


def read_extensions(text: str) -> Entries:
    """Extensions ``applied_on/approved_on/extended_to``; the first two may be left empty.

    Raises
    ------
    CellError
        When an entry has not its three fields or does not say ``extended_to``.
    """
    return [_extension(entry) for entry in _entries(text)]


def _extension(entry: str) -> tuple[object, ...]:
    parts = [part.strip() for part in entry.split("/")]
    if len(parts) != len(("applied", "approved", "extended")):
        raise CellError(
            "The extension “{entry}” needs three fields: applied_on/approved_on/extended_to.",
            entry=entry,
        )
    applied, approved, extended = (strict_day(part) if part else None for part in parts)
    if extended is None:
        raise CellError("The extension “{entry}” does not say extended_to.", entry=entry)
    return applied, approved, extended


def write_extensions(entries: Entries) -> str:
    """Text of extensions, the inverse of `read_extensions`."""
    return "; ".join("/".join(_day_text(day) for day in entry) for entry in entries)


def read_periods(text: str) -> Entries:
    """Government periods ``from/to cause status``, both ends inclusive, an open end left empty.

    Raises
    ------
    CellError
        When an entry ends before it begins or lacks its cause or status.
    """
    return [_period(entry) for entry in _entries(text)]


def _period(entry: str) -> tuple[object, ...]:
    span, *words = entry.split() or [""]
    begin, slash, end = span.partition("/")
    if not slash or len(words) != len(("cause", "status")):
        raise CellError(
            "The period “{entry}” is not “from/to cause status”, such as"
            " “2022-09-01/2023-02-28 G2 verified”.",
            entry=entry,
        )
    begins_on, ends_on = strict_day(begin), strict_day(end) if end else None
    if begins_on is None:
        raise CellError("The period “{entry}” has no beginning.", entry=entry)
    if ends_on is not None and ends_on < begins_on:
        raise CellError("The period “{entry}” ends before it begins.", entry=entry)
    cause, status = words
    return begins_on, ends_on, read_word(GovernmentCause, cause), read_word(PeriodStatus, status)


def write_periods(entries: Entries) -> str:
    """Text of government periods, the inverse of `read_periods`."""
    return "; ".join(
        f"{begins_on}/{_day_text(ends_on)} {GovernmentCause.at(cause)} {PeriodStatus.at(status)}"
        for begins_on, ends_on, cause, status in entries
    )


def _day_text(day: object) -> str:
    return "" if day is None else str(day)
