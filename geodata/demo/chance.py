"""Seeded chance: the same draws on every machine and with every release of numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_BELL = NormalDist()


class Chance:
    """A stream of draws made from plain uniform numbers.

    numpy may change how it draws from a distribution; the raw generator and its uniform numbers
    it keeps. So everything here is built on those.

    Parameters
    ----------
    seed, *stream
        The same numbers give the same draws; each part of the district has its own stream, so
        that a change in one leaves the others as they were.
    """

    def __init__(self, seed: int, *stream: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, *stream]))

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to `high`."""
        return low + (high - low) * float(self._generator.random())

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + int(self.between(0, high - low + 1))

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.between(0, 1) < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[self.whole(0, len(options) - 1)]

    def bell(self) -> float:
        """A number of the standard normal distribution, within four deviations."""
        return _BELL.inv_cdf(self.between(0.00004, 0.99996))

    def size(self, median: float, spread: float) -> float:
        """A number of the log-normal distribution with this median and logarithmic spread."""
        return median * math.exp(spread * self.bell())

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a drawn order."""
        keys = self._generator.random(len(items))
        return [items[i] for i in np.argsort(keys, kind="stable")]
