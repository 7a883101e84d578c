"""Workbooks: XLSX, XLSM, XLSB, XLS and ODS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from geodata.importers.grids import columns_of
from geodata.importers.tables import Grid, Knows, RawTable, from_grid, known_headers
from geodata.model.coded import Coded


def read_workbook(path: Path, knows: Knows, sheet: str | None = None) -> RawTable | None:
    """Table of a workbook: of the sheet named, else of the one with most known headers.

    None when it has no text.

    Raises
    ------
    InputFileError
        When the file is no workbook, is encrypted, has no sheet of that name, or is too large.
    """
    sheets = columns_of(path, sheet)
    grids = {
        name: Grid([Coded.told(*column) for column in columns]) for name, columns in sheets.items()
    }
    if not grids:
        return None
    best = max(grids, key=lambda name: known_headers(grids[name], knows))
    grid = grids[best]
    table = from_grid(path, best, grid, range(1, len(grid) + 1), knows)
    return table and replace(table, layers=tuple(grids))
