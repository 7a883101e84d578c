"""The neutral table every file is read into, and the search for its header row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from geodata.errors import InputFileError
from geodata.importers.detective.declarations import NOTHING, Declaration
from geodata.importers.issues import Issue
from geodata.model.cells import cell_text
from geodata.model.coded import Coded, coded
from geodata.model.columns import Flags

if TYPE_CHECKING:
    import geopandas as gpd

Knows = Callable[[str], bool]
"""Tells whether a text is a known column header."""

MOST_ROWS: Final = 5_000_000
MOST_COLUMNS: Final = 16_384  # those of a spreadsheet

_HEADER_WITHIN: Final = 30  # titles, units and filling notes above a header are a few rows
_SURE: Final = 2  # two known headers in one row are no chance; one may be a title's word


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as the file holds it: texts stay texts, nothing is guessed.

    Attributes
    ----------
    name
        Sheet or layer; empty where the format has only one table.
    headers, columns
        Column names as written (empty where there is none), and the cells of each.
    row_no, line_no
        Number of each row among the data rows from 1, and its line in the file. Blank rows are
        left out but counted in the numbering, so that a number leads to the row.
    surplus
        Filled cells beyond the end of the header row, by position of the row: an unquoted comma
        in a text file shifts everything behind it.
    geometry
        Shapes of the rows in the file's own reference system; None without a geometry column.
    names_cut
        True where the format shortens column names to ten bytes.
    issues
        What reading alone has to say of rows and of the whole file.
    unclosed
        Well-known binary, as the file has it, of shapes with a ring that is not closed there, by
        position of the row; `geometry` holds them closed.
    declared
        What the file says of its coordinates in words.
    layers
        Names of the sheets or layers it was chosen from; of the one named where one was.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    row_no: Sequence[int]
    line_no: Sequence[int]
    surplus: Mapping[int, str] = field(default_factory=dict)
    geometry: gpd.GeoSeries | None = None
    names_cut: bool = False
    issues: tuple[Issue, ...] = ()
    unclosed: Mapping[int, bytes] = field(default_factory=dict)
    declared: Declaration = NOTHING
    layers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row_no)


Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, eq=False)
class Grid(Sequence[Sequence[object]]):
    """Rows of cells, held as columns, with None behind the end of a row."""

    columns: Sequence[Coded[object]]

    @classmethod
    def of(cls, rows: Rows) -> Grid:
        """The grid of some rows, of which none holds None."""
        return cls([coded(column) for column in zip_longest(*rows)])

    def __len__(self) -> int:
        return max(map(len, self.columns), default=0)

    @overload
    def __getitem__(self, row: int) -> Sequence[object]: ...
    @overload
    def __getitem__(self, row: slice) -> Rows: ...
    def __getitem__(self, row: int | slice) -> Sequence[object] | Rows:
        if isinstance(row, slice):
            return [self[number] for number in range(len(self))[row]]
        place = range(len(self))[row]  # ends the loop over a grid without columns
        return list(takewhile(lambda cell: cell is not None, (c[place] for c in self.columns)))

    def filled_rows(self, first_column: int = 0) -> Flags:
        """Rows with something in that column or behind it."""
        filled = np.zeros(len(self), dtype=np.bool_)
        for column in self.columns[first_column:]:
            if filled.all():
                break
            is_filled = [cell_text(cell) is not None for cell in column.different]
            filled |= np.array(is_filled, dtype=np.bool_)[column.place]
        return np.asarray(filled)


def header_row(grid: Rows, knows: Knows) -> int | None:
    """Position of the header: the first row with two known names, else with one, else any text.

    None for a grid without any text.
    """
    known = [_known_count(row, knows) for row in grid[:_HEADER_WITHIN]]
    for enough in (_SURE, 1):
        for position, count in enumerate(known):
            if count >= enough:
                return position
    return next((i for i, row in enumerate(grid) if _is_filled(row)), None)


def known_headers(grid: Rows, knows: Knows) -> int:
    """Number of known names in the header of a grid: how sure it is that this is the table."""
    position = header_row(grid, knows)
    return 0 if position is None else _known_count(grid[position], knows)


def require_size(path: Path, rows: int, columns: int) -> None:
    """Refuse a table that says it is larger than any is.

    Raises
    ------
    InputFileError
        When it has more than `MOST_ROWS` rows or `MOST_COLUMNS` columns.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise InputFileError(
            "The table in {path} has {rows} rows and {columns} columns; at most {most_rows} rows"
            " and {most_columns} columns are read.",
            "Leave out what is no part of the table, or split it.",
            path=path,
            rows=rows,
            columns=columns,
            most_rows=MOST_ROWS,
            most_columns=MOST_COLUMNS,
        )


def from_grid(
    path: Path, name: str, grid: Grid, lines: Sequence[int], knows: Knows
) -> RawTable | None:
    """Table of a grid of cells; None when it has no header.

    Parameters
    ----------
    path, name
        File and sheet the grid comes from.
    grid, lines
        Rows of cells, and the line of the file each begins on.
    knows
        Recognises the header.
    """
    top = header_row(grid, knows)
    if top is None:
        return None
    require_size(path, len(grid), len(grid[top]))
    headers = tuple(cell_text(cell) or "" for cell in grid[top])
    filled, beyond = grid.filled_rows(), grid.filled_rows(len(headers))
    kept = top + 1 + np.flatnonzero(filled[top + 1 :])
    rows = kept.tolist()
    columns = (column.take(kept).used() for column in grid.columns[: len(headers)])
    surplus = {
        position: ", ".join(filter(None, map(cell_text, grid[rows[position]][len(headers) :])))
        for position in np.flatnonzero(beyond[kept]).tolist()
    }
    return RawTable(
        name,
        headers,
        tuple(columns),
        [row - top for row in rows],
        [lines[row] for row in rows],
        surplus,
    )


def _known_count(row: Sequence[object], knows: Knows) -> int:
    return sum(1 for cell in row if isinstance(cell, str) and cell.strip() and knows(cell))


def _is_filled(row: Sequence[object]) -> bool:
    return any(cell_text(cell) is not None for cell in row)
