"""Scenes are recognised, or refused with the reason; what is converted keeps its values."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.env import get_gdal_config

from geodata.errors import InputFileError, UsageError
from geodata.imagery.grid import Window
from geodata.imagery.reading import reading
from geodata.imagery.scene import convert, is_cloud_optimised, open_scene, opened
from geodata.model.imagery_lists import Band
from tests.imagery.scenes import DAY, SIX, scene_of, write_raster

RED = (Band.RED,)


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(1).integers(1, 4000, (1, 700, 600)).astype(np.uint16)


def test_a_scene_says_where_and_how_it_is(tmp_path: Path) -> None:
    scene = scene_of(tmp_path / "a.tif", np.ones((6, 20, 30), np.uint8), nodata=255)
    assert (scene.grid.height, scene.grid.width, scene.nodata) == (20, 30, 255)
    assert scene.resolution_m == pytest.approx(10)
    west, south, east, north = scene.grid.footprint.bounds
    assert 119 < west < east < 121
    assert 30 < south < north < 31
    assert len(scene.sha256) == 64


def test_a_pixel_in_degrees_has_a_side_in_metres(tmp_path: Path) -> None:
    path = write_raster(
        *(tmp_path / "a.tif", np.ones((1, 9, 9), np.uint8)),
        epsg=4490,
        west=121,
        north=30.8,
        pixel=1e-4,
    )
    assert open_scene(path, DAY, RED).resolution_m == pytest.approx(10.3, abs=0.1)


@pytest.mark.parametrize("kept", [30, 400, 0.5, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, values: np.ndarray, kept: float) -> None:
    path = write_raster(tmp_path / "a.tif", values, tiled=True, compress="deflate")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept if kept > 1 else len(whole) * kept)])
    with pytest.raises(InputFileError):
        open_scene(path, DAY, RED)


@pytest.mark.parametrize("interleave", ["band", "pixel"])
def test_a_damaged_block_is_refused_wherever_it_is_damaged(tmp_path: Path, interleave: str) -> None:
    """GDAL reads most of such blocks, and gives other values."""
    values = np.random.default_rng(1).integers(1, 4000, (2, 300, 300)).astype(np.uint16)
    path = write_raster(
        tmp_path / "a.tif", values, tiled=True, compress="deflate", interleave=interleave
    )
    whole = path.read_bytes()
    open_scene(path, DAY, SIX[:2])
    for at in np.linspace(len(whole) // 10, len(whole) - 100, 9).astype(int).tolist():
        path.write_bytes(
            whole[:at] + bytes(byte ^ 0x5A for byte in whole[at : at + 3]) + whole[at + 3 :]
        )
        with pytest.raises(InputFileError, match="damaged"):
            open_scene(path, DAY, SIX[:2])


def test_files_that_are_no_scene_are_refused(tmp_path: Path, values: np.ndarray) -> None:
    text = tmp_path / "text.tif"
    text.write_text("no picture")
    nowhere = write_raster(tmp_path / "nowhere.tif", values, epsg=None)
    good = write_raster(tmp_path / "good.tif", values)
    for path, bands, reason in (
        (tmp_path / "missing.tif", RED, "does not exist"),
        (text, RED, "no picture"),
        (nowhere, RED, "where on the ground"),
        (good, SIX, "has 1 bands, and 6 are named"),
    ):
        with pytest.raises(InputFileError, match=reason):
            open_scene(path, DAY, bands)
    with pytest.raises(UsageError, match="twice"):
        open_scene(good, DAY, RED * 2)
    with pytest.raises(UsageError, match="positive"):
        open_scene(good, DAY, RED, scale=float("nan"))


def test_a_turned_scene_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", np.ones((1, 9, 9), np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.transform = dataset.transform @ rasterio.Affine.rotation(10)
    with pytest.raises(InputFileError, match="turned"):
        open_scene(path, DAY, RED)


def test_a_cloud_mask_of_other_land_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", np.ones((1, 9, 9), np.uint8))
    mask = write_raster(tmp_path / "m.tif", np.ones((1, 9, 9), np.uint8), west=0)
    with pytest.raises(InputFileError, match="cloud mask"):
        open_scene(path, DAY, RED, cloud_mask=mask)


def test_blocks_are_kept_while_a_scene_is_open(tmp_path: Path) -> None:
    """GDAL is told in bytes: with fewer than a block has, each line would be unpacked anew."""
    path = write_raster(tmp_path / "a.tif", np.ones((1, 9, 9), np.uint8))
    with opened(path):
        assert get_gdal_config("GDAL_CACHEMAX") >= 64 << 20


def test_a_scene_in_strips_is_converted_with_its_values(tmp_path: Path, values: np.ndarray) -> None:
    path = write_raster(tmp_path / "strips.tif", values, nodata=0)
    assert not is_cloud_optimised(path)
    convert(path, tmp_path / "cog.tif")
    assert is_cloud_optimised(tmp_path / "cog.tif")
    one, other = (open_scene(at, DAY, RED) for at in (path, tmp_path / "cog.tif"))
    assert one.grid.is_same_as(other.grid)
    assert other.nodata == 0
    with reading(other) as reader:
        patch = reader.patch(Window(0, 0, 700, 600))
    np.testing.assert_array_equal(patch.values[0], values[0])


def test_what_has_no_value_is_not_valid(tmp_path: Path) -> None:
    values = np.ones((2, 4, 4), np.float32)
    values[0, 0, 0], values[1, 1, 1] = np.nan, -9999
    scene = scene_of(tmp_path / "a.tif", values, bands=SIX[:2], nodata=-9999, scale=0.5)
    with reading(scene) as reader:
        patch = reader.patch(Window(0, 0, 2, 2))
    assert patch.is_valid.tolist() == [[False, True], [True, False]]
    assert patch.values[0, 0, 1] == 0.5
    assert patch.taken_on == DAY


@pytest.mark.parametrize("nodata", [None, 0])
def test_a_scene_on_another_grid_lies_where_it_lay(tmp_path: Path, nodata: int | None) -> None:
    """The same land in half the pixels; beside the smaller scene nothing is valid."""
    rows, cols = np.mgrid[:40, :40]
    one = scene_of(tmp_path / "a.tif", np.array([rows, cols]).astype(np.uint8) + 1, bands=SIX[:2])
    path = write_raster(
        *(tmp_path / "b.tif", np.array([rows, cols])[:, :10, :10].astype(np.uint8) * 2 + 2),
        nodata=nodata,
        pixel=20.0,
    )
    other = open_scene(path, date(2025, 1, 1), SIX[:2])
    with reading(other, one.grid) as reader:
        patch = reader.patch(Window(0, 0, 40, 40))
    assert patch.is_valid[:19, :19].all()
    assert not patch.is_valid[22:, :].any()
    inner = slice(2, 17)
    np.testing.assert_allclose(patch.values[0, inner, inner], rows[inner, inner] + 1.5, atol=0.01)


def test_one_band_on_another_grid_is_valid_where_it_lies(tmp_path: Path) -> None:
    one = scene_of(tmp_path / "a.tif", np.ones((1, 20, 20), np.uint8), bands=RED)
    path = write_raster(tmp_path / "b.tif", np.ones((1, 5, 5), np.uint8), pixel=20.0)
    with reading(open_scene(path, DAY, RED), one.grid) as reader:
        patch = reader.patch(Window(0, 0, 20, 20))
    assert patch.is_valid[:9, :9].all()
    assert not patch.is_valid[12:].any()
