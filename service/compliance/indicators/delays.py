"""How late entries come: what the register's own record of delays teaches, and how surely.

A delay is the day the evidence was complete less the day planned; early is negative. Entries not
done yet are no gap in the record: each says that its delay is longer than its age. All entries lie
on one scale from 0 to 1, those finished from the bottom by their delay, those withdrawn from the
top by their age, those still open in between (Aalen-Johansen). On that scale, seen through the
normal distribution, an entry is the sum of what all share, its town, its year and its own luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from geodata.model.columns import Days, Flags

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

FEWEST_FINISHED: Final = 19
"""Delays from which on the least and the greatest of them enclose the next one in 90 of 100 cases:
it falls below n others, or above them, with a chance of 1 / (n + 1) each."""

_SWEEPS: Final = 30
_FARTHEST: Final = 38.0  # standard deviations beyond which a chance is no longer told from 0
_LEAST: Final = 1e-300  # a chance to divide by
_SPREAD_SHAPE: Final = 1.0
_SPREAD_SCALE: Final = 0.05
"""Prior of the spread of towns, and of the steps from year to year: inverse gamma, on a scale on
which single entries spread by 1. It is weak: half its weight lies above a standard deviation of
0.27."""


@dataclass(frozen=True, slots=True)
class DelayRecord:
    """Entries with a planned day, one row each.

    Attributes
    ----------
    age
        Days from the planned day to the end of the entry, or to today while it is open.
    is_done, is_withdrawn
        How it ended; neither while it is open.
    town
        Town, numbered from 0.
    year
        Year of the planned day, numbered from 0 for the first one.
    """

    age: Days
    is_done: Flags
    is_withdrawn: Flags
    town: Places
    year: Places

    @property
    def is_open(self) -> Flags:
        """Neither done nor withdrawn."""
        return ~(self.is_done | self.is_withdrawn)


@dataclass(frozen=True, slots=True)
class _Shares:
    """Share of entries that have ended by an age: to the middle of each step, whole after the last.

    Attributes
    ----------
    ages, middles
        Ages at which something ended, ascending, and the share up to the middle of each.
    whole
        Share that ended at any age.
    """

    ages: Numbers
    middles: Numbers
    whole: float

    @classmethod
    def of(cls, ages: Days, shares: Numbers) -> Self:
        """What ended at each age, added up."""
        ended = shares > 0
        steps = shares[ended]
        return cls(ages[ended].astype(np.float64), steps.cumsum() - steps / 2, float(steps.sum()))

    def by(self, age: npt.NDArray[Any]) -> Numbers:
        """Share that has ended by an age in days."""
        if not len(self.ages):
            return np.zeros(age.shape)
        return np.asarray(np.interp(age, self.ages, self.middles, left=0.0, right=self.whole))


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the delays on record lie between 0 and 1: finished from below, withdrawn from above."""

    finished: _Shares
    withdrawn: _Shares

    @classmethod
    def of(cls, record: DelayRecord) -> Self:
        """The scale of a record; open entries count for as long as they are known to be open."""
        ages, place = np.unique(record.age, return_inverse=True)
        left = np.bincount(place)
        at_risk = left[::-1].cumsum()[::-1]
        finished = np.bincount(place, record.is_done, len(ages)) / at_risk
        withdrawn = np.bincount(place, record.is_withdrawn, len(ages)) / at_risk
        still_open = np.concatenate(([1.0], np.cumprod(1 - finished - withdrawn)[:-1]))
        return cls(
            _Shares.of(ages, still_open * finished), _Shares.of(ages, still_open * withdrawn)
        )


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the record leaves possible, in equally likely versions.

    Attributes
    ----------
    scale
        The scale on which the scores lie.
    low, high
        Normal scores between which each open entry lies, in the order of the record.
    mean
        Version × open entry: the score that is expected.
    spread
        Of each version, the standard deviation of what is an entry's own.
    """

    scale: Scale
    low: Numbers
    high: Numbers
    mean: Numbers
    spread: Numbers

    def score(self, age: npt.NDArray[Any]) -> Numbers:
        """Score up to which entries are finished by an age in days."""
        return np.asarray(ndtri(self.scale.finished.by(age)))

    def finished(self, version: int, score: Numbers) -> Numbers:
        """Chance that each open entry comes to lie below a score, which none is below now."""
        low, high, below = (
            ndtr((limit - self.mean[version]) / self.spread[version])
            for limit in (self.low, self.high, score)
        )
        return np.asarray(np.clip((below - low) / np.maximum(high - low, _LEAST), 0, 1))


def learn(record: DelayRecord, versions: int, chance: np.random.Generator) -> Beliefs:
    """What the record teaches about its open entries.

    Every version is the end of a chain of its own, which guesses in turn where the open entries
    will come to lie and what all entries, towns and years have in common (Gibbs sampling).

    Parameters
    ----------
    record
        All entries with a planned day, at least one of them finished.
    versions
        How many versions to draw.
    chance
        Source of the draws.
    """
    scale = Scale.of(record)
    design, group = _design(record)
    low, high = _limits(record, scale)
    gram = design.T @ design
    coefficients = np.zeros((versions, design.shape[1]))
    mean = np.zeros((versions, len(design)))
    spread = np.ones(versions)
    for _ in range(_SWEEPS):
        score = _between(low, high, mean, spread[:, None], chance)
        priors = _precisions(coefficients, group, chance)
        products = np.einsum("ve,ec->vc", score, design)
        coefficients = _coefficients(products, gram, spread, priors, chance)
        mean = np.einsum("vc,ec->ve", coefficients, design)
        spread = np.sqrt(_variances(((score - mean) ** 2).sum(axis=1), len(design), chance))
    still = record.is_open
    return Beliefs(scale, low[still], high[still], mean[:, still], spread)


def _design(record: DelayRecord) -> tuple[Numbers, Places]:
    """One column for all, one for each town, one for each step to another year; their groups.

    As steps, years wander: one without a record continues from the year before it.
    """
    towns = record.town[:, None] == np.arange(record.town.max() + 1)
    steps = record.year[:, None] >= np.arange(1, record.year.max() + 1)
    all_alike = np.ones((len(record.age), 1))
    design = np.hstack([all_alike, towns, steps]).astype(np.float64)
    return design, np.repeat(np.arange(3), [1, towns.shape[1], steps.shape[1]])


def _limits(record: DelayRecord, scale: Scale) -> tuple[Numbers, Numbers]:
    """Normal scores between which each entry lies; equal for one that has ended."""
    finished, withdrawn = scale.finished.by(record.age), scale.withdrawn.by(record.age)
    low = np.where(record.is_withdrawn, 1 - withdrawn, finished)
    high = np.where(record.is_done, finished, 1 - withdrawn)
    return ndtri(low), ndtri(high)


def _between(
    low: Numbers, high: Numbers, mean: Numbers, spread: Numbers, chance: np.random.Generator
) -> Numbers:
    """Normal values between limits, drawn in the tail in which they are exact."""
    ended = low == high
    score = np.broadcast_to(low, mean.shape).copy()
    lower, upper = ((limit[~ended] - mean[:, ~ended]) / spread for limit in (low, high))
    turned = np.where(lower > 0, -1.0, 1.0)
    first, last = ndtr(turned * lower), ndtr(turned * upper)
    drawn = ndtri(first + chance.random(first.shape) * (last - first))
    drawn = np.clip(np.clip(turned * drawn, lower, upper), -_FARTHEST, _FARTHEST)
    score[:, ~ended] = mean[:, ~ended] + spread * drawn
    return score


def _precisions(coefficients: Numbers, group: Places, chance: np.random.Generator) -> Numbers:
    """One over the prior variance of each coefficient, given how far its group spreads."""
    precisions = np.ones_like(coefficients)
    for number in (1, 2):
        members = coefficients[:, group == number]
        variances = _variances((members**2).sum(axis=1), members.shape[1], chance)
        precisions[:, group == number] = 1 / variances[:, None]
    return precisions


def _variances(squares: Numbers, count: int, chance: np.random.Generator) -> Numbers:
    """Variances given the sum of squares of `count` values."""
    shape = _SPREAD_SHAPE + count / 2
    return np.asarray((_SPREAD_SCALE + squares / 2) / chance.gamma(shape, size=squares.shape))


def _coefficients(
    products: Numbers, gram: Numbers, spread: Numbers, priors: Numbers, chance: np.random.Generator
) -> Numbers:
    """Coefficients of all versions at once, given the scores (products with the design)."""
    variance = (spread**2)[:, None]
    precision = gram / variance[:, :, None] + priors[:, :, None] * np.eye(len(gram))
    noise = np.linalg.cholesky(precision) @ chance.normal(size=products.shape)[..., None]
    drawn = np.linalg.solve(precision, (products / variance)[..., None] + noise)
    return np.asarray(drawn[..., 0])
