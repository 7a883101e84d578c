"""Change between two dates: against what most of the land did, without any example of change.

Light, haze and season shift the values of the whole scene. The bands of both dates are combined so
that they agree as well as they can on the land that did not change, which is found by weighting
pixels anew by how well they agree (iteratively re-weighted multivariate alteration detection). What
is left of the difference, over all bands, is large where the land itself changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.linalg import eigh
from scipy.special import chdtrc, chdtri

from geodata.errors import UsageError
from geodata.imagery.grid import Pixels, Values
from geodata.model.imagery_lists import Band

_ROUNDS: Final = 10
_LEAST_SAMPLE: Final = 200
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class ChangeModel:
    """How two scenes are made comparable.

    Attributes
    ----------
    bands
        The bands both have.
    before_mean, after_mean
        Mean of each over the unchanged land.
    before_axes, after_axes
        Combinations of the bands that agree on it, one to a column.
    spread
        Variance of their difference there.
    unit
        What the statistic is divided by, so that half of the land lies below the median of its
        distribution.
    """

    bands: tuple[Band, ...]
    before_mean: Values
    after_mean: Values
    before_axes: Values
    after_axes: Values
    spread: Values
    unit: float

    def difference(self, before: Pixels, after: Pixels) -> Values:
        """How far each pixel differs: chi-square of as many degrees as there are bands."""
        return self.between(before.only(self.bands).values, after.only(self.bands).values)

    def between(self, before: Values, after: Values) -> Values:
        """The same of values of the bands, one line to a band."""
        left = self.before_axes.T @ (before - self.before_mean[:, None])
        right = self.after_axes.T @ (after - self.after_mean[:, None])
        found: Values = ((left - right) ** 2 / self.spread[:, None]).sum(axis=0) / self.unit
        return found

    def limit(self, chance: float) -> float:
        """The difference that unchanged land exceeds with a probability."""
        return float(chdtri(len(self.bands), chance))


def fit_change(before: Pixels, after: Pixels) -> ChangeModel:
    """Find how two scenes are made comparable from pixels of both, in the same order.

    Raises
    ------
    UsageError
        When they share no band, or too few pixels are seen on both.
    """
    bands = tuple(band for band in before.bands if band in after.bands)
    seen = before.is_clear & after.is_clear
    if not bands or seen.sum() < _LEAST_SAMPLE:
        raise UsageError(
            "The two scenes have {bands} bands and {pixels} cloudless pixels in common.",
            "Compare scenes of the same land and bands, with {least} cloudless pixels at least.",
            bands=len(bands),
            pixels=int(seen.sum()),
            least=_LEAST_SAMPLE,
        )
    one, other = (scene.only(bands).among(seen).values for scene in (before, after))
    median = float(chdtri(len(bands), 0.5))
    weight = np.ones(one.shape[1])
    for _ in range(_ROUNDS):
        model = _agreement(bands, one, other, weight / weight.sum())
        unit = float(np.median(model.between(one, other))) / median
        model = replace(model, unit=max(unit, _TINY))
        weight = np.maximum(chdtrc(len(bands), model.between(one, other)), _TINY)
    return model


def _agreement(bands: tuple[Band, ...], one: Values, other: Values, weight: Values) -> ChangeModel:
    """The combinations of bands that agree best on weighted pixels (canonical correlation)."""
    means = one @ weight, other @ weight
    left, right = one - means[0][:, None], other - means[1][:, None]
    own, others = _firm((left * weight) @ left.T), _firm((right * weight) @ right.T)
    both = (left * weight) @ right.T
    squares, axes = eigh(both @ np.linalg.solve(others, both.T), own)
    agreement = np.sqrt(np.clip(squares, 0, 1 - _TINY))
    partners = np.linalg.solve(others, both.T @ axes)
    length = np.sqrt(np.einsum("ij,ik,kj->j", partners, others, partners))
    partners /= np.maximum(length, _TINY)
    return ChangeModel(bands, *means, axes, partners, 2 * (1 - agreement), unit=1.0)


def _firm(covariance: Values) -> Values:
    """A covariance that can be inverted though a band never varies or repeats another one."""
    ridge = _TINY * max(float(np.trace(covariance)), _TINY)
    firm: Values = covariance + ridge * np.eye(len(covariance))
    return firm
