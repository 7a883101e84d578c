"""The parcels of a district are checked, repaired, kept and told like a register of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from geodata.errors import InputFileError
from geodata.model.changes import Decision
from geodata.model.content_lists import ContentKind
from geodata.model.quality_lists import RepairPolicy
from geodata.store.queries.originals import read_originals
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.roster import read_roster
from geodata.store.session import unit_of_work
from service.operations.import_sources import Source
from service.operations.importing import ImportReport, apply_plan, import_now, plan_import
from service.operations.land import read_district
from tests.conftest import NOON
from tests.geometry.shapes import EAST_M, GRID, NORTH_M, plot

CODES = ["310116001002GB00010", "310116001002GB00011", "310116001002GB00012"]
NEIGHBOUR = plot(30, 0, 70, 40)  # takes 400 m² of the first
BOW_TIE = [(100, 0), (140, 40), (140, 0), (100, 40)]
HAIR_CROSSED = [(0, 0), (40, 0), (40, 40), (-1e-3, 40), (0, 40.001)]  # overshot on both sides


def ring(points: list[tuple[float, float]]) -> shapely.Polygon:
    return shapely.Polygon([(EAST_M + x, NORTH_M + y) for x, y in points])


def district(path: Path, *codes: str | None) -> Path:
    shapes = [ring(HAIR_CROSSED), NEIGHBOUR, ring(BOW_TIE)][: len(codes)]
    parcels = gpd.GeoDataFrame({"parcel_code": codes}, geometry=shapes, crs=GRID)
    parcels.to_file(path, layer="parcels", engine="pyogrio")
    outline = gpd.GeoDataFrame({"name": ["区界"]}, geometry=[plot(-99, -99, 60, 99)], crs=GRID)
    outline.to_file(path, layer="outline", engine="pyogrio")
    return path


def ledger(path: Path, *codes: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("contract_no", "parcel_code"), *((f"G-{c}", c) for c in codes)]
        )
    return path


def outlines(engine: sa.Engine) -> list[shapely.Geometry | None]:
    with unit_of_work(engine) as connection:
        return list(read_outlines(connection, read_roster(connection).contract_id))


@pytest.fixture
def land(tmp_path: Path) -> Source:
    return Source(district(tmp_path / "district.gpkg", *CODES))


@pytest.fixture
def contracts(tmp_path: Path) -> Source:
    return Source(ledger(tmp_path / "ledger.csv", *CODES))


@pytest.fixture
def taken(own_engine: sa.Engine, land: Source, contracts: Source) -> ImportReport:
    return import_now(own_engine, [contracts], district=land, actor="a", clock=lambda: NOON)


def test_what_is_wrong_is_told_of_the_register(taken: ImportReport):
    assert [table.kind for table in taken.tables] == [
        ContentKind.PARCELS, ContentKind.LEDGER, None,
    ]  # fmt: skip
    register = taken.tables[0]
    assert (register.file.layer, register.counts.added) == ("parcels", 3)
    told = {(issue.fault.value, issue.rows) for issue in register.quality}
    assert told == {
        ("self_intersection", (1,)),
        ("self_intersection", (3,)),
        ("overlap", (1, 2)),
        ("across_district", (2,)),
        ("outside_district", (3,)),
    }
    assert [(each.row, each.is_made) for each in register.file.repairs] == [(1, True), (3, False)]
    assert taken.table(ContentKind.LEDGER).quality == ()


def test_a_repaired_outline_keeps_the_shape_as_it_came(own_engine: sa.Engine, taken: ImportReport):
    with unit_of_work(own_engine) as connection:
        (kept,), none = (read_originals(connection, code) for code in CODES[:2])
    assert none == []
    assert (kept.file_name, kept.original.row_no) == ("district.gpkg", 1)
    assert kept.original.policies == (RepairPolicy.MAKE_VALID,)
    assert shapely.from_wkb(kept.original.shape).equals_exact(ring(HAIR_CROSSED))


def test_contracts_lie_on_the_outlines_of_the_register(own_engine: sa.Engine, taken: ImportReport):
    repaired, neighbour, left_out = outlines(own_engine)
    assert repaired is not None
    assert repaired.is_valid
    assert neighbour is not None
    assert left_out is None  # no repair keeps the area of a bow tie


def test_it_comes_again_and_changes_nothing(
    own_engine: sa.Engine, land: Source, contracts: Source, taken: ImportReport
):
    plan = plan_import(own_engine, [contracts], district=land)
    counts = [table.shown().counts for table in plan.tables[:2]]
    assert [(each.unchanged, each.rows_in) for each in counts] == [(3, 3), (3, 3)]


def test_a_row_that_is_sent_back_is_told_and_the_others_are_taken(
    own_engine: sa.Engine, tmp_path: Path
):
    land = Source(district(tmp_path / "district.gpkg", CODES[0], None))
    plan = plan_import(own_engine, [], district=land)
    apply_plan(own_engine, plan, {0: Decision()}, actor="a", clock=lambda: NOON)
    register = plan.table(ContentKind.PARCELS)
    assert [issue.row for issue in register.file.rejected] == [2]
    assert register.shown().counts.added == 1


def test_a_ledger_with_outlines_of_its_own_is_not_spoken_against(
    own_engine: sa.Engine, land: Source, tmp_path: Path
):
    own = gpd.GeoDataFrame(
        {"contract_no": ["G"], "parcel_code": CODES[:1]}, geometry=[NEIGHBOUR], crs=GRID
    )
    own.to_file(tmp_path / "ledger.gpkg", engine="pyogrio")
    sources = [Source(tmp_path / "ledger.gpkg", ContentKind.LEDGER)]
    plan = plan_import(own_engine, sources, district=land)
    assert [table.kept.kind for table in plan.tables] == [ContentKind.LEDGER, None]


def test_a_map_of_files_shows_what_an_import_would_take(land: Source):
    register = read_district(land.path).parcels
    assert register is not None
    assert register.geometry is not None
    assert register.geometry.isna().tolist() == [False, False, True]


def test_a_layer_without_codes_is_refused(tmp_path: Path):
    path = tmp_path / "district.gpkg"
    frame = gpd.GeoDataFrame({"街道": ["x"]}, geometry=[NEIGHBOUR], crs=GRID)
    frame.to_file(path, layer="parcels", engine="pyogrio")
    with pytest.raises(InputFileError, match="no column parcel_code"):
        read_district(path)
