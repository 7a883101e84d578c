"""Which pixels of a grid parcels cover, and how much of each: exact, whatever their shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import RasterSource
from exactextract.writer import Writer

from geodata.geometry.crs import known_crs
from geodata.geometry.curve import along_curve
from geodata.imagery.grid import Grid

Whole = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

_AT_ONCE: Final = 4_000_000  # pixels of parcels that are held in memory together
_MOST_PARCELS: Final = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """The pixels that some parcels cover.

    Attributes
    ----------
    parcel
        Row of the parcel in the frame it came in, of each pixel; a pixel may be there for several.
    row, col
        Which pixel.
    share
        How much of the pixel the parcel covers, above 0 up to 1.
    """

    parcel: Whole
    row: Whole
    col: Whole
    share: Shares


def on_grid(parcels: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoSeries:
    """The outlines of parcels in the reference system of a grid.

    Raises
    ------
    CoordinateError
        When the frame carries no reference system.
    """
    known_crs(parcels)
    return parcels.geometry.to_crs(grid.crs)


def covers(shapes: gpd.GeoSeries, grid: Grid) -> Iterator[Cover]:
    """The pixels of all parcels, neighbours together, a part of them at a time.

    Parameters
    ----------
    shapes
        Outlines in the reference system of the grid; a missing or empty one covers nothing.
    grid
        The pixels.
    """
    outlines = shapes.to_numpy()
    drawn = np.flatnonzero(shapely.get_num_coordinates(outlines) > 0)
    order = drawn[along_curve(shapely.bounds(outlines[drawn]))]
    width, height = grid.pixel_size
    pixels = np.cumsum(shapely.area(outlines[order]) / (width * height))
    batch = np.maximum(pixels // _AT_ONCE, np.arange(len(order)) // _MOST_PARCELS)
    for rows in np.split(order, np.flatnonzero(np.diff(batch)) + 1):
        if len(rows):
            yield _cover(rows, outlines[rows], grid)


def area_in_pixels(shapes: gpd.GeoSeries, grid: Grid) -> Shares:
    """Area of each outline in pixels, those outside the grid counted too; 0 of a missing one."""
    width, height = grid.pixel_size
    areas: Shares = np.nan_to_num(shapely.area(shapes.to_numpy())) / (width * height)
    return areas


def _cover(rows: Whole, outlines: npt.NDArray[np.object_], grid: Grid) -> Cover:
    written = _Written()
    shapes = _Shapes(shapely.to_wkb(outlines).tolist())
    exact_extract(_Extent(grid), shapes, ["cell_id", "coverage"], output=written)
    found = written.features()
    counts = [len(one["cell_id"]) for one in found]
    cell = np.concatenate([one["cell_id"] for one in found])
    row, col = np.divmod(cell.astype(np.int64), grid.width)
    share = np.concatenate([one["coverage"] for one in found])
    return Cover(np.repeat(rows, counts), row, col, share.astype(np.float64))


class _Extent(RasterSource):  # type: ignore[misc]  # exactextract has no types
    """A raster of which only the place of its pixels is asked."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self._grid = grid

    def res(self) -> tuple[float, float]:
        return self._grid.pixel_size

    def extent(self) -> tuple[float, float, float, float]:
        return self._grid.bounds

    def srs_wkt(self) -> None:
        return None

    def nodata_value(self) -> None:
        return None

    def read_window(self, _x: int, _y: int, width: int, height: int) -> npt.NDArray[np.uint8]:
        return np.zeros((height, width), dtype=np.uint8)


class _Shape(Feature):  # type: ignore[misc]  # exactextract has no types
    """An outline as bytes, and what is found of it; GeoJSON would take as long as the covers."""

    def __init__(self, outline: bytes = b"") -> None:
        super().__init__()
        self._outline = outline
        self.found: dict[str, Any] = {}

    def geometry(self) -> bytes:
        return self._outline

    def fields(self) -> list[str]:
        return list(self.found)

    def get(self, name: str) -> Any:
        return self.found[name]

    def set(self, name: str, value: Any) -> None:
        self.found[name] = value

    def set_geometry(self, outline: bytes) -> None:
        self._outline = outline

    def set_geometry_format(self) -> str:
        return "wkb"


class _Shapes(FeatureSource):  # type: ignore[misc]  # exactextract has no types
    def __init__(self, outlines: list[bytes]) -> None:
        super().__init__()
        self._outlines = outlines

    def count(self) -> int:
        return len(self._outlines)

    def __iter__(self) -> Iterator[_Shape]:
        return map(_Shape, self._outlines)

    def srs_wkt(self) -> None:
        return None


class _Written(Writer):  # type: ignore[misc]  # exactextract has no types
    def __init__(self) -> None:
        super().__init__()
        self._found: list[dict[str, Any]] = []

    def write(self, feature: Any) -> None:
        copy = _Shape()
        feature.copy_to(copy)
        self._found.append(copy.found)

    def features(self) -> list[dict[str, Any]]:
        return self._found
