"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from geodata.errors import InputFileError
from geodata.importers.tables import Knows, RawTable, from_grid, known_headers
from geodata.importers.workbook_errors import error_cells, has_xml_sheets
from geodata.model.scalars import Unreadable


def read_workbook(path: Path, knows: Knows, sheet: str | None = None) -> RawTable | None:
    """Table of a workbook: of the sheet named, else of the one with most known headers.

    None when it has no text.

    Raises
    ------
    InputFileError
        When the file is no workbook, is encrypted, or has no sheet of that name.
    """
    try:
        with _opened(path) as book:
            tables = [s.name for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
            names = _chosen(path, tables, sheet)
            grids = [book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in names]
    except PasswordError as error:
        raise InputFileError(
            "The workbook {path} is protected by a password.",
            "Save a copy without the password.",
            path=path,
        ) from error
    except CalamineError as error:
        raise InputFileError(
            "The file {path} is not a workbook that can be read: {reason}.",
            "Open it in a spreadsheet program and save it again as XLSX.",
            path=path,
            reason=str(error),
        ) from error
    if not names:
        return None
    best = max(range(len(names)), key=lambda i: known_headers(grids[i], knows))
    grid: list[list[object]] = [list(row) for row in grids[best]]
    if has_xml_sheets(path):
        for (row, column), shown in error_cells(path, names[best]).items():
            grid[row][column] = Unreadable(shown)
    return from_grid(names[best], grid, range(1, len(grid) + 1), knows)


def _opened(path: Path) -> CalamineWorkbook:
    """The workbook, by its content where its name tells another kind."""
    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError:
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)


def _chosen(path: Path, names: list[str], sheet: str | None) -> list[str]:
    if sheet is None:
        return names
    if sheet not in names:
        raise InputFileError(
            "The workbook {path} has no sheet {sheet}; it has: {names}.",
            "Name one of its sheets.",
            path=path,
            sheet=sheet,
            names=", ".join(names),
        )
    return [sheet]
