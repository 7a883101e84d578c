from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon

from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.model.columns import NO_DAY, day_number
from geodata.model.quality_lists import ShapeFault
from tests.importers.samples import (
    HEADERS,
    ROWS,
    WITH_SHAPES,
    WRITERS,
    frame,
    square,
    write_text,
    write_workbook,
)


def check(ledger: LedgerFile) -> None:
    columns = ledger.columns
    assert ledger.rejected == ()
    assert ledger.profile == "ledger"
    assert ledger.row_count == len(columns) == len(ROWS)
    assert columns.row_no.tolist() == [1, 2, 3]
    assert columns.texts["contract_no"].tolist() == ["沪金（2024）5号", "00012345", "00012345"]
    assert columns.texts["phase"].tolist() == [None, "1", "2"]
    assert columns.texts["location"].tolist() == ["金山大道1号", None, "朱行镇"]
    assert columns.texts["uscc"].tolist() == ["91310000132260250X", None, None]
    assert columns.texts["note"].tolist() == ["正常", None, "第二期"]
    deposits = [columns.exact["deposit_yuan"].fraction(row) for row in range(3)]
    assert deposits == [12_000_000, Fraction(1, 2), None]
    assert columns.days["closed_on"].tolist() == [day_number(date(2024, 1, 5)), NO_DAY, NO_DAY]


def remarks(ledger: LedgerFile) -> list[Issue]:
    """What is told besides that 1900-01-01 is no date."""
    return [issue for issue in ledger.issues if issue.column != "closed_on"]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(name: str, tmp_path: Path):
    ledger = read_ledger(WRITERS[name](tmp_path / name))
    check(ledger)
    assert ledger.unknown_headers == ()
    assert ledger.extras == {}


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_shapes_come_along(name: str, tmp_path: Path):
    ledger = read_ledger(WRITERS[name](tmp_path / name))
    assert ledger.geometry is not None
    assert ledger.geometry.crs.to_epsg() == 4490
    for number, shape in enumerate(ledger.geometry):
        assert shape.geom_type == "Polygon"
        assert shape.hausdorff_distance(square(number)) < 1e-6  # GeoJSON has seven decimals


def test_a_table_without_shapes_has_none(tmp_path: Path):
    assert read_ledger(write_text(tmp_path / "a.csv", "utf-8")).geometry is None


def test_lines_of_the_file_are_told_below_a_title(tmp_path: Path):
    path = write_workbook(tmp_path / "a.xlsx", [["台账"], [None]])
    book = openpyxl.load_workbook(path)
    book["台账"]["D6"] = "viele"
    book.save(path)
    (issue,) = read_ledger(path).rejected
    assert (issue.row, issue.line, issue.column, issue.header) == (3, 6, "deposit_yuan", "定金")


