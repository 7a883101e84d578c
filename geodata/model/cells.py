"""The grammar of cells: one cell read into a typed value, and written back.

Blank always means unknown, never zero and never "no". The grammar is described in
`docs/ledger.md`; a value outside it rejects its row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelists import Anchor, MilestoneKind, TermUnit
from geodata.model.columns import SPLIT_PARTS, UNDELIVERED, Cell
from geodata.model.repeating import (
    read_extensions,
    read_instalments,
    read_periods,
    write_extensions,
    write_instalments,
    write_periods,
)
from geodata.model.scalars import (
    CellError,
    cell_text,
    decimal_text,
    held,
    is_readable,
    plain,
    read_day,
    read_number,
    read_word,
)

__all__ = ["CellError", "cell_text", "read_cell", "write_cell"]

UNDELIVERED_WORDS: Final = (UNDELIVERED, "未交地")
YES: Final = ("true", "1", "yes", "是")
NO: Final = ("false", "0", "no", "否")

_ONE: Final = Fraction(1)
_HUNDRED: Final = 100
_YEAR: Final = re.compile(r"(1949|19[5-9][0-9]|2[01][0-9]{2})\s*年?")
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_TERM: Final = re.compile(
    rf"([0-9]{{1,5}})\s*({'|'.join(TermUnit)})\s+after\s+({'|'.join(Anchor)})", re.IGNORECASE
)
# A hundred years: the calendar of a milestone further away is a typing error.
_LONGEST_TERM: Final = {"d": 36_525, "wd": 36_525, "m": 1_200, "y": 100}

Reader = Callable[[Attribute, str, Fraction], Cell]
Writer = Callable[[Any, Fraction], str]


def read_cell(attribute: Attribute, raw: object, unit_factor: Fraction = _ONE) -> Cell:
    """Typed value of one cell, as `geodata.model.columns.from_rows` takes it.

    Parameters
    ----------
    attribute
        The column the cell stands in.
    raw
        Text, number, boolean, date or instant as the file format gives it; None is blank.
    unit_factor
        What one unit of the file is in the unit of the attribute: 10000 for a column in 万元.

    Raises
    ------
    CellError
        When the cell is filled and does not follow the grammar of its kind.
    """
    if type(raw) is str and attribute.kind is Kind.TEXT and raw.isprintable():
        return raw.strip() or None  # nearly every cell: nothing else can be the matter
    if not is_readable(raw):
        raise CellError("“{value}” is not a value that can be read.", value=cell_text(raw))
    if attribute.kind is Kind.DATE and isinstance(raw, date):
        return read_day(raw)
    text = cell_text(raw)
    if text is None or attribute.kind is Kind.TEXT:
        return text
    if attribute.kind is Kind.DATE:
        return read_day(raw)
    if attribute.kind is Kind.DELIVERY:
        return UNDELIVERED if plain(text).casefold() in UNDELIVERED_WORDS else read_day(raw)
    return _READERS[attribute.kind](attribute, plain(text), unit_factor)


def write_cell(attribute: Attribute, cell: Cell, unit_factor: Fraction = _ONE) -> str:
    """Text of a typed value: `read_cell` with the same factor gives the value back.

    An empty list has no form in the grammar and is written blank.

    Raises
    ------
    CellError
        When an amount has no finite decimal form in the unit of the file.
    """
    if cell is None:
        return ""
    if attribute.codelist is not None:
        assert isinstance(cell, int)
        return attribute.codelist.at(cell).value
    return _WRITERS[attribute.kind](cell, unit_factor)


def _read_exact(_attribute: Attribute, text: str, factor: Fraction) -> Fraction:
    return read_number(text, factor)


def _read_share(_attribute: Attribute, text: str, _factor: Fraction) -> Fraction:
    above, slash, below = text.partition("/")
    if slash:
        divisor = read_number(below.strip())
        if divisor == 0:
            raise CellError("“{value}” divides by zero.", value=text)
        value = held(read_number(above.strip()) / divisor, text)
    elif text.endswith("%"):
        value = held(read_number(text[:-1].rstrip()) / _HUNDRED, text)
    else:
        value = read_number(text)
    if value > 1:
        raise CellError("The share {value} is above 1; write 0.333, 33.3% or 1/3.", value=text)
    return value


def _write_share(share: Fraction, _factor: Fraction) -> str:
    try:
        return decimal_text(share)
    except CellError:
        return f"{share.numerator}/{share.denominator}"


def _read_count(_attribute: Attribute, text: str, _factor: Fraction) -> int:
    value = read_number(text)
    if value.denominator != 1:
        raise CellError("“{value}” is not a whole number.", value=text)
    return int(value)


def _read_year(_attribute: Attribute, text: str, _factor: Fraction) -> int:
    found = _YEAR.fullmatch(text)
    if not found:
        raise CellError("“{value}” is not a year from 1949 to 2199.", value=text)
    return int(found[1])


def _read_digest(_attribute: Attribute, text: str, _factor: Fraction) -> str:
    digest = text.lower()
    if not _DIGEST.fullmatch(digest):
        raise CellError("“{value}” is not a SHA-256 digest of 64 hexadecimal digits.", value=text)
    return digest


def _read_split(_attribute: Attribute, text: str, _factor: Fraction) -> tuple[object, ...]:
    shares = text.split("/")
    if len(shares) != len(SPLIT_PARTS):
        raise CellError(
            "“{value}” is not three shares start/completion/production, such as 60/20/20.",
            value=text,
        )
    return tuple(_percentage(share.strip()) for share in shares)


def _percentage(text: str) -> Fraction:
    value = read_number(text)
    if value > _HUNDRED:
        raise CellError("The share {value} is above 100 per cent.", value=text)
    return value


def _read_code(attribute: Attribute, text: str, _factor: Fraction) -> int:
    assert attribute.codelist is not None
    return read_word(attribute.codelist, text)


def _read_boolean(_attribute: Attribute, text: str, _factor: Fraction) -> int:
    word = text.casefold()
    if word not in (*YES, *NO):
        raise CellError("“{value}” is neither yes nor no (true/1/是, false/0/否).", value=text)
    return int(word in YES)


def _read_term(attribute: Attribute, text: str, _factor: Fraction) -> tuple[object, ...]:
    found = _TERM.fullmatch(text)
    if not found:
        raise CellError(
            "“{value}” is not a term such as “6m after delivery” or “45wd after payment”.",
            value=text,
        )
    count, unit, anchor = int(found[1]), found[2].lower(), found[3].lower()
    if anchor not in _anchors(attribute):
        raise CellError(
            "A term of this column cannot count from {anchor}, only from {allowed}.",
            anchor=anchor,
            allowed=", ".join(_anchors(attribute)),
        )
    if count > _LONGEST_TERM[unit]:
        raise CellError("The term “{value}” is longer than a hundred years.", value=text)
    return count, TermUnit.positions()[unit], Anchor.positions()[anchor]


def _anchors(attribute: Attribute) -> Sequence[str]:
    """Anchors that stand in the chain before what the column dates."""
    dated = attribute.key.removesuffix("_agreed_after")
    chain = [*Anchor.positions(), MilestoneKind.TARGET_OUTPUT.value]
    return chain[: chain.index(dated)]


def _write_term(term: tuple[int, int, int], _factor: Fraction) -> str:
    count, unit, anchor = term
    return f"{count}{TermUnit.at(unit)} after {Anchor.at(anchor)}"


_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.BOOLEAN: _read_boolean,
    Kind.CODE: _read_code,
    Kind.EXACT: _read_exact,
    Kind.SHARE: _read_share,
    Kind.COUNT: _read_count,
    Kind.YEAR: _read_year,
    Kind.DIGEST: _read_digest,
    Kind.TERM: _read_term,
    Kind.SPLIT: _read_split,
    Kind.INSTALMENTS: lambda _, text, factor: read_instalments(text, factor),
    Kind.EXTENSIONS: lambda _, text, __: read_extensions(text),
    Kind.PERIODS: lambda _, text, __: read_periods(text),
}
_WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.TEXT: lambda text, _: text,
    Kind.DATE: lambda day, _: day.isoformat(),
    Kind.DELIVERY: lambda day, _: str(day),
    Kind.BOOLEAN: lambda flag, _: "true" if flag else "false",
    Kind.EXACT: lambda value, factor: decimal_text(Fraction(value) / factor),
    Kind.SHARE: _write_share,
    Kind.COUNT: lambda count, _: str(count),
    Kind.YEAR: lambda year, _: str(year),
    Kind.DIGEST: lambda digest, _: digest,
    Kind.TERM: _write_term,
    Kind.SPLIT: lambda shares, _: "/".join(decimal_text(share) for share in shares),
    Kind.INSTALMENTS: write_instalments,
    Kind.EXTENSIONS: lambda entries, _: write_extensions(entries),
    Kind.PERIODS: lambda entries, _: write_periods(entries),
}
