"""Money of one case: exact until the end, then rounded half up to 0.01 once (R0.6)."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

_HALF = Fraction(1, 2)


def yuan(amount: Fraction) -> Decimal:
    """An exact amount in yuan as it is told, with two decimals."""
    return Decimal(math.floor(amount * 100 + _HALF)).scaleb(-2)
