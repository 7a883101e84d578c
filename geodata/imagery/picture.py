"""How a scene is shown: three of its bands as red, green and blue, stretched to what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image
from rasterio.enums import Resampling

from geodata.imagery.grid import Patch
from geodata.imagery.scene import Scene, opened
from geodata.model.imagery_lists import Band

_SHOWN: Final = (
    (Band.RED, Band.GREEN, Band.BLUE),
    (Band.SWIR1, Band.NIR, Band.RED),
    (Band.NIR, Band.RED, Band.GREEN),
)
_SAMPLE: Final = 512  # pixels a side of the small copy that tells how bright the scene is
_UNKNOWN: Final = (153, 153, 153)
_DARKEST, _BRIGHTEST = 2, 98  # per cent


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which layers of a file are shown, and the values that are black and full.

    Attributes
    ----------
    layers
        Numbers of the layers, from 1: three, or one three times.
    limits
        Of each, what is black and what is full, as the file has it.
    """

    layers: tuple[int, ...]
    limits: tuple[tuple[float, float], ...]

    def picture(self, patch: Patch, scale: float) -> Image.Image:
        """Pixels of a scene in colours; what has no value is grey.

        Parameters
        ----------
        scale
            What the values of the file were multiplied by.
        """
        values = patch.values[[layer - 1 for layer in self.layers]] / np.float32(scale)
        low, high = np.array(self.limits, dtype=np.float32).T[..., None, None]
        shown = np.nan_to_num((values - low) / (high - low) * np.float32(255))
        colours = np.clip(shown, 0, 255).astype(np.uint8).transpose(1, 2, 0)
        colours[~patch.is_valid] = _UNKNOWN
        return Image.fromarray(colours, "RGB")


def stretch_of(scene: Scene) -> Stretch:
    """How a scene is shown, from a small copy of it.

    Raises
    ------
    InputFileError
        When it can no longer be read.
    """
    found = [scene.bands.index(band) + 1 for band in _bands(scene)]
    with opened(scene.path) as dataset:
        shape = (min(dataset.height, _SAMPLE), min(dataset.width, _SAMPLE))
        small = dataset.read(found, out_shape=shape, masked=True, resampling=Resampling.nearest)
    return Stretch(tuple(found), tuple(map(_limits, small)))


def _bands(scene: Scene) -> tuple[Band, ...]:
    for bands in _SHOWN:
        if set(bands) <= set(scene.bands):
            return bands
    return scene.bands[:1] * 3


def _limits(layer: np.ma.MaskedArray[tuple[int, ...], np.dtype[np.generic]]) -> tuple[float, float]:
    values = layer.compressed()
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, (_DARKEST, _BRIGHTEST))
    return float(low), float(max(high, low + 1e-6))
