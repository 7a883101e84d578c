"""What a ledger cell is made of: texts, days, exact numbers and words, as any file gives them.

Numbers are read exactly, never through binary floating point. `geodata.model.cells` builds the
grammar of whole cells from these.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from geodata.model.codelist import Codelist

EXACT_LIMIT: Final = 2**62
"""Numerator and denominator stay below this, so that columns hold both as int64."""

_YEARS: Final = range(1900, 2200)
_NO_DATE: Final = date(1900, 1, 1)  # what databases and spreadsheets leave where no date was given
_SERIAL_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = (20_000, 80_001)  # 1954 to 2119: any other number is no spreadsheet date
_CHINA_TIME: Final = timezone(timedelta(hours=8))

_DATE: Final = re.compile(
    "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"
    "|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_TIME_OF_DAY: Final = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_STRICT_DATE: Final = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile("[\0\ud800-\udfff]")  # no database and no UTF-8 file holds them
_DAYS_KEPT: Final = 2**14  # 44 years: the same days stand in many rows
_MOST_PLACES: Final = 64  # enough for every denominator below the limit
_FEW_DIGITS: Final = 18
_MOST_DIGITS: Final = 4_000  # Python itself refuses to read longer ones


class CellError(ValueError):
    """A cell that cannot be read or written.

    Not a `LandError`: it rejects one row and never ends the program. Its reason can be worded in
    another language in the same way.

    Parameters
    ----------
    template
        English reason with ``{name}`` fields; a literal, the key of its translation.
    **values
        What fills the fields.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))


class Unreadable(str):
    """What a cell shows in place of a value, such as ``#N/A``: it can be told, never be taken."""

    __slots__ = ()


def is_readable(raw: object) -> bool:
    """Whether a cell holds a value, or text of characters that can be kept."""
    if not isinstance(raw, str):
        return True
    # What can be printed needs no search, which takes longer.
    is_text = raw.isprintable() or not _UNPRINTABLE.search(raw)
    return is_text and not isinstance(raw, Unreadable)


def cell_text(raw: object) -> str | None:
    """What a person would see in a cell; None for a blank one.

    Whole numbers that a file format holds as floats are shown as whole numbers (``12345``, not
    ``12345.0``), so that codes and contract numbers survive. Characters that no file can keep
    are shown escaped.
    """
    match raw:
        case None:
            return None
        case str():
            text = raw.strip()
            return (text if text.isprintable() else _UNPRINTABLE.sub(_escaped, text)) or None
        case bool():
            return "true" if raw else "false"
        case float() if raw.is_integer():
            return str(int(raw))
        case datetime():
            return raw.isoformat(sep=" ").removesuffix(" 00:00:00")
        case _:
            return str(raw)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def plain(text: str) -> str:
    """Full-width digits, letters and punctuation as ordinary ones."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(raw: object) -> date | None:
    """A day in any form met in ledgers; None for 1900-01-01, which means "no date".

    Parameters
    ----------
    raw
        Text, a date, an instant (its day in China), or a spreadsheet's serial number.

    Raises
    ------
    CellError
        When it is no date, no day of the calendar, or outside the years 1900 to 2199.
    """
    if isinstance(raw, datetime) and raw.tzinfo is not None:
        raw = raw.astimezone(_CHINA_TIME)
    if isinstance(raw, date):
        return _usual(date(raw.year, raw.month, raw.day))
    if isinstance(raw, int | float) and _SERIALS[0] <= raw < _SERIALS[1]:
        return _SERIAL_EPOCH + timedelta(days=int(raw))
    text = plain(cell_text(raw) or "")
    found = _DATE.fullmatch(_TIME_OF_DAY.sub("", text))
    if not found:
        raise CellError("“{value}” is not a date; write it as YYYY-MM-DD.", value=text)
    return _calendar_day(text, *(part for part in found.groups() if part))


@lru_cache(maxsize=_DAYS_KEPT)
def strict_day(text: str) -> date | None:
    """A day written ``YYYY-MM-DD``, the only form inside cells that use ``/`` to separate."""
    found = _STRICT_DATE.fullmatch(text)
    if not found:
        raise CellError("“{value}” is not a date of the form YYYY-MM-DD.", value=text)
    return _calendar_day(text, *found.groups())


def _calendar_day(text: str, year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("“{value}” is not a day of the calendar.", value=text) from None
    return _usual(found)


def _usual(day: date) -> date | None:
    if day.year not in _YEARS:
        raise CellError("{value} lies outside the years 1900 to 2199.", value=day)
    return None if day == _NO_DATE else day


def read_number(text: str, factor: Fraction = Fraction(1)) -> Fraction:
    """A non-negative number, exactly: digits, thousands separators, scientific notation.

    Parameters
    ----------
    text
        The number, already `plain`.
    factor
        What it is multiplied with.

    Raises
    ------
    CellError
        When it is not a number, negative, or cannot be held exactly in two int64.
    """
    if text.isascii() and text.isdecimal() and len(text) <= _FEW_DIGITS:  # most numbers by far
        return held(Fraction(int(text) * factor.numerator, factor.denominator), text)
    digits = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if len(digits) > _MOST_DIGITS:
        raise CellError("{value} is too large or too long to be held exactly.", value=text)
    if not _NUMBER.fullmatch(digits):
        raise CellError("“{value}” is not a number.", value=text)
    num, den = Decimal(digits).as_integer_ratio()
    return held(Fraction(num * factor.numerator, den * factor.denominator), text)


def held(value: Fraction, text: str) -> Fraction:
    """The value, if it is not negative and columns can hold it; `text` is what was written."""
    if value.numerator < 0:
        raise CellError("{value} is negative.", value=text)
    if max(value.numerator, value.denominator) >= EXACT_LIMIT:
        raise CellError("{value} is too large or too long to be held exactly.", value=text)
    return value


def read_word(codelist: type[Codelist], word: str) -> int:
    """Position of the member a word names, by its code or its Chinese or English label.

    Raises
    ------
    CellError
        When the list has no such member; the reason lists all of them.
    """
    member = codelist.from_word(word)
    if member is None:
        words = ", ".join(f"{m.value} {m.zh}" for m in codelist)
        raise CellError("“{value}” is none of: {words}.", value=word, words=words)
    return member.position


def decimal_text(value: Fraction) -> str:
    """A number in decimal digits, exactly.

    Raises
    ------
    CellError
        When it has no finite decimal form, as 2000/3 m² (one mu) has none.
    """
    places = next((n for n in range(_MOST_PLACES) if 10**n % value.denominator == 0), None)
    if places is None:
        raise CellError("{value} has no finite decimal form.", value=value)
    whole, part = divmod(int(value * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)
