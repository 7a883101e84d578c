"""Statistics of parcels on a scene: as exact as intersecting with every pixel, only faster."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import CoordinateError
from geodata.imagery import zonal
from geodata.imagery.scene import Scene
from geodata.imagery.zonal import Measures, measure
from geodata.model.imagery_lists import Band, SpectralIndex
from tests.imagery import built
from tests.imagery.scenes import EPSG, NORTH, PIXEL_M, WEST, scene_of, shares_by_hand

HEIGHT, WIDTH = 24, 30
EXACT = 1e-6
NODATA = 0


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    made = np.random.default_rng(8).integers(1, 4000, (6, HEIGHT, WIDTH)).astype(np.uint16)
    made[3, 5:7, 5:9] = NODATA
    return made


@pytest.fixture(scope="module")
def cloud() -> np.ndarray:
    return np.random.default_rng(9).random((HEIGHT, WIDTH)) < 0.2


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray, cloud: np.ndarray) -> Scene:
    path = tmp_path_factory.mktemp("scene") / "scene.tif"
    return scene_of(path, values, cloud=cloud, nodata=NODATA, scale=0.0001)


corner = st.floats(-4, 34, allow_nan=False).map(lambda place: round(place, 3))


def _at(x: float, y: float) -> tuple[float, float]:
    return WEST + x * PIXEL_M, NORTH - y * PIXEL_M


@st.composite
def parcels(draw: st.DrawFn) -> shapely.Geometry:
    """Land of any shape: bent, in parts, with holes, partly or wholly beside the scene."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        x, y, reach = draw(corner), draw(corner), draw(st.floats(0.2, 9))
        turns = np.sort(draw(st.lists(st.floats(0, 6.28), min_size=3, max_size=8, unique=True)))
        far = draw(st.lists(st.floats(0.2, 1), min_size=len(turns), max_size=len(turns)))
        ring = [
            _at(x + reach * f * np.cos(t), y + reach * f * np.sin(t))
            for t, f in zip(turns, far, strict=True)
        ]
        parts.append(shapely.make_valid(shapely.Polygon(ring)))
    hole = shapely.Point(_at(draw(corner), draw(corner))).buffer(draw(st.floats(0.1, 3)) * PIXEL_M)
    land = shapely.difference(shapely.union_all(parts), hole)
    areas = [part for part in shapely.get_parts(land) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(areas)


def _measured(scene: Scene, shape: shapely.Geometry, epsg: int = EPSG) -> Measures:
    return measure(scene, gpd.GeoDataFrame(geometry=[shape], crs=EPSG).to_crs(epsg))


@settings(max_examples=60, deadline=None)
@given(shape=parcels())
def test_statistics_are_those_of_every_pixel_square(
    scene: Scene, values: np.ndarray, cloud: np.ndarray, shape: shapely.Geometry
) -> None:
    found = _measured(scene, shape)
    share = shares_by_hand(shape, HEIGHT, WIDTH)
    area = shape.area / PIXEL_M**2
    if area < 1e-6:
        return
    seen = np.where((values != NODATA).all(axis=0) & ~cloud, share, 0)
    assert found.pixel_count[0] == pytest.approx(share.sum(), rel=EXACT, abs=1e-9)
    assert found.covered_share[0] == pytest.approx(share.sum() / area, rel=EXACT, abs=1e-9)
    assert found.clear_share[0] == pytest.approx(seen.sum() / area, rel=EXACT, abs=1e-9)
    assert found.cloud_share[0] == pytest.approx(share[cloud].sum() / area, rel=EXACT, abs=1e-9)
    if seen.sum() < 1e-6:
        return
    red, nir = values[2].astype(float), values[3].astype(float)
    ndvi = (nir - red) / (nir + red)
    wanted = (seen * ndvi).sum() / seen.sum()
    assert found.means[SpectralIndex.NDVI][0] == pytest.approx(wanted, rel=EXACT, abs=1e-6)


def test_a_parcel_in_another_reference_system_is_measured_alike(scene: Scene) -> None:
    shape = shapely.Point(_at(15, 12)).buffer(57)
    own, stored = _measured(scene, shape), _measured(scene, shape, epsg=4490)
    for index in SpectralIndex:
        assert stored.means[index][0] == pytest.approx(own.means[index][0], rel=EXACT)


def test_a_parcel_outside_the_scene_says_so(scene: Scene) -> None:
    frame = gpd.GeoDataFrame(
        geometry=[
            shapely.Point(_at(-50, -50)).buffer(30),
            None,
            shapely.Point(_at(9, 9)).buffer(9),
        ],
        crs=EPSG,
    )
    found = measure(scene, frame)
    assert found.is_outside.tolist() == [True, True, False]
    assert np.isnan(found.means[SpectralIndex.NDVI][:2]).all()
    assert (found.built_low[0], found.built_high[0]) == (0, 1)


def test_no_parcels_at_all(scene: Scene) -> None:
    assert len(measure(scene, gpd.GeoDataFrame(geometry=[], crs=EPSG)).pixel_count) == 0


def test_a_parcel_without_a_system_is_not_guessed_at(scene: Scene) -> None:
    with pytest.raises(CoordinateError):
        measure(scene, gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))


