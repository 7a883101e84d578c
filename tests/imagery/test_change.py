"""Change between two scenes of known truth, and between two real ones with labels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely

from geodata.errors import UsageError
from geodata.imagery.comparing import compare, season_days
from geodata.model.imagery_lists import Band, ChangeClass, Doubt
from tests.imagery.accuracy import blocked_auc
from tests.imagery.landscape import SIDE, Landscape, parcels_of
from tests.imagery.scenes import scene_of

BEFORE, AFTER = date(2022, 5, 4), date(2024, 5, 20)


@pytest.fixture(scope="module")
def land() -> Landscape:
    return Landscape.of_seed(5)


def _told(
    tmp_path: Path,
    land: Landscape,
    after: npt.NDArray[np.uint16] | None = None,
    cloud: npt.NDArray[np.bool_] | None = None,
    taken_on: date = AFTER,
) -> tuple[list[ChangeClass], list[tuple[Doubt, ...]]]:
    one = scene_of(tmp_path / "before.tif", land.before(), taken_on=BEFORE)
    values = land.after() if after is None else after
    other = scene_of(tmp_path / "after.tif", values, taken_on=taken_on, cloud=cloud)
    found = compare(one, other, parcels_of(land))
    return found.classes, [found.doubts_of(row) for row in range(len(found.changed_share))]


def test_what_was_built_on_is_found_and_nothing_else(tmp_path: Path, land: Landscape) -> None:
    """Another light, another haze, another season of the fields; roofs where there were none."""
    told, _ = _told(tmp_path, land)
    changed = [one is ChangeClass.CHANGED for one in told]
    assert changed == land.is_changed.tolist()


def test_parcels_under_cloud_cannot_be_told(tmp_path: Path, land: Landscape) -> None:
    cloud = np.zeros((SIDE, SIDE), dtype=np.bool_)
    cloud[: SIDE // 2] = True
    values = land.after()
    values[:, cloud] = 9000
    told, doubts = _told(tmp_path, land, values, cloud)
    hidden = parcels_of(land).geometry.centroid.y.to_numpy() > land.middle_y
    assert all(doubts[row] == (Doubt.CLOUD, Doubt.FEW_PIXELS) for row in np.flatnonzero(hidden))
    seen = np.flatnonzero(~hidden)
    assert [told[row] is ChangeClass.CHANGED for row in seen] == land.is_changed[seen].tolist()


def test_a_pixel_of_misregistration_is_a_doubt(tmp_path: Path, land: Landscape) -> None:
    moved = np.roll(land.after(), 1, axis=2)
    told, doubts = _told(tmp_path, land, moved)
    assert set(told) == {ChangeClass.CANNOT_TELL}
    assert all(Doubt.REGISTRATION in one for one in doubts)


def test_summer_is_not_held_against_winter(tmp_path: Path, land: Landscape) -> None:
    told, doubts = _told(tmp_path, land, taken_on=date(2024, 11, 20))
    assert set(told) == {ChangeClass.CANNOT_TELL}
    assert all(Doubt.SEASON in one for one in doubts)


def test_small_and_distant_parcels_cannot_be_told(tmp_path: Path, land: Landscape) -> None:
    one = scene_of(tmp_path / "before.tif", land.before(), taken_on=BEFORE)
    other = scene_of(tmp_path / "after.tif", land.after(), taken_on=AFTER)
    inside, far = parcels_of(land).geometry[0].centroid.buffer(12), shapely.Point(0, 0).buffer(99)
    found = compare(one, other, gpd.GeoDataFrame(geometry=[inside, far], crs=parcels_of(land).crs))
    assert found.doubts_of(0)[0] is Doubt.FEW_PIXELS
    assert found.doubts_of(1)[0] is Doubt.OUTSIDE


def test_scenes_with_no_band_in_common_are_refused(tmp_path: Path, land: Landscape) -> None:
    red = scene_of(tmp_path / "red.tif", land.before()[:1], bands=(Band.RED,))
    nir = scene_of(tmp_path / "nir.tif", land.after()[:1], bands=(Band.NIR,))
    with pytest.raises(UsageError, match="0 bands"):
        compare(red, nir, parcels_of(land))


def test_light_and_units_do_not_matter(tmp_path: Path, land: Landscape) -> None:
    brighter = (land.after().astype(float) * 1.7 + 300).astype(np.uint16)
    assert _told(tmp_path, land, brighter)[0] == _told(tmp_path, land)[0]


@pytest.mark.parametrize(
    ("one", "other", "days"),
    [
        (date(2000, 5, 3), date(2002, 7, 12), 70),
        (date(2022, 12, 30), date(2024, 1, 4), 5),
        (date(2022, 1, 1), date(2022, 1, 1), 0),
    ],
)
def test_seasons_are_compared_round_the_year(one: date, other: date, days: int) -> None:
    assert season_days(one, other) == season_days(other, one) == days


def test_the_labelled_pair_is_told_apart(shared_data: Path) -> None:
    """Land of each block is judged by what was learnt, without labels, on the others."""
    assert blocked_auc(shared_data / "raster_nanjing").pooled >= 0.95
