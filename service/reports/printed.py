"""Tables of typed cells as documents print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geodata.model.codelist import Codelist
from service.maps.figures import NOTHING
from service.reports.papers.blocks import Align, runs
from service.reports.papers.blocks import Table as PrintedTable
from service.reports.tables import Table, written

_WIDEST: Final = 28
_NARROWEST: Final = 6
_EDGES: Final = 4
_FIRST_WIDE_SIGN: Final = "\u2e80"
"""From here on signs are twice as wide as letters."""


def printed(
    table: Table,
    language: str,
    columns: Sequence[int] | None = None,
    most: int | None = None,
    *,
    captioned: bool = True,
    widest: int = _WIDEST,
) -> PrintedTable:
    """A table for paper: figures on the right, columns as wide as their words ask for.

    Parameters
    ----------
    table
        Heads and rows.
    columns
        The columns that are printed, in order; all by default.
    most
        Rows that are printed at most.
    captioned
        Whether its title stands above it.
    widest
        Letters a column is made wide for at most; longer cells take more lines.
    """
    chosen = range(len(table.heads)) if columns is None else columns
    heads = tuple(table.heads[column] for column in chosen)
    rows = [[cell_words(row[column], language) for column in chosen] for row in table.rows[:most]]
    return PrintedTable(
        heads=heads,
        rows=tuple(tuple(runs(cell) for cell in row) for row in rows),
        widths=tuple(_width(cells, widest) for cells in zip(heads, *rows, strict=True)),
        aligns=tuple(Align.LEFT if column < table.text_count else Align.RIGHT for column in chosen),
        caption=table.title if captioned else "",
    )


def cell_words(cell: Any, language: str) -> str:
    """A cell in words; a dash where nothing is known."""
    if isinstance(cell, Codelist):
        return cell.label(language)
    return written(cell) or NOTHING


def _width(cells: Sequence[str], widest: int) -> int:
    wanted = max(sum(1 + (sign >= _FIRST_WIDE_SIGN) for sign in cell) for cell in cells)
    return min(max(wanted, _NARROWEST), widest) + _EDGES
