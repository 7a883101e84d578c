"""What scenes show of parcels: exact-cover statistics, a window of the scene at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.imagery.cover import Cover, Shares, Whole, area_in_pixels, covers, on_grid
from geodata.imagery.grid import Grid, Pixels, Values, Window
from geodata.imagery.indices import built_limits, index_values, indices_of
from geodata.imagery.reading import SIDE, SceneReader, reading
from geodata.imagery.scene import Scene
from geodata.model.imagery_lists import SpectralIndex

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Pixels of a window that parcels cover, those of one parcel side by side.

    Attributes
    ----------
    parcel, share
        As of a `Cover`.
    pixels
        What each of the scenes shows of them.
    """

    parcel: Whole
    share: Shares
    pixels: tuple[Pixels, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What a scene shows of each parcel.

    Attributes
    ----------
    pixel_count
        Area of the parcel within the scene, in pixels.
    covered_share, cloud_share, clear_share
        How much of the parcel lies within the scene, is under cloud, and is seen.
    means
        Mean of each index over what is seen; nan where nothing is.
    built_low, built_share, built_high
        How much of the parcel is built: the estimate, and the interval it lies in. What is not seen
        may be built. The estimate is that of what is seen; nan where nothing is, or where the bands
        do not tell.
    """

    pixel_count: Values
    covered_share: Values
    cloud_share: Values
    clear_share: Values
    means: Mapping[SpectralIndex, Values]
    built_low: Values
    built_share: Values
    built_high: Values

    @property
    def is_outside(self) -> npt.NDArray[np.bool_]:
        """Whether a parcel lies outside the scene altogether."""
        outside: npt.NDArray[np.bool_] = self.covered_share == 0
        return outside


def measure(scene: Scene, parcels: gpd.GeoDataFrame) -> Measures:
    """Measure parcels, in any reference system, on a scene.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system.
    InputFileError
        When the scene can no longer be read.
    """
    shapes = on_grid(parcels, scene.grid)
    known = indices_of(scene.bands)
    sums = np.zeros((6 + 2 * len(known), len(shapes)))
    with reading(scene) as reader:
        for gathered in gather(shapes, [reader]):
            add_up(sums, gathered, _lines(gathered, known))
    area = area_in_pixels(shapes, scene.grid)
    covered, cloud, clear, certain, probable, perhaps = sums[:6]
    tells = SpectralIndex.NDVI in known
    unseen = np.maximum(area - clear, 0)
    return Measures(
        pixel_count=covered,
        covered_share=_share(covered, area),
        cloud_share=_share(cloud, area),
        clear_share=_share(clear, area),
        means={
            index: ratio(total, weight)
            for index, weight, total in zip(known, sums[6::2], sums[7::2], strict=True)
        },
        built_low=_share(certain, area) if tells else np.zeros(len(area)),
        built_share=ratio(probable, clear if SpectralIndex.BSI in known else np.zeros_like(clear)),
        built_high=_share(perhaps + unseen, area) if tells else np.ones(len(area)),
    )


def gather(shapes: gpd.GeoSeries, readers: Sequence[SceneReader]) -> Iterator[Gathered]:
    """The pixels that parcels cover, window by window, as scenes on the same grid show them.

    Parameters
    ----------
    shapes
        Outlines in the reference system of the grid.
    readers
        Scenes read on one grid.
    """
    grid = readers[0].grid
    for cover in covers(shapes, grid):
        for window, chosen in _by_window(cover, grid):
            at = cover.row[chosen] - window.row, cover.col[chosen] - window.col
            yield Gathered(
                parcel=cover.parcel[chosen],
                share=cover.share[chosen],
                pixels=tuple(reader.patch(window).pixels(*at) for reader in readers),
            )


def add_up(sums: Values, gathered: Gathered, lines: Values) -> None:
    """Add what lines hold of pixels, one line to a sum, to the sums of their parcels."""
    first = np.flatnonzero(np.diff(gathered.parcel, prepend=-1))
    sums[:, gathered.parcel[first]] += np.add.reduceat(lines, first, axis=1)


def _lines(gathered: Gathered, known: tuple[SpectralIndex, ...]) -> Values:
    """What is added up: shares of pixels that are there, cloudy, seen, built; shares and values."""
    pixels, share = gathered.pixels[0], gathered.share
    lines = np.zeros((6 + 2 * len(known), len(share)))
    seen = np.where(pixels.is_clear, share, 0)
    lines[0], lines[1], lines[2] = share, np.where(pixels.is_cloud, share, 0), seen
    for place, built in enumerate(built_limits(pixels) or (), start=3):
        np.multiply(seen, built, out=lines[place])
    for place, index in enumerate(known, start=3):
        values = index_values(pixels, index)
        weight = np.where(np.isnan(values), 0, seen)
        lines[2 * place], lines[2 * place + 1] = weight, weight * np.nan_to_num(values)
    return lines


def _by_window(cover: Cover, grid: Grid) -> Iterator[tuple[Window, npt.NDArray[np.intp]]]:
    """The windows some pixels lie in, with the pixels of each; those of a parcel stay together."""
    across = -(-grid.width // SIDE)
    window = cover.row // SIDE * across + cover.col // SIDE
    order = np.argsort(window, kind="stable")
    for chosen in np.split(order, np.flatnonzero(np.diff(window[order])) + 1):
        if not len(chosen):
            continue
        row, col = (int(place) * SIDE for place in divmod(window[chosen[0]], across))
        height, width = min(SIDE, grid.height - row), min(SIDE, grid.width - col)
        yield Window(row, col, height, width), chosen


def ratio(part: Values, whole: Values) -> Values:
    """A part of a whole; nan where there is none."""
    found: Values = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _share(part: Values, whole: Values) -> Values:
    """A part of a whole, 0 to 1; what rounding left beside them is taken off."""
    share = np.nan_to_num(ratio(part, whole))
    share[np.abs(share - 1) < _ROUNDING] = 1
    return np.clip(share, 0, 1)
