"""What a plan must not exceed: land or money, in a town or a year."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import floor
from typing import Final

from service.compliance.indicators.goals import UNITS_PER_MU

FEN_PER_YUAN: Final = 100


class Measure(Enum):
    """What a limit is counted in."""

    MU = "mu"
    YUAN = "yuan"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much in a town, in a year, or in one year of a town.

    Attributes
    ----------
    measure, at_most
        Land in mu or money in yuan.
    town, year
        Where and when; None for all of them together.
    """

    measure: Measure
    at_most: Fraction
    town: str | None = None
    year: int | None = None

    @property
    def whole(self) -> int:
        """The limit in whole units of land or in fen, rounded down."""
        return floor(self.at_most * self._scale)

    @property
    def _scale(self) -> int:
        return UNITS_PER_MU if self.measure is Measure.MU else FEN_PER_YUAN

    def raised_by(self, whole: int) -> Fraction:
        """Mu or yuan to be added so that the whole amount over the limit fits."""
        return Fraction(self.whole + whole, self._scale) - self.at_most
