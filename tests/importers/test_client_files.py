"""Files as the programs of a bureau save them: LibreOffice, and GDAL's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from geodata.importers.error_cells import error_cells
from geodata.importers.ledger import read_ledger
from tests.importers.binary_workbook import write_binary_workbook
from tests.importers.samples import HEADERS, ROWS, frame, square, write_workbook
from tests.importers.test_formats import check
from tests.programs import program

SAVED = ("xlsx", "xls", "ods")
ERRORS = {(2, 1): "#N/A", (3, 1): "#DIV/0!", (3, 3): "#NAME?"}


def with_errors(path: Path) -> Path:
    """A ledger of which formulas have lost what they look for."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("台账")
    for row in (
        ["contract_no", "定金", "备注", "own"],
        ["G-1", "=2*3", "", "x"],
        ["G-2", '=VLOOKUP("no",A1:B2,2,0)', "", ""],
        ["G-3", "=1/0", "", "=NOSUCHFUNCTION()"],
        ["=A4", "=B2", "=C2", ""],
    ):
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def saved(office, tmp_path_factory) -> Path:
    """A folder for each format with a workbook that is sound, and one with errors."""
    folder = tmp_path_factory.mktemp("saved")
    sources = [write_workbook(folder / "sound.xlsx"), with_errors(folder / "errors.xlsx")]
    for ending in SAVED:
        office(sources, ending, folder / ending)
    return folder


@pytest.mark.parametrize("ending", SAVED)
def test_what_a_spreadsheet_program_saves_is_read(saved: Path, ending: str):
    ledger = read_ledger(saved / ending / f"sound.{ending}")
    check(ledger)
    assert ledger.layer == "台账"


@pytest.mark.parametrize("ending", SAVED)
def test_a_formula_that_fails_is_no_blank_cell(saved: Path, ending: str):
    path = saved / ending / f"errors.{ending}"
    assert error_cells(path, "台账") == ERRORS
    ledger = read_ledger(path)
    told = [(issue.row, issue.column, issue.value) for issue in ledger.rejected]
    assert told[:2] == [(2, "deposit_yuan", "#N/A"), (3, "deposit_yuan", "#DIV/0!")]
    assert ledger.columns.exact["deposit_yuan"].fraction(0) == 6
    assert ledger.row_count == 4


def test_an_error_in_a_binary_workbook_is_no_blank_cell(tmp_path: Path):
    rows = [list(HEADERS), [cell or None for cell in ROWS[0]], ["G-2", None, None, b"\x2a"]]
    ledger = read_ledger(write_binary_workbook(tmp_path / "a.xlsb", rows))
    (issue,) = ledger.rejected
    assert (issue.row, issue.column, issue.value) == (2, "deposit_yuan", "#N/A")


OPTIONS = {
    "gpkg": (),
    "shp": ("-lco", "ENCODING=GBK"),
    "geojson": (),
    "csv": ("-lco", "GEOMETRY=AS_WKT", "-lco", "GEOMETRY_NAME=WKT"),
}


@pytest.mark.parametrize("ending", OPTIONS)
def test_what_gdal_writes_is_read(ending: str, tmp_path: Path):
    frame().to_file(tmp_path / "source.gpkg")
    path = tmp_path / f"a.{ending}"
    command = [program("ogr2ogr"), *OPTIONS[ending], path, tmp_path / "source.gpkg"]
    subprocess.run(command, check=True, capture_output=True)
    ledger = read_ledger(path)
    check(ledger)
    if ending != "csv":  # a table of texts names no system
        assert ledger.geometry is not None
        assert ledger.geometry[2].hausdorff_distance(square(2)) < 1e-6
