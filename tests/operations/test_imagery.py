"""Scenes in the database: registered once, measured, held against each other, and no facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geodata.errors import NothingFoundError, UsageError
from geodata.imagery.scene import is_cloud_optimised
from geodata.model.columns import from_rows
from geodata.model.imagery_lists import ChangeClass, Doubt, ImageryNote
from geodata.store.blobs import BlobStore
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.imports import ImportBatch
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.scenes import changes_of, measures_of
from geodata.store.session import unit_of_work
from service.operations.imagery import Imagery, add_scene, measure_scenes, registered_scenes
from service.operations.imagery_comparing import compare_scenes
from service.operations.imagery_showing import pair_chips
from tests.conftest import NOON
from tests.imagery.landscape import Landscape, parcels_of
from tests.imagery.scenes import SIX, write_raster

BEFORE, AFTER = date(2022, 5, 4), date(2024, 5, 20)
LAND = Landscape.of_seed(5)
COUNT = len(LAND.is_changed)


def _row(number: int) -> dict[str, Any]:
    """Handed over before the first scene; every second one is reported as started."""
    return {
        "contract_no": f"C{number}",
        "parcel_code": f"P{number}",
        "project_name": f"项目{number}",
        "park": "东园",
        "signed_on": date(2021, 1, 10),
        "delivered_on": date(2021, 3, 1),
        "start_agreed_on": date(2023, 3, 31),
        "start_on": date(2023, 1, 5) if number % 2 else None,
    }


@pytest.fixture
def imagery(own_engine: sa.Engine, tmp_path: Path, clock: Callable[[], datetime]) -> Imagery:
    columns = from_rows([_row(number) for number in range(COUNT)])
    shapes = parcels_of(LAND).to_crs(4490).geometry.to_numpy()
    with unit_of_work(own_engine) as connection:
        batch = ImportBatch("land.csv", "0" * 64, NOON, "tests")
        import_ledger(connection, batch, columns, shapes)
    return Imagery(own_engine, BlobStore(tmp_path / "kept"), clock)


@pytest.fixture
def registered(imagery: Imagery, tmp_path: Path) -> Imagery:
    return register(imagery, tmp_path)


def register(imagery: Imagery, directory: Path) -> Imagery:
    """Register both scenes of the land."""
    for day, values in ((BEFORE, LAND.before()), (AFTER, LAND.after())):
        path = write_raster(directory / f"{day}.tif", values)
        add_scene(imagery, "tests", path, day, SIX, scale=0.0001)
    return imagery


def _contract(imagery: Imagery, number: int) -> int:
    with unit_of_work(imagery.engine) as connection:
        stored = read_contracts(connection)
    place = stored.columns.texts["contract_no"].tolist().index(f"C{number}")
    return int(stored.contract_id[place])


def test_a_scene_is_registered_once(registered: Imagery, tmp_path: Path) -> None:
    first, second = registered_scenes(registered)
    assert (first.taken_on, first.bands, first.scale) == (BEFORE, SIX, 0.0001)
    assert first.resolution_m == pytest.approx(10)
    assert first.added_at == NOON
    assert second.path == str(tmp_path / f"{AFTER}.tif")
    again = tmp_path / f"{BEFORE}.tif"
    with pytest.raises(UsageError, match="registered already"):
        add_scene(registered, "tests", again, AFTER, SIX)
    assert len(registered_scenes(registered)) == 2


def test_a_scene_in_strips_is_read_from_a_converted_copy(imagery: Imagery, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "strips.tif", np.ones((1, 1100, 1100), dtype=np.uint8))
    scene = add_scene(imagery, "tests", path, BEFORE, SIX[:1])
    assert Path(scene.path).is_relative_to(tmp_path / "kept")
    assert is_cloud_optimised(Path(scene.path))
    assert scene.name == "strips.tif"


def test_parcels_are_measured_and_measured_again(registered: Imagery) -> None:
    for _ in range(2):
        counts = [(one.parcel_count, one.outside_count) for one in measure_scenes(registered)]
        assert counts == [(COUNT, 0), (COUNT, 0)]
    with unit_of_work(registered.engine) as connection:
        found = measures_of(connection, _contract(registered, 3))
    assert [one.taken_on for one in found] == [BEFORE, AFTER]
    assert all(one.clear_share == pytest.approx(1) for one in found)
    assert all(one.built_low <= one.built_high for one in found)
    with pytest.raises(NothingFoundError):
        list(measure_scenes(registered, 99))


def test_change_is_told_and_held_against_what_is_reported(registered: Imagery) -> None:
    before = _facts(registered)
    compared = compare_scenes(registered, BEFORE, AFTER)
    assert compared.counts[ChangeClass.CHANGED] == LAND.is_changed.sum()
    assert compared.counts[ChangeClass.UNCHANGED] == COUNT - LAND.is_changed.sum()
    wanted = {
        f"C{number}": ImageryNote.USE_UNREPORTED if changed else ImageryNote.START_DOUBTFUL
        for number, changed in enumerate(LAND.is_changed)
        if changed == (number % 2 == 0)
    }
    assert {one.key.contract_no: one.note for one in compared.noted} == wanted
    place = int(np.flatnonzero(LAND.is_changed)[0])
    with unit_of_work(registered.engine) as connection:
        (told,) = changes_of(connection, _contract(registered, place))
    assert (told.told, told.doubts) == (ChangeClass.CHANGED, ())
    assert (told.from_on, told.to_on) == (BEFORE, AFTER)
    assert _facts(registered) == before


def test_why_they_cannot_tell_is_kept(imagery: Imagery, tmp_path: Path) -> None:
    winter = date(2024, 11, 20)
    for day, values in ((BEFORE, LAND.before()), (winter, LAND.after())):
        add_scene(imagery, "tests", write_raster(tmp_path / f"{day}.tif", values), day, SIX)
    assert compare_scenes(imagery, BEFORE, winter).counts == {ChangeClass.CANNOT_TELL: COUNT}
    with unit_of_work(imagery.engine) as connection:
        (told,) = changes_of(connection, _contract(imagery, 1))
    assert Doubt.SEASON in told.doubts


def test_days_without_a_scene_are_refused(registered: Imagery) -> None:
    with pytest.raises(NothingFoundError, match="2023-01-01"):
        compare_scenes(registered, date(2023, 1, 1), AFTER)
    with pytest.raises(UsageError, match="not before"):
        compare_scenes(registered, AFTER, BEFORE)


def _facts(imagery: Imagery) -> list[tuple[Any, ...]]:
    """Every version of every fact, and every finding."""
    with unit_of_work(imagery.engine) as connection:
        return [
            tuple(row)
            for table in ("contract_fact", "finding", "standing", "observation_fact")
            for row in connection.exec_driver_sql(
                f"SELECT t::text FROM parcelwatch.{table} AS t ORDER BY 1"
            )
        ]


def test_a_pair_is_shown_with_the_days_of_its_scenes(registered: Imagery) -> None:
    compare_scenes(registered, BEFORE, AFTER)
    with unit_of_work(registered.engine) as connection:
        contract_id = _contract(registered, 1)
        (outline,) = read_outlines(connection, np.array([contract_id]))
        (pair,) = changes_of(connection, contract_id)
        pictures = pair_chips(connection, pair, outline)
    assert [day for day, _ in pictures] == [BEFORE, AFTER]
    assert all(picture.startswith(b"\x89PNG") for _, picture in pictures)
    assert pictures[0][1] != pictures[1][1]
