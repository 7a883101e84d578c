"""What an import repairs is counted, told, and kept as it came with the outline made of it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from geodata.model.content_lists import ContentKind
from geodata.model.quality_lists import RepairPolicy
from geodata.store.queries.originals import read_originals
from geodata.store.session import unit_of_work
from service.operations.import_sources import Source
from service.operations.importing import import_now
from tests.conftest import NOON
from tests.geometry.shapes import EAST_M, GRID, NORTH_M, plot

CODE = "310116001002GB00010"
# Overshot by a hair's breadth on both sides.
CROSSED = shapely.Polygon(
    [(EAST_M + x, NORTH_M + y) for x, y in ((0, 0), (40, 0), (40, 40), (-1e-3, 40), (0, 40.001))]
)


@pytest.mark.parametrize("kind", [ContentKind.LEDGER, ContentKind.PARCELS])
def test_a_shape_that_was_repaired_is_kept(
    kind: ContentKind, own_engine: sa.Engine, tmp_path: Path
):
    frame = gpd.GeoDataFrame(
        {"parcel_code": [CODE, f"{CODE[:-1]}1"]}, geometry=[CROSSED, plot(90, 0, 99, 9)], crs=GRID
    )
    if kind is ContentKind.LEDGER:
        frame["contract_no"] = ["a", "b"]
    frame.to_file(tmp_path / "a.gpkg")
    report = import_now(
        own_engine, [Source(tmp_path / "a.gpkg", kind)], actor="test", clock=lambda: NOON
    )
    table = report.table(kind)
    assert table.repaired_count == 1
    assert [issue.fault.value for issue in table.quality if issue.where] == ["self_intersection"]
    assert [repair.row for repair in table.report().repairs] == [1]
    with unit_of_work(own_engine) as connection:
        (kept,) = read_originals(connection, CODE)
        assert read_originals(connection, f"{CODE[:-1]}1") == []
    assert shapely.from_wkb(kept.original.shape) == CROSSED
    assert kept.original.policies == (RepairPolicy.MAKE_VALID,)
    assert (kept.original.crs, kept.original.row_no, kept.file_name) == (GRID, 1, "a.gpkg")
