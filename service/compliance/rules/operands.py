"""Columns as texts: what stands in the arithmetic of an explanation, and what JSON shows."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelist import Codelist
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import NO_DAY, Days, Exact, Term
from geodata.model.judgements import NO_COUNT, Amounts
from geodata.model.scalars import CellError, decimal_text
from service.compliance.law import Number
from service.compliance.rules import exact
from service.compliance.rules.explanation import Value
from service.compliance.rules.trace import Measure, Values

Texts = list[str | None]

_CENT: Final = 100
_UNITS: Final = {"years": "y", "months": "m"}


def day_texts(days: Days) -> Texts:
    """Dates as ``2024-02-29``; None where unknown."""
    known = days != NO_DAY
    texts = np.datetime_as_string(np.where(known, days, 0).astype("datetime64[D]"))
    return [
        text if is_known else None for text, is_known in zip(texts.tolist(), known, strict=True)
    ]


def number_text(number: Fraction) -> str:
    """A number in decimal digits where it has them, else as a fraction in brackets."""
    if number < 0:
        return f"(−{number_text(-number)})"
    try:
        return decimal_text(number)
    except CellError:
        return f"({number})"


def money_text(number: Fraction) -> str:
    """The same with two decimals at least."""
    if number >= 0 and _CENT % number.denominator == 0:
        return _decimals(int(number * _CENT))
    return number_text(number)


def _decimals(fen: int) -> str:
    return f"{fen // _CENT}.{fen % _CENT:02d}"


def exact_texts(values: Exact, text: Callable[[Fraction], str]) -> Texts:
    """Exact numbers as `text` writes them."""
    pairs = zip(values.num.tolist(), values.den.tolist(), strict=True)
    return [text(Fraction(num, den)) if den else None for num, den in pairs]


def term_texts(term: Term, *, with_anchor: bool) -> Texts:
    """Relative dates as a cell has them: ``6m after delivery``, or only ``6m``."""
    units, anchors = list(TermUnit), list(Anchor)
    parts = zip(term.count.tolist(), term.unit.tolist(), term.anchor.tolist(), strict=True)
    return [
        None
        if count < 0
        else f"{count}{units[unit]}" + (f" after {anchors[anchor]}" if with_anchor else "")
        for count, unit, anchor in parts
    ]


def code_texts(codes: npt.NDArray[Any], codelist: type[Codelist]) -> Texts:
    """Codes as the words of files."""
    words = [str(member.value) for member in codelist]
    return [words[code] if code >= 0 else None for code in codes.tolist()]


def flag_texts(flags: npt.NDArray[Any]) -> Texts:
    """Flags as ``true`` and ``false``; a negative code is unknown."""
    words: Texts = ["false", "true", None]
    return [words[int(flag)] for flag in flags.tolist()]


def amount_texts(amounts: Amounts) -> Texts:
    """Amounts in yuan with two decimals."""
    pairs = zip(amounts.fen.tolist(), amounts.known.tolist(), strict=True)
    return [_decimals(fen) if known else None for fen, known in pairs]


def law_text(number: Number, value: Fraction) -> str:
    """A legal number: ``1y``, ``6m``, ``30``, ``1/5``."""
    if number.unit == "m2":
        return number_text(value)
    return f"{value}{_UNITS.get(number.unit, '')}"


def step_texts(measure: Measure, values: Values) -> Texts:
    """The values of a step as arithmetic uses them, without loss."""
    if isinstance(values, Amounts):
        return amount_texts(values)
    if isinstance(values, Exact):
        return exact_texts(values, money_text if measure is Measure.YUAN else number_text)
    if measure.codelist is not None:
        return code_texts(values, measure.codelist)
    if measure is Measure.DAY:
        return day_texts(values.astype(np.int32))
    if measure is Measure.FLAG:
        return flag_texts(values)
    return [None if count == NO_COUNT else str(count) for count in values.tolist()]


def step_values(measure: Measure, values: Values, texts: Texts) -> list[Value]:
    """The values of a step as JSON shows them: money rounded half up, once."""
    if isinstance(values, Exact) and measure is Measure.YUAN:
        return list(amount_texts(exact.fen(values)))
    if measure is Measure.DAYS:
        return [None if text is None else int(text) for text in texts]
    if measure is Measure.FLAG:
        return [None if text is None else text == "true" for text in texts]
    return list(texts)
