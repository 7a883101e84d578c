"""Units of area: 1 mu is 2000/3 m² exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

MU_PER_M2: Final = Fraction(3, 2000)


def mu(area_m2: float | Decimal | Fraction) -> Fraction:
    """Area in mu, exactly (R0.7). Round only for display, and totals only once.

    Examples
    --------
    >>> mu(Decimal("29400.00"))
    Fraction(441, 10)
    """
    return Fraction(area_m2) * MU_PER_M2
