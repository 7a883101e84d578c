"""How well change is told on the labelled pair: by blocks of land, each judged by the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import rasterio
from scipy.stats import rankdata

from geodata.imagery.change import fit_change
from geodata.imagery.grid import Pixels
from geodata.model.imagery_lists import Band

_BEFORE: Final = "nanjing_2000-05-03_landsat5.tif"
_AFTER: Final = "nanjing_2002-07-12_landsat5.tif"
_BLOCK: Final = 160  # pixels a side, some 5 km
_FOLDS: Final = 5

Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accuracy:
    """Areas under the curve of the labelled pixels.

    Attributes
    ----------
    folds
        Of each part of the land.
    pooled
        Of all of them together.
    vegetation
        What the difference of the vegetation index alone reaches.
    """

    folds: tuple[float, ...]
    pooled: float
    vegetation: float


@dataclass(frozen=True)
class Labelled:
    """The Nanjing pair, and which of its pixels are labelled."""

    before: Pixels
    after: Pixels
    changed: Flags
    unchanged: Flags


def labelled(directory: Path) -> Labelled:
    """Read the pair."""
    return Labelled(
        *(_pixels(directory / name) for name in (_BEFORE, _AFTER)),
        *(_layer(directory / f"{name}_mask.tif") for name in ("change", "unchanged")),
    )


def blocked_auc(directory: Path) -> Accuracy:
    """Judge the labelled pixels of the Nanjing pair."""
    pair = labelled(directory)
    before, after, changed, unchanged = pair.before, pair.after, pair.changed, pair.unchanged
    fold, score = _folds(before), np.zeros(len(changed))
    for number in range(_FOLDS):
        others, own = (fold != number) & _thinned(fold), fold == number
        model = fit_change(before.among(others), after.among(others))
        score[own] = model.difference(before.among(own), after.among(own))
    parts = tuple(
        auc(score, changed & (fold == number), unchanged & (fold == number))
        for number in range(_FOLDS)
    )
    green = np.abs(_greenness(after) - _greenness(before))
    return Accuracy(parts, auc(score, changed, unchanged), auc(green, changed, unchanged))


def auc(score: Scores, positive: Flags, negative: Flags) -> float:
    """Probability that a changed pixel has the higher score than an unchanged one."""
    ranks = rankdata(np.concatenate([score[positive], score[negative]]))
    count = int(positive.sum())
    above = ranks[:count].sum() - count * (count + 1) / 2
    return float(above / (count * negative.sum()))


def _pixels(path: Path) -> Pixels:
    with rasterio.open(path) as dataset:
        values = dataset.read().reshape(dataset.count, -1).astype(np.float64)
    every = np.ones(values.shape[1], dtype=np.bool_)
    return Pixels(tuple(Band), values, is_valid=every, is_cloud=~every)


def _layer(path: Path) -> Flags:
    with rasterio.open(path) as dataset:
        layer: Flags = dataset.read(1).ravel() > 0
    return layer


def _folds(pixels: Pixels) -> npt.NDArray[np.intp]:
    """The part each pixel belongs to: blocks, no two beside each other in the same part."""
    side = int(np.sqrt(pixels.values.shape[1]))
    rows, cols = np.divmod(np.arange(side * side), side)
    return (rows // _BLOCK + 2 * (cols // _BLOCK)) % _FOLDS


def _thinned(fold: npt.NDArray[np.intp]) -> Flags:
    """One pixel in seven: as good to learn from as all of them."""
    return np.arange(len(fold)) % 7 == 0


def _greenness(pixels: Pixels) -> Scores:
    nir, red = pixels.of(Band.NIR), pixels.of(Band.RED)
    greenness: Scores = (nir - red) / np.maximum(nir + red, 1)
    return greenness
