"""Exact arithmetic on columns of fractions.

The scheme: int64 wherever a float estimate proves that no product can leave it, Python integers
(an object array, for that block of rows) otherwise. Results are therefore always exact, whatever
the size of premium, rate or denominator.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Exact, Flags, Whole
from geodata.model.judgements import Amounts

_SAFE = float(1 << 61)


def _size(factor: Whole | int) -> float:
    """The greatest magnitude in a column; infinite for Python integers."""
    if isinstance(factor, int):
        return float(abs(factor))
    if factor.dtype == np.object_:
        return float("inf")
    return float(max(np.maximum.reduce(factor, initial=0), -np.minimum.reduce(factor, initial=0)))


def _fits(left: Whole | int, right: Whole | int) -> bool:
    """True when the product surely stays within int64."""
    return max(1.0, _size(left)) * max(1.0, _size(right)) < _SAFE


def _product(left: Whole, right: Whole | int) -> Whole:
    if _fits(left, right):
        return left * right
    factor = np.broadcast_to(np.asarray(right), left.shape)
    size = np.abs(left.astype(np.float64)) * np.abs(factor.astype(np.float64))
    if np.object_ not in (left.dtype, factor.dtype) and size.max(initial=0.0) < _SAFE:
        return left * right
    return np.asarray(left.astype(np.object_) * factor.astype(np.object_))


def constant(value: Fraction | int, count: int) -> Exact:
    """A column that holds one value `count` times."""
    num, den = Fraction(value).as_integer_ratio()
    return Exact(np.full(count, num, dtype=np.int64), np.full(count, den, dtype=np.int64))


def column(value: Fraction | Exact, count: int) -> Exact:
    """One value per row, whether given as one for all or as a column."""
    return value if isinstance(value, Exact) else constant(value, count)


def whole(numbers: npt.NDArray[np.integer]) -> Exact:
    """A column of whole numbers, all known."""
    return Exact(numbers.astype(np.int64), np.ones(len(numbers), dtype=np.int64))


def times(left: Exact, right: Exact) -> Exact:
    """Product; unknown where one factor is. Reduced where it would else leave int64."""
    if _fits(left.num, right.num) and _fits(left.den, right.den):
        return Exact(left.num * right.num, left.den * right.den)
    first = np.maximum(np.gcd(left.num, right.den), 1)
    second = np.maximum(np.gcd(right.num, left.den), 1)
    num = _product(left.num // first, right.num // second)
    return Exact(num, _product(left.den // second, right.den // first))


def scaled(values: Exact, factor: Fraction | int | Exact) -> Exact:
    """The column times one number, or times a number per row."""
    if isinstance(factor, Exact):
        return times(values, factor)
    num, den = Fraction(factor).as_integer_ratio()
    return Exact(_product(values.num, num), _product(values.den, den))


def plus(left: Exact, right: Exact) -> Exact:
    """Sum, unknown where one term is. Reduced where it would else leave int64."""
    if np.array_equal(left.den, right.den) and _size(left.num) + _size(right.num) < 2 * _SAFE:
        return Exact(left.num + right.num, left.den)
    if all(map(_fits, (left.num, right.num, left.den), (right.den, left.den, right.den))):
        return Exact(left.num * right.den + right.num * left.den, left.den * right.den)
    shared = np.maximum(np.gcd(left.den, right.den), 1)
    first = _product(left.num, right.den // shared)
    second = _product(right.num, left.den // shared)
    return Exact(_wide_sum(first, second), _product(left.den, right.den // shared))


def minus(left: Exact, right: Exact) -> Exact:
    """Difference, unknown where one term is."""
    return plus(left, Exact(-right.num, right.den))


def over(left: Exact, right: Exact) -> Exact:
    """Quotient, unknown where one side is unknown or the divisor is zero."""
    known = right.known & (right.num != 0)
    divisor = Exact(np.where(known, right.den, 0), np.where(known, right.num, 0))
    return times(left, divisor)


def less(left: Exact, right: Exact) -> Flags:
    """True where both are known and ``left < right`` (cross-multiplied, R0.8)."""
    below = _product(left.num, right.den) < _product(right.num, left.den)
    return np.asarray(below & left.known & right.known, dtype=np.bool_)


def at_least(left: Exact, right: Exact) -> Flags:
    """True where both are known and ``left >= right``."""
    return np.asarray(left.known & right.known & ~less(left, right), dtype=np.bool_)


def only(values: Exact, where: Flags, otherwise: int | None = None) -> Exact:
    """The column where `where` holds; elsewhere unknown, or the number given."""
    known = otherwise is not None
    return Exact(
        np.where(where, values.num, otherwise or 0), np.where(where, values.den, int(known))
    )


def where(condition: Flags, chosen: Exact, otherwise: Exact) -> Exact:
    """One column where the condition holds, the other elsewhere."""
    return Exact(
        np.where(condition, chosen.num, otherwise.num),
        np.where(condition, chosen.den, otherwise.den),
    )


def floor(values: Exact) -> Whole:
    """The greatest whole number not above each known one; 0 where unknown."""
    return np.where(values.known, values.num // np.where(values.known, values.den, 1), 0)


def scattered(values: Exact, rows: npt.NDArray[np.intp], count: int) -> Exact:
    """A column of `count` zeros that holds the values at the rows given."""
    num = np.zeros(count, dtype=values.num.dtype)
    den = np.ones(count, dtype=values.den.dtype)
    num[rows], den[rows] = values.num, values.den
    return Exact(num, den)


def order_keys(values: Exact) -> Whole:
    """Python integers in the order of the numbers, equal where these are equal; all are known.

    Two different fractions lie at least one over the product of their denominators apart, so
    that multiplied with the square of the greatest denominator they differ in whole numbers.
    """
    widest = max(values.den.tolist(), default=1)
    return np.asarray(values.num.astype(np.object_) * widest**2 // values.den)


def fen(column: Exact) -> Amounts:
    """Amounts in fen of a column in yuan, rounded half up once (R0.6)."""
    den = np.where(column.known, column.den, 1)
    rounded = _wide_sum(_product(column.num, 200), den) // _product(den, 2)
    return Amounts(np.where(column.known, rounded, 0), column.known)


def _wide_sum(left: Whole, right: Whole) -> Whole:
    if left.dtype == right.dtype == np.int64:
        return left + right  # both are below 2**61 by construction
    return np.asarray(left.astype(np.object_) + right.astype(np.object_))


def amounts_at(amounts: Amounts, rows: npt.NDArray[np.intp], known: Flags) -> Amounts:
    """Amounts of all rows from those of a few: 0.00 at every other row that is known."""
    fen_of_all = np.zeros(len(known), dtype=amounts.fen.dtype)
    fen_of_all[rows] = amounts.fen
    return Amounts(fen_of_all, known)


def total(column: Exact) -> Fraction:
    """Sum of the known numbers."""
    return grouped_totals(column, np.zeros(len(column), dtype=np.intp), 1)[0]


def grouped_totals(column: Exact, groups: npt.NDArray[np.intp], group_count: int) -> list[Fraction]:
    """Sum of the known numbers of each group: numerators are added for each denominator."""
    order = np.lexsort((column.den, groups))
    group, den = groups[order], column.den[order]
    starts = np.flatnonzero((np.diff(group, prepend=-1) != 0) | (np.diff(den, prepend=-1) != 0))
    sums = [Fraction(0)] * group_count
    if len(starts):
        nums = np.add.reduceat(column.num[order].astype(np.object_), starts)
        for place, num, part in zip(group[starts], nums, den[starts], strict=True):
            sums[place] += Fraction(int(num), int(part)) if part else 0
    return sums
