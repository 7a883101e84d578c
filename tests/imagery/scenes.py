"""Small scenes of known values, and what slow arithmetic finds of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
from affine import Affine

from geodata.imagery.scene import Scene, open_scene
from geodata.model.imagery_lists import Band

SIX = tuple(Band)
DAY = date(2024, 5, 4)
WEST, NORTH, PIXEL_M = 500_000.0, 3_400_000.0, 10.0
EPSG = 4549


def write_raster(
    path: Path,
    values: npt.NDArray[np.generic],
    *,
    nodata: float | None = None,
    epsg: int | None = EPSG,
    west: float = WEST,
    north: float = NORTH,
    pixel: float = PIXEL_M,
    **profile: object,
) -> Path:
    """A GeoTIFF of some layers."""
    count, height, width = values.shape
    transform = Affine.translation(west, north) @ Affine.scale(pixel, -pixel)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype=values.dtype,
        count=count,
        height=height,
        width=width,
        crs=epsg and f"EPSG:{epsg}",
        transform=transform,
        nodata=nodata,
        **profile,
    ) as dataset:
        dataset.write(values)
    return path


def scene_of(
    path: Path,
    values: npt.NDArray[np.generic],
    *,
    bands: tuple[Band, ...] = SIX,
    taken_on: date = DAY,
    cloud: npt.NDArray[np.bool_] | None = None,
    nodata: float | None = None,
    scale: float = 1.0,
) -> Scene:
    """A scene of some layers, with its clouds."""
    write_raster(path, values, nodata=nodata)
    mask = None
    if cloud is not None:
        mask = write_raster(path.with_suffix(".cloud.tif"), cloud[None].astype(np.uint8))
    return open_scene(path, taken_on, bands, scale=scale, cloud_mask=mask)


def shares_by_hand(shape: shapely.Geometry, height: int, width: int) -> npt.NDArray[np.float64]:
    """How much of each pixel a shape covers, by intersecting it with every pixel square."""
    rows, cols = np.divmod(np.arange(height * width), width)
    west, north = WEST + cols * PIXEL_M, NORTH - rows * PIXEL_M
    squares = shapely.box(west, north - PIXEL_M, west + PIXEL_M, north)
    shares: npt.NDArray[np.float64] = shapely.area(shapely.intersection(squares, shape))
    return shares.reshape(height, width) / PIXEL_M**2
