"""Typed cells of the known columns, with an issue for each cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from geodata.importers.headings import Heading
from geodata.importers.issues import Issue
from geodata.importers.matching import Matched
from geodata.importers.tables import RawTable
from geodata.model.attributes import Kind
from geodata.model.cells import CellError, cell_text, read_cell
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Cell

_EXACT_BELOW: Final = 10**15

Cells = dict[str, list[Cell]]
"""Typed cells by attribute key, one list entry per row of the raw table."""

Progress = Callable[[int, int], None]
"""Told how many of how many columns are read."""


def read_columns(
    table: RawTable,
    matched: Sequence[Matched],
    joins: Mapping[str, str],
    progress: Progress | None = None,
) -> tuple[Cells, list[Issue]]:
    """Typed cells by attribute, and what is wrong with some of them.

    Where several columns hold one attribute, the first filled cell counts, or the parts are
    joined when the profile says so.
    """
    cells: Cells = {}
    issues: list[Issue] = []
    for done, column in enumerate(matched, start=1):
        key = column.heading.attribute.key
        read, errors = _read_column(column.heading, table.columns[column.place])
        issues += [_unreadable(table, column, row, error) for row, error in errors.items()]
        issues += _rounded(table, column)
        if key in cells:
            issues += _merge(table, column, cells[key], read, joins.get(key))
        else:
            cells[key] = read
        if progress:
            progress(done, len(matched))
    return cells, issues


def _read_column(
    heading: Heading, values: Sequence[object]
) -> tuple[list[Cell], dict[int, CellError]]:
    """Cells of one column; equal cells are read once."""
    seen: dict[object, Cell | CellError] = {None: None}
    cells: list[Cell] = []
    errors: dict[int, CellError] = {}
    for row, raw in enumerate(values):
        same = None if raw is None else (type(raw), raw)  # 1 and True are equal, not the same
        if same not in seen:
            seen[same] = _read(heading, raw)
        cell = seen[same]
        if isinstance(cell, CellError):
            errors[row] = cell
            cell = None
        cells.append(cell)
    return cells, errors


def _read(heading: Heading, raw: object) -> Cell | CellError:
    text = cell_text(raw)
    if text is None or text in heading.blank:
        return None
    try:
        return read_cell(heading.attribute, heading.words.get(text, raw), heading.factor)
    except CellError as error:
        return error


def _unreadable(table: RawTable, column: Matched, row: int, error: CellError) -> Issue:
    if not column.heading.keep_unreadable:
        return issue_at(table, column, row, IssueSeverity.REJECTED, error.template, error.values)
    return issue_at(
        table,
        column,
        row,
        IssueSeverity.NOTED,
        "{header} cannot be read in this row; it is kept as an extra attribute and the fact stays"
        " unknown.",
        {"header": column.header},
    )


def _rounded(table: RawTable, column: Matched) -> Iterator[Issue]:
    """Remarks on long numbers in place of codes: floating point holds fifteen digits for sure."""
    if column.heading.attribute.kind is not Kind.TEXT:
        return
    for row, raw in enumerate(table.columns[column.place]):
        if isinstance(raw, float) and abs(raw) >= _EXACT_BELOW:
            yield issue_at(
                table,
                column,
                row,
                IssueSeverity.NOTED,
                "{header} is stored as a number of more than 15 digits, of which the last may be"
                " lost; format the column as text and enter it again.",
                {"header": column.header},
            )


def issue_at(
    table: RawTable,
    column: Matched,
    row: int,
    severity: IssueSeverity,
    template: str,
    values: Mapping[str, object],
) -> Issue:
    """Issue about one cell of the table, `row` being its position."""
    return Issue(
        severity,
        template,
        values,
        row=table.row_no[row],
        line=table.line_no[row],
        column=column.heading.attribute.key,
        header=column.header,
        value=cell_text(table.columns[column.place][row]) or "",
    )


def _merge(
    table: RawTable, column: Matched, first: list[Cell], second: list[Cell], join: str | None
) -> Iterator[Issue]:
    """Fill `first` from a further column of the same attribute; tell where they differ."""
    for row, (have, more) in enumerate(zip(first, second, strict=True)):
        if more is None or more == have:
            continue
        if have is None:
            first[row] = more
        elif join:
            first[row] = f"{have}{join}{more}"
        else:
            yield issue_at(
                table,
                column,
                row,
                IssueSeverity.NOTED,
                "{header} disagrees with an earlier column for the same fact, which was used.",
                {"header": column.header},
            )
