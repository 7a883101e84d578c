"""A made-up landscape on two dates: fields, woods, roofs, water, and plots built on between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from tests.imagery.scenes import EPSG, NORTH, PIXEL_M, WEST

SIDE: Final = 160
_PLOT: Final = 20  # pixels a side
_INSET: Final = 2
_NOISE: Final = 60.0
COVERS: Final = {  # blue, green, red, nir, swir1, swir2 on either date, 1/10,000
    "field": ((500, 900, 700, 3600, 2000, 1000), (700, 1100, 1100, 2800, 2400, 1400)),
    "wood": ((300, 600, 400, 3900, 1600, 700), (300, 600, 450, 3700, 1650, 750)),
    "water": ((600, 700, 500, 300, 150, 100), (650, 750, 550, 330, 160, 110)),
    "roof": ((1800, 1900, 2000, 2300, 2500, 2300), (1800, 1900, 2000, 2300, 2500, 2300)),
    "soil": ((1100, 1500, 1900, 2600, 3300, 2900), (1050, 1450, 1850, 2550, 3250, 2850)),
}
_NAMES: Final = tuple(COVERS)
_ROOF: Final = _NAMES.index("roof")
_WATER: Final = _NAMES.index("water")

Plots = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """What covers each plot before and after."""

    earlier: Plots
    later: Plots
    seed: int

    @classmethod
    def of_seed(cls, seed: int) -> Self:
        """One in eight plots is built on between the dates."""
        chance = np.random.default_rng(seed)
        count = SIDE // _PLOT
        earlier = chance.choice(len(_NAMES), (count, count), p=[0.4, 0.2, 0.05, 0.25, 0.1])
        is_built = (chance.random((count, count)) < 1 / 8) & ~np.isin(earlier, [_ROOF, _WATER])
        return cls(earlier, np.where(is_built, _ROOF, earlier), seed)

    @property
    def is_changed(self) -> npt.NDArray[np.bool_]:
        """Of each parcel, whether it was built on."""
        return (self.earlier != self.later).ravel()

    @property
    def middle_y(self) -> float:
        """Northing of the middle row."""
        return NORTH - SIDE / 2 * PIXEL_M

    def before(self) -> npt.NDArray[np.uint16]:
        """The scene of the first date."""
        return self._drawn(self.earlier, 0)

    def after(self) -> npt.NDArray[np.uint16]:
        """The scene of the second date: other crops, and another light."""
        return (self._drawn(self.later, 1) * 0.8 + 250).astype(np.uint16)

    def _drawn(self, plots: Plots, moment: int) -> npt.NDArray[np.uint16]:
        spectra = np.array([COVERS[name][moment] for name in _NAMES], dtype=np.float64)
        layers = spectra[plots].transpose(2, 0, 1)
        layers = np.kron(layers, np.ones((1, _PLOT, _PLOT)))
        texture = np.random.default_rng(self.seed + 1).normal(1, 0.08, (SIDE, SIDE))
        noise = np.random.default_rng(self.seed + 2 + moment).normal(0, _NOISE, layers.shape)
        return np.clip(layers * texture + noise, 1, 20000).astype(np.uint16)


def parcels_of(land: Landscape) -> gpd.GeoDataFrame:
    """A parcel within each plot, row by row."""
    count = len(land.earlier)
    low, high = _INSET * PIXEL_M, (_PLOT - _INSET) * PIXEL_M
    rows, cols = np.divmod(np.arange(count * count), count)
    west, north = WEST + cols * _PLOT * PIXEL_M, NORTH - rows * _PLOT * PIXEL_M
    shapes = shapely.box(west + low, north - high, west + high, north - low)
    return gpd.GeoDataFrame(geometry=shapes, crs=EPSG)
