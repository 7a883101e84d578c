"""Typed cells of the known columns, with an issue for each cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.importers.headings import Heading
from geodata.importers.issues import Issue
from geodata.importers.matching import Matched
from geodata.importers.null_words import words_for_nothing
from geodata.importers.tables import RawTable
from geodata.model.attributes import Kind
from geodata.model.cells import CellError, cell_text, read_cell
from geodata.model.coded import Coded, coded
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Cell, Exact, Fractions
from geodata.model.exact_floats import exact_floats

_EXACT_BELOW: Final = 10**15
_NUMBERS: Final = (float, int)  # True is a number too, but no cell with one

Cells = dict[str, Sequence[Cell]]
"""Typed cells by attribute key, one per row of the raw table; `Coded` as a rule."""

Progress = Callable[[int, int], None]
"""Told how many of how many columns are read."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the different cells of a column mean, and which say nothing or cannot be read."""

    cells: Sequence[Cell]
    blank: list[int]
    errors: Mapping[int, CellError]

    @classmethod
    def of(cls, read: Sequence[Cell | CellError]) -> _Typed:
        errors = {place: cell for place, cell in enumerate(read) if isinstance(cell, CellError)}
        return cls(
            [None if isinstance(cell, CellError) else cell for cell in read],
            [place for place, cell in enumerate(read) if cell is None],
            errors,
        )


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
        raw = coded(table.columns[column.place])
        typed = _typed(column.heading, raw.different)
        read = Coded(typed.cells, raw.place)
        issues += _unreadable(table, column, raw, typed.errors)
        issues += words_for_nothing(column, raw, typed.blank)
        issues += _rounded(table, column, raw)
        if key in cells:
            cells[key], differing = _merged(table, column, cells[key], read, joins.get(key))
            issues += differing
        else:
            cells[key] = read
        if progress:
            progress(done, len(matched))
    return cells, issues


def _typed(heading: Heading, raw: Sequence[object]) -> _Typed:
    if heading.attribute.kind is Kind.EXACT:
        return _numbers(heading, raw)
    return _Typed.of([_read(heading, value) for value in raw])


def _numbers(heading: Heading, raw: Sequence[object]) -> _Typed:
    """Exact numbers: those held as floats are read together."""
    words = {*heading.blank, *heading.words}
    floats = [value if type(value) in _NUMBERS else np.nan for value in raw]
    numbers, is_read = exact_floats(np.array(floats, dtype=np.float64), heading.factor)
    is_read &= [cell_text(value) not in words for value in raw] if words else True
    others = np.flatnonzero(~is_read)
    rest = _Typed.of([_read(heading, raw[place]) for place in others.tolist()])
    added = Exact.of(cell if isinstance(cell, Fraction) else None for cell in rest.cells)
    numbers.num[others], numbers.den[others] = added.num, added.den
    return _Typed(
        Fractions(numbers),
        others[rest.blank].tolist(),
        {int(others[place]): error for place, error in rest.errors.items()},
    )


def _read(heading: Heading, raw: object) -> Cell | CellError:
    if heading.blank or heading.words:
        text = cell_text(raw)
        if text is None or text in heading.blank:
            return None
        raw = heading.words.get(text, raw)
    try:
        return read_cell(heading.attribute, raw, heading.factor)
    except CellError as error:
        return error


def _unreadable(
    table: RawTable, column: Matched, raw: Coded[object], errors: Mapping[int, CellError]
) -> Iterator[Issue]:
    is_kept = column.heading.keep_unreadable
    for row in raw.rows_of(list(errors)):
        error = errors[int(raw.place[row])]
        yield issue_at(
            table,
            column,
            row,
            IssueSeverity.NOTED if is_kept else IssueSeverity.REJECTED,
            "{header} cannot be read in this row; it is kept as an extra attribute and the fact"
            " stays unknown."
            if is_kept
            else error.template,
            {"header": column.header} if is_kept else error.values,
        )


def _rounded(table: RawTable, column: Matched, raw: Coded[object]) -> Iterator[Issue]:
    """Remarks on long numbers in place of codes: floating point holds fifteen digits for sure."""
    if column.heading.attribute.kind is not Kind.TEXT:
        return
    long = (
        place
        for place, value in enumerate(raw.different)
        if isinstance(value, float) and abs(value) >= _EXACT_BELOW
    )
    for row in raw.rows_of(list(long)):
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


def _merged(
    table: RawTable,
    column: Matched,
    first: Sequence[Cell],
    second: Sequence[Cell],
    join: str | None,
) -> tuple[Sequence[Cell], list[Issue]]:
    """The cells filled from a further column of the same attribute, and where the two differ."""
    cells = list(first)
    issues = []
    for row, (have, more) in enumerate(zip(first, second, strict=True)):
        if more is None or more == have:
            continue
        if have is None:
            cells[row] = more
        elif join:
            cells[row] = f"{have}{join}{more}"
        else:
            issues.append(
                issue_at(
                    table,
                    column,
                    row,
                    IssueSeverity.NOTED,
                    "{header} disagrees with an earlier column for the same fact, which was used.",
                    {"header": column.header},
                )
            )
    return cells, issues
