"""Units of area: 1 mu is 2000/3 m² exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

MU_PER_M2: Final = Fraction(3, 2000)


def mu(area_m2: Fraction | int) -> Fraction:
    """Area in mu, exactly (R0.7). Round only for display, and totals only once."""
    return Fraction(area_m2) * MU_PER_M2
