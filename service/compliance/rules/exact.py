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


def _fits(*factors: Whole) -> bool:
    """True when the product of the factors surely stays within int64."""
    estimate = 1.0
    for factor in factors:
        if factor.dtype == np.object_:
            return False
        estimate *= max(1.0, float(np.abs(factor).max(initial=0)))
    return estimate < _SAFE


def _product(left: Whole, right: Whole) -> Whole:
    if _fits(left, right):
        return left * right
    size = np.abs(left.astype(np.float64)) * np.abs(right.astype(np.float64))
    if np.object_ not in (left.dtype, right.dtype) and size.max(initial=0.0) < _SAFE:
        return left * right
    return np.asarray(left.astype(np.object_) * right.astype(np.object_))


def constant(value: Fraction | int, count: int) -> Exact:
    """A column that holds one value `count` times."""
    num, den = Fraction(value).as_integer_ratio()
    return Exact(np.full(count, num, dtype=np.int64), np.full(count, den, dtype=np.int64))


def whole(numbers: npt.NDArray[np.integer], known: Flags) -> Exact:
    """A column of whole numbers, unknown where `known` is False."""
    return Exact(np.where(known, numbers, 0).astype(np.int64), known.astype(np.int64))


def times(left: Exact, right: Exact) -> Exact:
    """Product, in lowest terms when the factors are; unknown where one factor is."""
    first = np.maximum(np.gcd(left.num, right.den), 1)
    second = np.maximum(np.gcd(right.num, left.den), 1)
    num = _product(left.num // first, right.num // second)
    den = _product(left.den // second, right.den // first)
    return Exact(num, den)


def scaled(column: Exact, factor: Fraction | int) -> Exact:
    """The column times one number."""
    return times(column, constant(factor, len(column)))


def plus(left: Exact, right: Exact) -> Exact:
    """Sum, unknown where one term is; the common denominator is the least one."""
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


def known_or_zero(column: Exact) -> Exact:
    """The column with zero where it is unknown (for sums over what is known)."""
    return Exact(column.num, np.where(column.known, column.den, 1))


def only(column: Exact, where: Flags) -> Exact:
    """The column, unknown where `where` is False."""
    return Exact(np.where(where, column.num, 0), np.where(where, column.den, 0))


def fen(column: Exact) -> Amounts:
    """Amounts in fen of a column in yuan, rounded half up once (R0.6)."""
    den = np.where(column.known, column.den, 1)
    doubled = _product(column.num, np.full(len(column), 200, dtype=np.int64))
    rounded = _wide_sum(doubled, den) // _product(den, np.full(len(column), 2, dtype=np.int64))
    return Amounts(np.where(column.known, rounded, 0), column.known)


def _wide_sum(left: Whole, right: Whole) -> Whole:
    if left.dtype == right.dtype == np.int64:
        return left + right  # both are below 2**61 by construction
    return np.asarray(left.astype(np.object_) + right.astype(np.object_))
