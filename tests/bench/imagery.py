"""What measuring parcels on a scene costs, and a raster tile: against the libraries alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.windows import Window
from rio_tiler.io import Reader

from geodata.imagery.picture import stretch_of
from geodata.imagery.scene import convert
from geodata.imagery.tiles import raster_tile
from geodata.tiles.matrix import HALF_WORLD_M, TileAddress

from .figures import Figure, seconds
from .step_zonal import scene_at
from .steps import Measured, measured

_SIDE: Final = 10_980  # pixels of a Sentinel-2 scene
_PARCELS: Final = 10_000
_OF_PEER: Final = 500  # parcels the slow library is asked for
_PIXEL_M: Final = 10.0
_CORNER: Final = (600_000.0, 3_500_000.0)
_EPSG: Final = 4549
_BLOCK: Final = 1024
_ZOOM: Final = 13
_TILES: Final = 20
_TURNS: Final = 7
_RUNS: Final = 3


def imagery_figures() -> Iterator[Figure]:
    """The figures of parcels on a scene, and of tiles of it; BENCH_SCENE makes it smaller."""
    side = int(os.environ.get("BENCH_SCENE", _SIDE))
    count = max(_PARCELS * side**2 // _SIDE**2, _OF_PEER)
    with tempfile.TemporaryDirectory() as directory:
        scene = _scene(Path(directory), side)
        parcels = _parcels(count, side)
        all_of_them, few = Path(directory) / "all.gpkg", Path(directory) / "few.gpkg"
        parcels.to_file(all_of_them)
        parcels.head(_OF_PEER).to_file(few)
        ours, bare = _in_turns(scene, all_of_them)
        peer = measured("step_zonal", "rasterstats", scene, few).seconds / _OF_PEER * count
        yield from _zonal_figures(ours, bare, peer, f"{count:,} parcels, {side:,}² × 2 bands")
        yield _tile_figure(scene, parcels)


def _zonal_figures(ours: Measured, bare: Measured, peer: float, subject: str) -> Iterator[Figure]:
    taken = f"{ours.seconds:.2f} s"
    yield Figure(
        f"{subject}: mean index, clouds, built share",
        taken,
        f"{bare.seconds:.2f} s for the means of both bands by exactextract",
        f"{ours.seconds / bare.seconds:.2f} ×",
        "at most 1.15 ×",
        ours.seconds <= 1.15 * bare.seconds and ours.told == bare.told,
    )
    yield Figure(
        f"{subject}: the same",
        taken,
        f"{peer:.1f} s for the means by rasterstats (from {_OF_PEER} parcels)",
        f"{peer / ours.seconds:.0f} × faster",
        "at least 20 ×",
        peer >= 20 * ours.seconds,
    )
    yield Figure(
        f"{subject}: memory at most",
        f"{ours.peak_mb:.0f} MB",
        "",
        "",
        "under 1,073 MB",
        ours.peak_mb < 1073,
    )


def _tile_figure(path: Path, parcels: gpd.GeoDataFrame) -> Figure:
    scene = scene_at(path)
    stretch = stretch_of(scene)
    places = parcels.geometry.head(_TILES).centroid.to_crs(3857)
    tiles = [_tile_at(place.x, place.y) for place in places]

    def ours() -> None:
        for tile in tiles:
            raster_tile(scene, tile, stretch)

    def bare() -> None:
        for tile in tiles:
            with Reader(str(path)) as reader:
                at = tile.column, tile.row, tile.zoom
                found = reader.tile(*at, tilesize=256, indexes=stretch.layers)
                found.rescale(stretch.limits).render(img_format="PNG", zlevel=1)

    turns = [(seconds(ours, 1), seconds(bare, 1)) for _ in range(_TURNS)]
    taken, limit = (median(times) for times in zip(*turns, strict=True))
    return Figure(
        f"raster tile, zoom {_ZOOM}",
        f"{taken / _TILES * 1e3:.1f} ms",
        f"{limit / _TILES * 1e3:.1f} ms by rio-tiler alone",
        f"{taken / limit:.2f} ×",
        "at most 1.3 ×",
        taken <= 1.3 * limit,
    )


def _in_turns(scene: Path, parcels: Path) -> tuple[Measured, Measured]:
    """Ours and bare exactextract by turns, each run in a process of its own: the medians."""
    ways = ("ours", "exactextract")
    turns = [[measured("step_zonal", way, scene, parcels) for way in ways] for _ in range(_RUNS)]
    ours, bare = (_middle(runs) for runs in zip(*turns, strict=True))
    return ours, bare


def _middle(runs: Sequence[Measured]) -> Measured:
    """The median time of some runs, and the most memory any of them held."""
    middle = median(run.seconds for run in runs)
    return Measured(middle, max(run.peak_mb for run in runs), runs[0].told)


def _scene(directory: Path, side: int) -> Path:
    """Red and near infrared: slow waves and noise, cloud-optimised."""
    raw, path = directory / "raw.tif", directory / "scene.tif"
    profile = {
        "driver": "GTiff",
        "dtype": "uint16",
        "count": 2,
        "height": side,
        "width": side,
        "crs": f"EPSG:{_EPSG}",
        "transform": Affine.translation(*_CORNER) @ Affine.scale(_PIXEL_M, -_PIXEL_M),
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
    }
    chance = np.random.default_rng(1)
    with rasterio.open(raw, "w", **profile) as dataset:
        for row in range(0, side, _BLOCK):
            for col in range(0, side, _BLOCK):
                height, width = min(_BLOCK, side - row), min(_BLOCK, side - col)
                wave = np.sin(np.arange(row, row + height)[:, None] / 90) * 400 + 1500
                values = wave + chance.normal(0, 60, (2, height, width)) + [[[0]], [[800]]]
                block = Window(col, row, width, height)
                dataset.write(values.astype(np.uint16), window=block)
    convert(raw, path)
    raw.unlink()
    return path


def _parcels(count: int, side: int) -> gpd.GeoDataFrame:
    """Parcels of some 480 pixels with 24 corners, spread over the scene."""
    chance = np.random.default_rng(2)
    west, north = _CORNER
    reach = chance.uniform(60, 150, (count, 1)) * chance.uniform(0.8, 1.2, (count, 24))
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    middle = chance.uniform(200, side * _PIXEL_M - 200, (count, 1, 2)) * (1, -1) + (west, north)
    corners = middle + np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=2)
    return gpd.GeoDataFrame(geometry=shapely.polygons(corners), crs=_EPSG)


def _tile_at(x: float, y: float) -> TileAddress:
    width = 2 * HALF_WORLD_M / 2**_ZOOM
    return TileAddress(_ZOOM, int((x + HALF_WORLD_M) / width), int((HALF_WORLD_M - y) / width))
