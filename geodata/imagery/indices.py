"""Indices of pixels: normalised differences of bands, and what may be built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from geodata.imagery.grid import Flags, Pixels, Values
from geodata.model.imagery_lists import Band, SpectralIndex

TERMS: Final[Mapping[SpectralIndex, tuple[tuple[Band, ...], tuple[Band, ...]]]] = {
    SpectralIndex.NDVI: ((Band.NIR,), (Band.RED,)),
    SpectralIndex.NDBI: ((Band.SWIR1,), (Band.NIR,)),
    SpectralIndex.BSI: ((Band.SWIR1, Band.RED), (Band.NIR, Band.BLUE)),
    SpectralIndex.NDWI: ((Band.GREEN,), (Band.NIR,)),
}
"""Bands that are added up on either side of the difference."""

# Conventions of the product, on indices of reflectance: what is green or water is not built; what
# is neither may be built or bare, and bare soil reflects more in the short-wave infrared. Between
# the two limits of green a pixel may be partly built on, as where a roof ends beside a meadow.
_GREEN_FROM: Final = 0.35
_WHOLLY_GREEN_FROM: Final = 0.80
_WATER_FROM: Final = 0.10
_SEALED_MOST_GREEN: Final = 0.20
_BARE_FROM: Final = 0.10


def indices_of(bands: tuple[Band, ...]) -> tuple[SpectralIndex, ...]:
    """The indices that can be had from some bands."""
    known = set(bands)
    return tuple(index for index, (plus, minus) in TERMS.items() if known >= {*plus, *minus})


def index_values(pixels: Pixels, index: SpectralIndex) -> Values:
    """An index of each pixel, -1 to 1; nan where its bands add up to nothing."""
    return _difference(pixels, *TERMS[index])


def _difference(pixels: Pixels, *sides: tuple[Band, ...]) -> Values:
    plus, minus = (_total(pixels, side) for side in sides)
    total = plus + minus
    has_light = total > 0
    found: Values = np.full(total.shape, np.nan)
    np.divide(plus - minus, total, out=found, where=has_light)
    return found


def built_limits(pixels: Pixels) -> tuple[Flags, Flags, Values] | None:
    """Which pixels are built for certain, which probably, and how much of each is at most.

    None where the bands tell nothing of vegetation. Without short-wave infrared bare soil cannot be
    told from roofs: then nothing is certain or probable.
    """
    known = indices_of(pixels.bands)
    if SpectralIndex.NDVI not in known:
        return None
    green = index_values(pixels, SpectralIndex.NDVI)
    bareness = (_WHOLLY_GREEN_FROM - green) / (_WHOLLY_GREEN_FROM - _GREEN_FROM)
    most = np.where(_is_water(pixels), 0, np.nan_to_num(np.clip(bareness, 0, 1)))
    if SpectralIndex.BSI not in known:
        nothing = np.zeros(most.shape, dtype=np.bool_)
        return nothing, nothing, most
    is_bare = index_values(pixels, SpectralIndex.BSI) >= _BARE_FROM
    probably = (most == 1) & ~is_bare
    certain = probably & (green < _SEALED_MOST_GREEN)
    certain &= index_values(pixels, SpectralIndex.NDBI) > green
    return certain, probably, most


def _is_water(pixels: Pixels) -> Flags:
    """Where green outshines every infrared band there is: a blue roof does so in the nearest alone.

    Nowhere, where the bands do not tell.
    """
    if Band.GREEN not in pixels.bands:
        return np.zeros(pixels.is_valid.shape, dtype=np.bool_)
    infrared = [band for band in (Band.NIR, Band.SWIR1) if band in pixels.bands]
    shares = [_difference(pixels, (Band.GREEN,), (band,)) for band in infrared]
    water: Flags = np.min(shares, axis=0) >= _WATER_FROM
    return water


def _total(pixels: Pixels, bands: tuple[Band, ...]) -> Values:
    first, *others = (pixels.of(band) for band in bands)
    return sum(others, first)
