"""How often forecasts are right: ``python -m tests.indicators.calibration SEED ...``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.compliance.indicators.forecast import forecast

from .worlds import world


@dataclass(frozen=True, slots=True)
class Calibration:
    """Forecasts held against what came of them.

    Attributes
    ----------
    within_90, within_50
        Share of districts in which the land done lies within the interval.
    brier
        Mean square of chance less outcome (1 reached, 0 missed).
    base_rate_brier
        The same for a forecast that always names the share of goals reached.
    """

    within_90: float
    within_50: float
    brier: float
    base_rate_brier: float


def calibrate(seed: int, districts: int = 240, draws: int = 100) -> Calibration:
    """Forecast many districts, each once."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(districts):
        one = world(chance)
        told = forecast(one.claims, one.planned_on, {}, [one.goal], one.as_of, draws=draws)
        assert told.outlooks
        outlook, done = told.outlooks[0], one.done_mu
        band, is_reached = outlook.band, done >= one.goal.mu
        found.append(
            (
                band.low_90[-1] <= done <= band.high_90[-1],
                band.low_50[-1] <= done <= band.high_50[-1],
                (outlook.chance - is_reached) ** 2,
                is_reached,
            )
        )
    within_90, within_50, brier, base_rate = np.array(found, dtype=float).mean(axis=0).tolist()
    return Calibration(within_90, within_50, brier, base_rate * (1 - base_rate))


def main(seeds: Sequence[int]) -> None:
    """A table with a line for each seed."""
    for seed in seeds:
        one = calibrate(seed)
        cells = (f"{seed}", f"{one.within_90:.1%}", f"{one.within_50:.1%}")
        scores = (f"{one.brier:.3f}", f"{one.base_rate_brier:.3f}")
        sys.stdout.write(f"| {' | '.join((*cells, *scores))} |\n")


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]])
