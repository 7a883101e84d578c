"""The neutral table every file is read into, and the search for its header row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geodata.importers.issues import Issue
from geodata.model.cells import cell_text

if TYPE_CHECKING:
    import geopandas as gpd

Knows = Callable[[str], bool]
"""Tells whether a text is a known column header."""

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

    def __len__(self) -> int:
        return len(self.row_no)


Grid = Sequence[Sequence[object]]


def header_row(grid: Grid, knows: Knows) -> int | None:
    """Position of the header: the first row with two known names, else with one, else any text.

    None for a grid without any text.
    """
    known = [_known_count(row, knows) for row in grid[:_HEADER_WITHIN]]
    for enough in (_SURE, 1):
        for position, count in enumerate(known):
            if count >= enough:
                return position
    return next((i for i, row in enumerate(grid) if _is_filled(row)), None)


def known_headers(grid: Grid, knows: Knows) -> int:
    """Number of known names in the header of a grid: how sure it is that this is the table."""
    position = header_row(grid, knows)
    return 0 if position is None else _known_count(grid[position], knows)


def from_grid(name: str, grid: Grid, lines: Sequence[int], knows: Knows) -> RawTable | None:
    """Table of a grid of cells; None when it has no header.

    Parameters
    ----------
    name
        Sheet the grid comes from.
    grid, lines
        Rows of cells, and the line of the file each begins on.
    knows
        Recognises the header.
    """
    top = header_row(grid, knows)
    if top is None:
        return None
    headers = tuple(cell_text(cell) or "" for cell in grid[top])
    kept = [i for i in range(top + 1, len(grid)) if _is_filled(grid[i])]
    columns = tuple(
        [grid[i][place] if place < len(grid[i]) else None for i in kept]
        for place in range(len(headers))
    )
    surplus = {
        position: ", ".join(extra)
        for position, i in enumerate(kept)
        if (extra := [text for cell in grid[i][len(headers) :] if (text := cell_text(cell))])
    }
    return RawTable(
        name, headers, columns, [i - top for i in kept], [lines[i] for i in kept], surplus
    )


def _known_count(row: Sequence[object], knows: Knows) -> int:
    return sum(1 for cell in row if isinstance(cell, str) and cell.strip() and knows(cell))


def _is_filled(row: Sequence[object]) -> bool:
    return any(cell_text(cell) is not None for cell in row)
