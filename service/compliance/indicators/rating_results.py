"""What a rating gives, as columns and one by one: values, scores, ranks, classes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geodata.model.columns import NO_CODE, Codes, Exact, Flags
from geodata.model.rating_lists import RatingClass, RatingState
from service.compliance.law.schemes import Indicator, Scheme, SchemeVersion

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Scored:
    """One indicator of everybody.

    Attributes
    ----------
    base
        The value that earned the weight: as the scheme has it, or made from the group's mean.
    value, score
        Before and after base, weight, cap and floor; known for those who can be rated by it.
    filled, capped, floored
        The group's mean stands for a missing value; the cap, the floor was applied.
    """

    indicator: Indicator
    base: Fraction | None
    value: Exact
    score: Exact
    filled: Flags
    capped: Flags
    floored: Flags


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places of those rated; 0 for everybody else.

    Attributes
    ----------
    rank
        1 and the number of those who scored better.
    tied_count
        How many others have the same score.
    rated_count
        How many were rated.
    """

    rank: Counts
    tied_count: Counts
    rated_count: int


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator of one rated; see `Scored`."""

    indicator: Indicator
    base: Fraction | None
    value: Fraction | None
    score: Fraction | None
    is_filled: bool
    is_capped: bool
    is_floored: bool


@dataclass(frozen=True, slots=True)
class RatingResult:
    """The rating of one; score, rank and class are None where `state` says why not.

    A class is None also where the scheme does not state the limits of its classes.
    """

    name: str
    state: RatingState
    indicators: tuple[IndicatorResult, ...]
    score: Fraction | None
    rank: int | None
    tied_count: int
    rated_count: int
    rated_class: RatingClass | None


@dataclass(frozen=True, slots=True)
class Ratings:
    """The rating of everybody, one row each in the order of the figures.

    Attributes
    ----------
    state, rated_class
        `RatingState` codes; `RatingClass` codes, `NO_CODE` where there is none.
    """

    scheme: Scheme
    version: SchemeVersion
    names: tuple[str, ...]
    state: Codes
    indicators: tuple[Scored, ...]
    score: Exact
    ranks: Ranks
    rated_class: Codes

    def __len__(self) -> int:
        return len(self.names)

    def result(self, row: int) -> RatingResult:
        """The rating on one row, with each indicator."""
        code, rank = int(self.rated_class[row]), int(self.ranks.rank[row])
        return RatingResult(
            name=self.names[row],
            state=RatingState.at(int(self.state[row])),
            indicators=tuple(_on_row(one, row) for one in self.indicators),
            score=self.score.fraction(row) if rank else None,
            rank=rank or None,
            tied_count=int(self.ranks.tied_count[row]),
            rated_count=self.ranks.rated_count,
            rated_class=None if code == NO_CODE else RatingClass.at(code),
        )


def _on_row(one: Scored, row: int) -> IndicatorResult:
    return IndicatorResult(
        indicator=one.indicator,
        base=one.base,
        value=one.value.fraction(row),
        score=one.score.fraction(row),
        is_filled=bool(one.filled[row]),
        is_capped=bool(one.capped[row]),
        is_floored=bool(one.floored[row]),
    )
