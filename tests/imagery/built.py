"""How the built share and its interval behave: on made-up land of known truth, on a real pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.imagery.indices import built_limits
from geodata.imagery.zonal import measure
from geodata.model.imagery_lists import Band
from tests.imagery.accuracy import labelled
from tests.imagery.landscape import COVERS
from tests.imagery.rates import clouds, moved
from tests.imagery.scenes import EPSG, NORTH, PIXEL_M, SIX, WEST, scene_of

_ROOFS: Final = (  # blue, green, red, nir, swir1, swir2 in 1/10,000
    COVERS["roof"][0],
    (1900, 1700, 1500, 1900, 2100, 1900),  # coated steel
    (4500, 4700, 4800, 5000, 4600, 4000),  # white sheeting
    (900, 1000, 1100, 1300, 1500, 1400),  # asphalt
)
_GROUNDS: Final = tuple(COVERS[name][0] for name in ("field", "wood", "soil"))
_ACROSS: Final = 8  # parcels a side
_PLOT: Final = 20  # pixels a side, of which all but two on each side are the parcel's
_INSET: Final = 2
_FINER: Final = 4  # so many small squares a side of a pixel: roofs do not end where pixels do
_VARIED: Final = 0.15
_NOISE: Final = 60.0

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class BuiltShares:
    """Built shares of parcels as they are, and as a scene shows them.

    Attributes
    ----------
    truth
        The share that is built.
    low, share, high
        What is measured; the estimate is nan where the bands give none.
    """

    truth: Values
    low: Values
    share: Values
    high: Values

    @property
    def held_share(self) -> float:
        """How many parcels have their truth in the interval."""
        return float(np.mean((self.low <= self.truth) & (self.truth <= self.high)))

    @property
    def width(self) -> float:
        """How wide the interval is on the average."""
        return float(np.mean(self.high - self.low))

    @property
    def error(self) -> float:
        """How far the estimates there are are from the truth on the average; nan without one."""
        return _mean(np.abs(self.share - self.truth)[~np.isnan(self.share)])

    @property
    def third_share(self) -> float:
        """How many of them are on the same side of a third as the truth; nan without one."""
        is_above = (self.share >= 1 / 3) == (self.truth >= 1 / 3)
        return _mean(is_above[~np.isnan(self.share)])


def made_up(
    directory: Path,
    seeds: range,
    *,
    cloud: float = 0,
    is_masked: bool = True,
    shift: float = 0,
    bands: tuple[Band, ...] = SIX,
    haze: float = 0,
) -> BuiltShares:
    """Parcels partly built on, with clouds over a share of the land, moved by some pixels, hazy."""
    found = []
    for seed in seeds:
        fine, truth = _land(seed)
        layers = moved(_seen(fine, seed), shift) + haze
        hidden = clouds(seed, cloud, layers.shape[1])
        layers[:, hidden] = np.random.default_rng(seed).normal(9000, 800, (6, int(hidden.sum())))
        values = layers[: len(bands)].clip(1, 20000).astype(np.uint16)
        scene = scene_of(
            directory / f"{seed}.tif", values, bands=bands, cloud=hidden if is_masked else None
        )
        of = measure(scene, _parcels())
        found.append((truth, of.built_low, of.built_share, of.built_high))
    return BuiltShares(*(np.concatenate(part) for part in zip(*found, strict=True)))


def of_labelled(directory: Path) -> Iterator[tuple[str, str, tuple[float, float, float]]]:
    """Of the labelled pixels of the Nanjing pair, on either date: at least, probably, at most."""
    pair = labelled(directory)
    for label, chosen in (("unchanged", pair.unchanged), ("changed", pair.changed)):
        for day, pixels in (("2000-05-03", pair.before), ("2002-07-12", pair.after)):
            limits = built_limits(pixels.among(chosen))
            assert limits is not None, "it has red and near infrared"
            low, share, high = (float(np.mean(flags)) for flags in limits)
            yield label, day, (low, share, high)


def _mean(values: npt.NDArray[np.generic]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _land(seed: int) -> tuple[Values, Values]:
    """Spectra of small squares, and the built share of each parcel."""
    chance = np.random.default_rng(seed)
    side, inset = _PLOT * _FINER, _INSET * _FINER
    spectra = np.zeros((6, _ACROSS * side, _ACROSS * side))
    truth = np.zeros((_ACROSS, _ACROSS))
    for row, col in np.ndindex(truth.shape):
        ground, roof = (
            np.array(kinds[chance.integers(len(kinds))]) * chance.normal(1, _VARIED, 6)
            for kinds in (_GROUNDS, _ROOFS)
        )
        plot = spectra[:, row * side : (row + 1) * side, col * side : (col + 1) * side]
        parcel = plot[:, inset:-inset, inset:-inset]
        plot[:] = ground[:, None, None]
        most = parcel.shape[1]
        deep, wide = (round(most * length) for length in np.sqrt(chance.random(2)))
        top, left = chance.integers(most - deep + 1), chance.integers(most - wide + 1)
        parcel[:, top : top + deep, left : left + wide] = roof[:, None, None]
        truth[row, col] = deep * wide / most**2
    return spectra, truth.ravel()


def _seen(fine: Values, seed: int) -> Values:
    """Small squares as pixels, with the texture of land and the noise of a sensor."""
    count, side = len(fine), fine.shape[1] // _FINER
    layers = fine.reshape(count, side, _FINER, side, _FINER).mean(axis=(2, 4))
    chance = np.random.default_rng(seed + 1)
    noise = chance.normal(0, _NOISE, layers.shape)
    seen: Values = layers * chance.normal(1, 0.08, (side, side)) + noise
    return seen


def _parcels() -> gpd.GeoDataFrame:
    rows, cols = np.divmod(np.arange(_ACROSS**2), _ACROSS)
    low, high = _INSET * PIXEL_M, (_PLOT - _INSET) * PIXEL_M
    west, north = WEST + cols * _PLOT * PIXEL_M, NORTH - rows * _PLOT * PIXEL_M
    shapes = shapely.box(west + low, north - high, west + high, north - low)
    return gpd.GeoDataFrame(geometry=shapes, crs=EPSG)
