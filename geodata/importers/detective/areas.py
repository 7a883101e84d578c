"""Stated areas whose unit is not what it is said to be: mu for hectares, hectares for m²."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity
from geodata.model.units import MU_PER_M2

Numbers = npt.NDArray[np.float64]

_AGREES: Final = 0.01
_MOST: Final = 0.8
_SHIFTED_UNIT: Final = 0.05


class AreaUnit(Enum):
    """A unit of area: label, and its size in m²."""

    M2 = ("m²", Fraction(1))
    MU = ("mu (亩)", 1 / MU_PER_M2)
    HECTARE = ("ha", Fraction(10_000))
    KM2 = ("km²", Fraction(1_000_000))

    def __init__(self, label: str, m2: Fraction) -> None:
        self.label = label
        self.m2 = m2


def best_unit(
    stated: Sequence[float] | Numbers, computed_m2: Numbers, tolerance: float = _AGREES
) -> AreaUnit | None:
    """The unit in which most stated areas agree with the computed ones; None when none does.

    Parameters
    ----------
    stated
        Areas as written; nan where none is.
    computed_m2
        Area of each shape, in m²; nan for a missing one.
    tolerance
        Largest difference that still agrees, as a share.
    """
    numbers = np.asarray(stated, dtype=np.float64)
    known = (numbers > 0) & (computed_m2 > 0)
    if not known.any():
        return None
    ratios = computed_m2[known] / numbers[known]
    for unit in AreaUnit:
        if np.mean(np.abs(ratios / float(unit.m2) - 1) <= tolerance) >= _MOST:
            return unit
    return None


def judge_area_unit(
    stated: Sequence[float] | Numbers, computed_m2: Numbers, believed: AreaUnit
) -> tuple[AreaUnit, Issue | None]:
    """The unit the stated areas are in, and a remark when it is not the one believed.

    Another unit is taken only when at least four in five areas agree with it within 5 %; units lie
    a factor of 15 and more apart, so never more than one does.

    Parameters
    ----------
    stated, computed_m2
        As in `best_unit`.
    believed
        What the header or the format says.
    """
    found = best_unit(stated, computed_m2, _SHIFTED_UNIT)
    if found is None or found is believed:
        return believed, None
    numbers = np.asarray(stated, dtype=np.float64)
    known = (numbers > 0) & (computed_m2 > 0)
    return found, Issue(
        IssueSeverity.REPAIRED,
        "The stated areas are read as {found}, not {believed}: as {believed} they would be"
        " {ratio} times as large as the {count} shapes.",
        {
            "found": found.label,
            "believed": believed.label,
            "ratio": float(f"{float(believed.m2 / found.m2):.4g}"),
            "count": int(known.sum()),
        },
    )
