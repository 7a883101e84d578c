"""Where the pixels of a raster lie, and pixel values that carry it along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS

from geodata.geometry.crs import way_to_storage
from geodata.model.imagery_lists import Band

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SAME: Final = 1e-3  # of a pixel


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a grid: its first row and column, and how many of each."""

    row: int
    col: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The pixels of a raster on the ground, north up.

    Attributes
    ----------
    crs
        Reference system of the transform.
    transform
        From column and row to coordinates.
    height, width
        How many rows and columns.
    """

    crs: CRS
    transform: Affine
    height: int
    width: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        west, north = self.transform @ (0, 0)
        east, south = self.transform @ (self.width, self.height)
        return west, south, east, north

    @property
    def pixel_size(self) -> tuple[float, float]:
        """Width and height of a pixel, in units of the reference system."""
        return self.transform.a, -self.transform.e

    @property
    def outline(self) -> shapely.Polygon:
        """The land it covers, in its reference system."""
        return shapely.box(*self.bounds)

    @property
    def footprint(self) -> shapely.Polygon:
        """The land it covers in EPSG:4490, its borders bent as they are there."""
        bent = shapely.segmentize(self.outline, max(self.pixel_size) * max(self.height, 64) / 32)
        way = way_to_storage(self.crs)
        return shapely.transform(bent, lambda points: np.column_stack(way.transform(*points.T)))

    def part(self, window: Window) -> Grid:
        """The grid of a window."""
        moved = self.transform @ Affine.translation(window.col, window.row)
        return replace(self, transform=moved, height=window.height, width=window.width)

    def is_same_as(self, other: Grid) -> bool:
        """Whether both have the same pixels."""
        if (self.height, self.width) != (other.height, other.width) or self.crs != other.crs:
            return False
        size = np.array(self.pixel_size * 2)
        return bool(np.all(np.abs(np.subtract(self.bounds, other.bounds)) <= _SAME * size))

    def coarser(self, most: int) -> Grid:
        """Larger pixels over the same land, at most so many a side."""
        height, width = min(self.height, most), min(self.width, most)
        scale = Affine.scale(self.width / width, self.height / height)
        return replace(self, transform=self.transform @ scale, height=height, width=width)

    @property
    def whole(self) -> Window:
        """The window of all pixels."""
        return Window(0, 0, self.height, self.width)

    def windows(self, side: int) -> Iterator[Window]:
        """Windows of so many pixels a side that cover all of it once."""
        for row in range(0, self.height, side):
            for col in range(0, self.width, side):
                height, width = min(side, self.height - row), min(side, self.width - col)
                yield Window(row, col, height, width)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Pixel values of a window, with all that says what they are.

    Attributes
    ----------
    grid
        Where they lie.
    taken_on
        Day of the scene.
    bands
        What each layer of the values shows.
    values
        One layer to a band, rows and columns; scaled to what the scene states.
    is_valid
        Where every band has a value.
    is_cloud
        Where the cloud mask says so.
    """

    grid: Grid
    taken_on: date
    bands: tuple[Band, ...]
    values: npt.NDArray[np.float32]
    is_valid: Flags
    is_cloud: Flags

    @property
    def is_clear(self) -> Flags:
        """Where the land is seen."""
        seen: Flags = self.is_valid & ~self.is_cloud
        return seen

    def pixels(self, rows: npt.NDArray[np.intp], cols: npt.NDArray[np.intp]) -> Pixels:
        """Some of its pixels, one after the other."""
        at = (rows, cols)
        return Pixels(
            bands=self.bands,
            values=self.values[:, rows, cols].astype(np.float64),
            is_valid=self.is_valid[at],
            is_cloud=self.is_cloud[at],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """Pixels one after the other: what is left of a patch once it no longer matters where.

    Attributes
    ----------
    bands
        What each line of the values shows.
    values
        One line to a band, one column to a pixel.
    is_valid, is_cloud
        As of a `Patch`.
    """

    bands: tuple[Band, ...]
    values: Values
    is_valid: Flags
    is_cloud: Flags

    @property
    def is_clear(self) -> Flags:
        """Where the land is seen."""
        seen: Flags = self.is_valid & ~self.is_cloud
        return seen

    def of(self, band: Band) -> Values:
        """The values of a band."""
        line: Values = self.values[self.bands.index(band)]
        return line

    def only(self, bands: tuple[Band, ...]) -> Pixels:
        """The same pixels with some of their bands."""
        lines = [self.bands.index(band) for band in bands]
        return replace(self, bands=bands, values=self.values[lines])

    def among(self, chosen: Flags) -> Pixels:
        """Some of the pixels."""
        return Pixels(
            self.bands, self.values[:, chosen], self.is_valid[chosen], self.is_cloud[chosen]
        )


def joined(parts: list[Pixels]) -> Pixels:
    """Pixels of the same bands, put together."""
    return Pixels(
        bands=parts[0].bands,
        values=np.concatenate([part.values for part in parts], axis=1),
        is_valid=np.concatenate([part.is_valid for part in parts]),
        is_cloud=np.concatenate([part.is_cloud for part in parts]),
    )
