"""Floats as the decimal numbers a person sees in their place, exactly, many at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Exact, Flags
from geodata.model.scalars import EXACT_LIMIT

Numbers = npt.NDArray[np.float64]

_PLACES: Final = 15
_SURE_BELOW: Final = 1e15  # no two decimals of fifteen digits are nearest to one float


def exact_floats(numbers: Numbers, factor: Fraction = Fraction(1)) -> tuple[Exact, Flags]:
    """The numbers times a factor, and which of them could be read.

    Those that could not are unknown: negative ones, and those that need more than fifteen digits or
    cannot be held. `geodata.model.scalars.read_number` reads them, or says why not.

    >>> numbers, is_read = exact_floats(np.array([0.1, -1.0]), Fraction(10_000))
    >>> numbers.fraction(0), is_read.tolist()
    (Fraction(1000, 1), [True, False])
    """
    digits = np.zeros(len(numbers), dtype=np.int64)
    scale = np.zeros(len(numbers), dtype=np.int64)
    largest = min(_SURE_BELOW, EXACT_LIMIT / factor.numerator)
    left = np.flatnonzero((numbers >= 0) & (numbers < largest))
    for places in range(_PLACES):
        if not len(left) or 10**places * factor.denominator >= EXACT_LIMIT:
            break
        whole = np.rint(numbers[left] * 10.0**places)
        left, whole = left[whole < largest], whole[whole < largest]
        # Both are held exactly, so the quotient is the float nearest to the decimal.
        is_read = whole / 10.0**places == numbers[left]
        digits[left[is_read]], scale[left[is_read]] = whole[is_read], 10**places
        left = left[~is_read]
    num, den = digits * factor.numerator, scale * factor.denominator
    common = np.maximum(np.gcd(num, den), 1)
    return Exact(num // common, den // common), scale > 0
