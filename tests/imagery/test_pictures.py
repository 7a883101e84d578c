"""Chips and raster tiles: what is shown lies where it lies, and what is not known is not drawn."""

from __future__ import annotations

from io import BytesIO
from math import asinh, floor, pi, radians, tan
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image

from geodata.imagery.chips import SIDE, chip
from geodata.imagery.picture import stretch_of
from geodata.imagery.scene import Scene
from geodata.imagery.tiles import raster_tile
from geodata.model.imagery_lists import Band
from geodata.tiles.matrix import TileAddress
from tests.imagery.scenes import SIX, scene_of

ZOOM = 15


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Bright in the north, dark in the south; 900 m a side."""
    values = np.full((6, 90, 90), 300, dtype=np.uint16)
    values[:, :45] = 3000
    return scene_of(tmp_path / "a.tif", values, nodata=0, scale=0.0001)


def _image(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGBA"))


def _tile_at(lon: float, lat: float) -> TileAddress:
    column = floor((lon + 180) / 360 * 2**ZOOM)
    row = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**ZOOM)
    return TileAddress(ZOOM, column, row)


def test_a_chip_shows_the_parcel_with_outline_scale_and_date(scene: Scene) -> None:
    middle = scene.grid.footprint.centroid
    parcel = middle.buffer(0.001)
    picture = _image(chip(scene, parcel, stretch_of(scene)))
    assert picture.shape == (SIDE, SIDE, 4)
    assert picture[60, 160, :3].tolist() == [255] * 3
    assert picture[SIDE - 70, 160, :3].tolist() == [0] * 3
    is_yellow = (picture[..., 0] > 200) & (picture[..., 1] > 200) & (picture[..., 2] < 80)
    assert is_yellow.sum() > 300


def test_what_a_scene_does_not_show_is_grey(scene: Scene) -> None:
    parcel = shapely.Point(scene.grid.footprint.bounds[:2]).buffer(0.001)
    picture = _image(chip(scene, parcel, stretch_of(scene)))
    assert picture[SIDE - 60, 60, :3].tolist() == [153] * 3


def test_a_tile_lies_where_the_scene_does(scene: Scene) -> None:
    middle = scene.grid.footprint.centroid
    tile = raster_tile(scene, _tile_at(middle.x, middle.y), stretch_of(scene))
    assert tile is not None
    picture = _image(tile)
    assert picture.shape == (256, 256, 4)
    shown = picture[picture[..., 3] == 255]
    assert {tuple(colour) for colour in shown[:, :3].tolist()} >= {(0, 0, 0), (255, 255, 255)}
    assert raster_tile(scene, _tile_at(middle.x + 1, middle.y), stretch_of(scene)) is None


@pytest.mark.parametrize(
    ("bands", "layers"),
    [
        (SIX, (3, 2, 1)),
        ((Band.GREEN, Band.RED, Band.NIR), (3, 2, 1)),
        ((Band.NIR, Band.SWIR1, Band.RED), (2, 1, 3)),
        ((Band.NIR,), (1, 1, 1)),
    ],
)
def test_the_bands_shown_are_those_there_are(
    tmp_path: Path, bands: tuple[Band, ...], layers: tuple[int, ...]
) -> None:
    values = np.arange(len(bands) * 16, dtype=np.uint8).reshape(-1, 4, 4)
    assert stretch_of(scene_of(tmp_path / "a.tif", values, bands=bands)).layers == layers


def test_clouds_do_not_darken_the_land(tmp_path: Path) -> None:
    values = np.full((6, 40, 40), 500, dtype=np.uint16)
    values[:, :, ::2] = 900
    values[:, :20] = 9000
    cloud = np.zeros((40, 40), dtype=np.bool_)
    cloud[:20] = True
    stretch = stretch_of(scene_of(tmp_path / "a.tif", values, cloud=cloud))
    assert stretch.limits == ((500, 900),) * 3
    overcast = stretch_of(scene_of(tmp_path / "b.tif", values, cloud=np.ones_like(cloud)))
    assert overcast.limits[0][1] == 9000