def test_windows_and_batches_change_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    places = np.random.default_rng(3).uniform(0, 24, (40, 2))
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(_at(*p)).buffer(35) for p in places], crs=EPSG)
    whole = measure(scene, frame)
    monkeypatch.setattr(zonal, "SIDE", 5)
    monkeypatch.setattr("geodata.imagery.cover._AT_ONCE", 60)
    parts = measure(scene, frame)
    for index in SpectralIndex:
        np.testing.assert_allclose(parts.means[index], whole.means[index], rtol=1e-9)
    np.testing.assert_allclose(parts.clear_share, whole.clear_share, rtol=1e-9)


def test_the_built_share_lies_in_its_interval_and_clouds_widen_it(
    tmp_path: Path,
) -> None:
    """Half roofs, half meadow: blue, green, red, nir, swir1, swir2 in per cent."""
    layers = np.zeros((6, 10, 10), dtype=np.uint16)
    layers[:, :, :5] = np.array([22, 22, 22, 25, 24, 22])[:, None, None]
    layers[:, :, 5:] = np.array([4, 8, 4, 40, 18, 9])[:, None, None]
    cloud = np.zeros((10, 10), dtype=np.bool_)
    whole = gpd.GeoDataFrame(geometry=[shapely.box(*_at(0, 10), *_at(10, 0))], crs=EPSG)
    clear = measure(scene_of(tmp_path / "clear.tif", layers), whole)
    cloud[:5] = True
    hidden = measure(scene_of(tmp_path / "hidden.tif", layers, cloud=cloud), whole)
    assert clear.built_share[0] == pytest.approx(0.5)
    assert clear.built_low[0] <= 0.5 <= clear.built_high[0] == pytest.approx(0.5)
    assert hidden.built_high[0] == pytest.approx(0.75)
    assert hidden.built_low[0] <= 0.25


def test_a_roof_that_ends_within_a_pixel_may_be_as_large_as_it_is(tmp_path: Path) -> None:
    """A pixel that is half roof, half meadow looks green, and half of it may be built on."""
    roof, meadow = np.array([22, 22, 22, 25, 24, 22]), np.array([4, 8, 4, 40, 18, 9])
    half = ((roof + meadow) / 2).astype(np.uint16)[:, None, None]
    scene = scene_of(tmp_path / "half.tif", np.broadcast_to(half, (6, 10, 10)))
    found = measure(
        scene, gpd.GeoDataFrame(geometry=[shapely.box(*_at(2, 8), *_at(8, 2))], crs=EPSG)
    )
    assert found.built_low[0] == 0
    assert 0.5 <= found.built_high[0] < 1


def test_a_blue_roof_is_no_water(tmp_path: Path) -> None:
    """Green light is reflected more than the nearest infrared, and less than the short waves."""
    blue = np.array([25, 24, 17, 18, 26, 22], dtype=np.uint16)[:, None, None]
    lake = np.array([6, 7, 5, 3, 2, 1], dtype=np.uint16)[:, None, None]
    parcel = gpd.GeoDataFrame(geometry=[shapely.box(*_at(2, 8), *_at(8, 2))], crs=EPSG)
    highs = [
        measure(scene_of(tmp_path / name, np.broadcast_to(of, (6, 10, 10))), parcel).built_high[0]
        for name, of in (("blue.tif", blue), ("lake.tif", lake))
    ]
    assert highs == pytest.approx([1, 0])


def test_the_interval_holds_what_is_built_of_nearly_all_made_up_parcels(tmp_path: Path) -> None:
    """Clouds, once they are known, only widen it."""
    clear = built.made_up(tmp_path, range(2))
    hidden = built.made_up(tmp_path, range(2), cloud=0.3)
    assert clear.held_share >= 0.9
    assert hidden.held_share >= clear.held_share
    assert hidden.width > clear.width


def test_without_short_wave_infrared_nothing_is_built_for_certain(tmp_path: Path) -> None:
    layers = np.full((4, 10, 10), 20, dtype=np.uint8)
    bands = (Band.BLUE, Band.GREEN, Band.RED, Band.NIR)
    scene = scene_of(tmp_path / "four.tif", layers, bands=bands)
    found = measure(
        scene, gpd.GeoDataFrame(geometry=[shapely.Point(_at(5, 5)).buffer(9)], crs=EPSG)
    )
    assert np.isnan(found.built_share[0])
    assert (found.built_low[0], found.built_high[0]) == (0, 1)
