"""How a scene is shown: three of its bands as red, green and blue, stretched to what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from geodata.imagery.grid import Patch
from geodata.imagery.reading import reading
from geodata.imagery.scene import Scene
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
    """How a scene is shown, from a small copy of it; clouds, which outshine land, do not count.

    Raises
    ------
    InputFileError
        When it can no longer be read.
    """
    found = [scene.bands.index(band) for band in _bands(scene)]
    with reading(scene, scene.grid.coarser(_SAMPLE)) as reader:
        small = reader.patch(reader.grid.whole)
    land = small.is_clear if small.is_clear.any() else small.is_valid
    limits = tuple(_limits(small.values[place, land] / scene.scale) for place in found)
    return Stretch(tuple(place + 1 for place in found), limits)


def _bands(scene: Scene) -> tuple[Band, ...]:
    for bands in _SHOWN:
        if set(bands) <= set(scene.bands):
            return bands
    return scene.bands[:1] * 3


def _limits(values: npt.NDArray[np.float32]) -> tuple[float, float]:
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, (_DARKEST, _BRIGHTEST))
    return float(low), float(max(high, low + 1e-6))