def test_lines_count_line_breaks_inside_cells_and_blank_rows(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text('contract_no,note,signed_on\n1,"two\nlines",\n\n,,\n2,,soon\n', "utf-8")
    ledger = read_ledger(path)
    (issue,) = ledger.rejected
    assert (issue.row, issue.line) == (4, 6)
    assert ledger.row_count == 2
    assert ledger.columns.texts["note"].tolist() == ["two\nlines"]


def test_numbers_held_as_floats_stay_codes(tmp_path: Path):
    table = pd.DataFrame({"contract_no": [12345, None], "phase": [20160104.0, 1.5]})
    shapes = gpd.GeoDataFrame(table, geometry=[square(0), square(1)], crs=4490)
    shapes["contract_no"] = shapes["contract_no"].fillna(7)
    shapes.to_file(tmp_path / "a.gpkg")
    columns = read_ledger(tmp_path / "a.gpkg").columns
    assert columns.texts["contract_no"].tolist() == ["12345", "7"]
    assert columns.texts["phase"].tolist() == ["20160104", "1.5"]


def test_a_column_of_a_workbook_without_a_header_shifts_nothing(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["合同编号", "宗地代码"], ["A", "P", None, "核实"], [], ["B", "Q"]):
        book.active.append(row)
    book.save(tmp_path / "ledger.xlsx")
    ledger = read_ledger(tmp_path / "ledger.xlsx")
    assert (ledger.rejected, ledger.columns.row_no.tolist()) == ((), [1, 3])
    assert {h: list(texts) for h, texts in ledger.extras.items()} == {"column 4": ["核实", None]}


def test_a_contract_number_that_looks_like_a_date_stays_text(tmp_path: Path):
    shapes = gpd.GeoDataFrame(
        {"contract_no": ["2016/1/4", "2016/1/5"]}, geometry=[square(0), square(1)], crs=4490
    )
    shapes.to_file(tmp_path / "a.geojson")
    columns = read_ledger(tmp_path / "a.geojson").columns
    assert columns.texts["contract_no"].tolist() == ["2016/1/4", "2016/1/5"]


def test_the_sheet_and_layer_with_the_ledger_are_found(tmp_path: Path):
    assert read_ledger(write_workbook(tmp_path / "a.xlsx")).layer == "台账"
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[square(5)], crs=4490).to_file(path, layer="parks")
    frame().to_file(path, layer="contracts")
    ledger = read_ledger(path)
    assert ledger.layer == "contracts"
    check(ledger)


def test_a_layer_can_be_named(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="new")
    frame().iloc[:1].to_file(path, layer="old")
    assert read_ledger(path, layer="old").row_count == 1


def test_shapes_are_moved_to_the_storage_system(tmp_path: Path):
    projected = frame().to_crs(4528)
    projected.to_file(tmp_path / "a.gpkg")
    geometry = read_ledger(tmp_path / "a.gpkg").geometry
    assert geometry is not None
    assert geometry[0].hausdorff_distance(square(0)) < 1e-9


@pytest.mark.parametrize("ending", ["shp", "gpkg", "parquet"])
def test_shapes_without_a_reference_system_are_refused_and_the_rows_kept(
    ending: str, tmp_path: Path
):
    path = tmp_path / f"a.{ending}"
    unplaced = frame(crs=None)
    if ending == "parquet":
        unplaced.to_parquet(path)
    else:
        with pytest.warns(UserWarning, match="crs"):
            unplaced.to_file(path)
    ledger = read_ledger(path)
    assert ledger.geometry is None
    assert ledger.row_count == 3
    (issue,) = remarks(ledger)
    assert "no coordinate reference system" in issue.text()


def test_shapes_that_contradict_their_system_are_refused(tmp_path: Path):
    metres = frame().to_crs(4528)
    metres.geometry = metres.translate(1e9).set_crs(4490, allow_override=True)
    metres.to_file(tmp_path / "a.gpkg")
    ledger = read_ledger(tmp_path / "a.gpkg")
    assert ledger.geometry is None
    (issue,) = remarks(ledger)
    assert "no place on earth" in issue.text()


def written(path: Path, prefix: str) -> LedgerFile:
    shapes = [f"{prefix}{square(0).wkt}", f"{prefix}{square(1).wkt}", "nowhere", ""]
    rows = [f'{n},"{shape}",x' for n, shape in enumerate(shapes)]
    path.write_text("\n".join(["contract_no,WKT,note", *rows]), "utf-8")
    return read_ledger(path)


def test_shapes_written_as_text_come_along(tmp_path: Path):
    ledger = written(tmp_path / "a.csv", "SRID=4490;")
    assert ledger.geometry is not None
    assert ledger.geometry.isna().tolist() == [False, False, True, True]
    assert ledger.geometry[1].equals(square(1))
    assert ledger.columns.texts["note"].tolist() == ["x"] * 4
    assert ledger.unknown_headers == ()


@pytest.mark.parametrize("prefix", ["", "SRID=1;"])
def test_shapes_written_without_a_system_are_refused(prefix: str, tmp_path: Path):
    ledger = written(tmp_path / "a.csv", prefix)
    assert ledger.geometry is None
    assert ledger.row_count == 4
    (issue,) = ledger.issues
    assert "no coordinate reference system" in issue.text()


