"""Scenes: recognised or refused with the reason, described, and made cloud-optimised."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import rasterio
from pyproj import CRS, Geod
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rio_cogeo.cogeo import cog_translate
from rio_cogeo.profiles import cog_profiles

from geodata.errors import InputFileError, OutputFileError, UsageError
from geodata.imagery.grid import Grid
from geodata.imagery.soundness import require_sound
from geodata.model.imagery_lists import Band

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

CACHE_BYTES: Final = 128 << 20
"""What GDAL may keep of blocks it has read: twice a row of blocks of a Sentinel-2 scene."""

_BLOCK_BYTES: Final = 1 << 20
_SMALL: Final = 512  # pixels a side below which no overview is needed


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of the land on one day.

    Attributes
    ----------
    path
        The file.
    taken_on
        Day it was taken.
    bands
        What each band of the file shows, in its order.
    grid
        Where its pixels lie.
    sha256
        Digest of the file in hexadecimal.
    scale
        What values of the file are multiplied by.
    nodata
        The value that stands for none; None = the file's mask, if any, says so alone.
    cloud_mask
        A raster that is not 0 where clouds or their shadows are; None = no clouds are known.
    """

    path: Path
    taken_on: date
    bands: tuple[Band, ...]
    grid: Grid
    sha256: str
    scale: float = 1.0
    nodata: float | None = None
    cloud_mask: Path | None = None

    @property
    def resolution_m(self) -> float:
        """Side of a square as large as a pixel in the middle of the scene."""
        width, height = self.grid.pixel_size
        if not self.grid.crs.is_geographic:
            metre = self.grid.crs.axis_info[0].unit_conversion_factor
            return math.sqrt(width * height) * metre
        west, south, east, north = self.grid.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        pixel = ([lon, lon + width, lon + width, lon], [lat, lat, lat + height, lat + height])
        area_m2, _ = Geod(ellps="GRS80").polygon_area_perimeter(*pixel)
        return math.sqrt(area_m2)


def open_scene(
    path: Path,
    taken_on: date,
    bands: tuple[Band, ...],
    *,
    scale: float = 1.0,
    cloud_mask: Path | None = None,
) -> Scene:
    """Recognise a scene; every block of it is read once.

    Raises
    ------
    InputFileError
        When the file, or its cloud mask, is missing, no raster, broken, not on the ground, turned,
        or has another number of bands.
    UsageError
        When a band is named twice or the scale is no positive number.
    """
    if len(set(bands)) != len(bands) or not bands:
        raise UsageError(
            "The bands {bands} name one twice, or none.",
            "Name each band of the file once, in its order.",
            bands=", ".join(bands),
        )
    if not (math.isfinite(scale) and scale > 0):
        raise UsageError(
            "The scale {scale} is no positive number.", "Give it as 0.0001.", scale=scale
        )
    with opened(path) as dataset:
        grid, nodata = _grid(dataset, path), dataset.nodata
        if dataset.count != len(bands):
            raise InputFileError(
                "The file {path} has {count} bands, and {named} are named: {bands}.",
                "Name the bands of the file in its order with --bands.",
                path=path,
                count=dataset.count,
                named=len(bands),
                bands=", ".join(bands),
            )
        require_sound(dataset, path)
    if cloud_mask is not None:
        _require_mask(cloud_mask, grid)
    return Scene(path, taken_on, bands, grid, digest_of(path), scale, nodata, cloud_mask)


@contextmanager
def opened(path: Path) -> Iterator[DatasetReader]:
    """A raster file, open.

    Raises
    ------
    InputFileError
        When it is missing or no raster.
    """
    if not path.is_file():
        raise InputFileError("The file {path} does not exist.", "Check the path.", path=path)
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), _open(path) as dataset:
        yield dataset


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def is_cloud_optimised(path: Path) -> bool:
    """Whether a part of a file, and the whole of it in small, are read without reading all."""
    with opened(path) as dataset:
        is_small = max(dataset.height, dataset.width) <= _SMALL
        is_tiled = all(max(block) <= _SMALL * 2 for block in dataset.block_shapes)
        return is_tiled and (is_small or bool(dataset.overviews(1)))


def convert(path: Path, target: Path) -> None:
    """Write a raster as a cloud-optimised GeoTIFF, its values as they are.

    Raises
    ------
    OutputFileError
        When it cannot be written.
    """
    draft = target.with_name(f".{target.name}.draft")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
            profile = dict(cog_profiles["deflate"])
            cog_translate(
                path, draft, profile, in_memory=False, quiet=True, overview_resampling="average"
            )
        draft.replace(target)
    except (OSError, RasterioError) as error:
        raise OutputFileError(
            "The scene {path} cannot be written as a cloud-optimised file: {reason}.",
            "Free space on the disk, or give a file that is tiled and has overviews.",
            path=path,
            reason=error,
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _open(path: Path) -> DatasetReader:
    try:
        with warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning):
            dataset: DatasetReader = rasterio.open(path)  # whether it says so is asked for later
    except RasterioIOError as error:
        raise InputFileError(
            "The file {path} is no picture that can be read: {reason}.",
            "Give a GeoTIFF, and copy it again if it may be damaged.",
            path=path,
            reason=str(error).rstrip("."),
        ) from error
    return dataset


def _grid(dataset: DatasetReader, path: Path) -> Grid:
    """Where the pixels of a file lie."""
    transform = dataset.transform
    if dataset.crs is None or transform.is_identity:
        raise InputFileError(
            "The file {path} does not say where on the ground it lies.",
            "Give one with a reference system and a position, as the supplier made it.",
            path=path,
        )
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise InputFileError(
            "The pixels of {path} are turned: its rows do not run from west to east.",
            "Have it written north up, for instance by gdalwarp.",
            path=path,
        )
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    return Grid(crs, transform, dataset.height, dataset.width)


def _require_mask(path: Path, grid: Grid) -> None:
    """Refuse a cloud mask that does not tell of the whole scene."""
    with opened(path) as dataset:
        mask = _grid(dataset, path)
        require_sound(dataset, path)
    margin = max(mask.pixel_size)
    if mask.crs != grid.crs or not mask.outline.buffer(margin).covers(grid.outline):
        raise InputFileError(
            "The cloud mask {path} does not cover the scene in its reference system.",
            "Give the mask that came with the scene.",
            path=path,
        )
