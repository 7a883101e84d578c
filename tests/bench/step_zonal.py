"""Parcels measured on a scene by one of three ways; tells how many had a value."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from exactextract import exact_extract
from pyproj import CRS
from rasterstats import zonal_stats

from geodata.imagery.grid import Grid
from geodata.imagery.scene import Scene
from geodata.imagery.zonal import measure
from geodata.model.imagery_lists import Band, SpectralIndex

from .steps import tell

BANDS = (Band.RED, Band.NIR)


def scene_at(path: Path) -> Scene:
    """The scene of the bench, without the digest that registering it takes once."""
    with rasterio.open(path) as dataset:
        crs = CRS.from_wkt(dataset.crs.to_wkt())
        grid = Grid(crs, dataset.transform, dataset.height, dataset.width)
    return Scene(path, date(2024, 5, 4), BANDS, grid, sha256="")


def _ours(path: Path, parcels: gpd.GeoDataFrame) -> int:
    means = measure(scene_at(path), parcels).means[SpectralIndex.NDVI]
    return int(np.isfinite(means).sum())


def _exactextract(path: Path, parcels: gpd.GeoDataFrame) -> int:
    found = exact_extract(str(path), parcels, ["mean"], output="pandas")
    return int(found.notna().all(axis=1).sum())


def _rasterstats(path: Path, parcels: gpd.GeoDataFrame) -> int:
    found = [
        zonal_stats(list(parcels.geometry), str(path), band=band, nodata=0, stats=["mean"])
        for band in (1, 2)
    ]
    return sum(one["mean"] is not None for one in found[0])


if __name__ == "__main__":
    way, scene, land = sys.argv[1:]
    frame = gpd.read_file(land)
    tell(
        lambda: {"ours": _ours, "exactextract": _exactextract, "rasterstats": _rasterstats}[way](
            Path(scene), frame
        )
    )