def test_a_layer_whose_shapes_are_all_missing_is_a_plain_table(tmp_path: Path):
    frame().assign(geometry=None).set_geometry("geometry", crs=4490).to_file(tmp_path / "a.geojson")
    ledger = read_ledger(tmp_path / "a.geojson")
    assert ledger.geometry is None
    check(ledger)
    assert remarks(ledger) == []


def test_broken_shapes_are_repaired_and_told(tmp_path: Path):
    shapes = frame()
    overshot = [(121, 30), (121.1, 30), (121.1, 30.1), (120.99999, 30.1), (121, 30.10001)]
    shapes.loc[0, "geometry"] = Polygon(overshot)
    shapes.loc[1, "geometry"] = Point(121, 30)
    shapes.loc[2, "geometry"] = None
    shapes.to_file(tmp_path / "a.gpkg")
    ledger = read_ledger(tmp_path / "a.gpkg")
    assert ledger.geometry is not None
    assert ledger.geometry[0].is_valid
    assert ledger.geometry.isna().tolist() == [False, True, True]
    assert [(issue.row, issue.severity.value) for issue in remarks(ledger)] == [(1, "repaired")]
    faults = {issue.rows: issue.fault for issue in ledger.quality if not issue.columns}
    assert faults[2,] is ShapeFault.NO_POLYGON
    assert faults[3,] is ShapeFault.SHAPE_MISSING


def test_shapes_stay_with_their_rows_when_others_are_sent_back(tmp_path: Path):
    shapes = frame()
    shapes.loc[0, "closed_on"] = "soon"
    shapes.to_file(tmp_path / "a.gpkg")
    ledger = read_ledger(tmp_path / "a.gpkg")
    assert ledger.columns.row_no.tolist() == [2, 3]
    assert ledger.geometry is not None
    assert [shape.equals(square(n + 1)) for n, shape in enumerate(ledger.geometry)] == [True, True]


def cut_frame(**columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[square(0)], crs=4490)


def test_names_cut_by_a_shapefile_are_completed_when_only_one_fits(tmp_path: Path):
    path = tmp_path / "a.shp"
    shapes = cut_frame(contract_n=["7"], supervisio=["x"], start_agre=["2023-01-01"])
    shapes.to_file(path)
    ledger = read_ledger(path)
    assert ledger.columns.texts["contract_no"].tolist() == ["7"]
    assert ledger.columns.texts["supervision_no"].tolist() == ["x"]
    assert ledger.unknown_headers == ("start_agre",)
    (issue,) = ledger.issues
    assert "start_agreed_on, start_agreed_after" in issue.text()


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_chinese_names_cut_in_the_middle_of_a_character_are_completed(tmp_path: Path):
    cut_frame(合同编号=["7"], 受让人=["甲"], 宗地代码=["乙"]).to_file(
        tmp_path / "a.shp", encoding="UTF-8"
    )
    ledger = read_ledger(tmp_path / "a.shp")
    assert ledger.columns.texts["contract_no"].tolist() == ["7"]
    assert ledger.columns.texts["grantee"].tolist() == ["甲"]
    assert ledger.columns.texts["parcel_code"].tolist() == ["乙"]


def test_the_digest_is_the_files_own(tmp_path: Path):
    path = write_text(tmp_path / "a.csv", "utf-8")
    assert read_ledger(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_digest_of_a_shapefile_covers_its_attributes(tmp_path: Path):
    path = WRITERS["gbk.shp"](tmp_path / "a.shp")
    before = read_ledger(path).sha256
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"0.5", b"0.7"))
    assert read_ledger(path).sha256 != before


def test_progress_counts_the_columns(tmp_path: Path):
    told: list[tuple[int, int]] = []
    read_ledger(
        write_text(tmp_path / "a.csv", "utf-8"), progress=lambda done, of: told.append((done, of))
    )
    assert told == [(done, len(HEADERS)) for done in range(1, len(HEADERS) + 1)]
