"""What is settled over whole rows: their numbers, their limits, and which are sent back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geodata.importers.headings import normal
from geodata.importers.issues import Issue
from geodata.importers.reading import Cells
from geodata.importers.suppliers import Profile
from geodata.importers.tables import RawTable
from geodata.model.cells import cell_text, write_cell
from geodata.model.coded import Coded
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Cell
from geodata.model.content import Catalogue
from geodata.model.scalars import is_readable

Numbers = npt.NDArray[np.intp]
Known = Mapping[str, Coded[Cell]]


def derive_numbers(table: RawTable, profile: Profile, cells: Cells) -> list[Issue]:
    """Fill the contract numbers of a table that has none from the profile's sources."""
    if "contract_no" in cells or not profile.numbers:
        return []
    numbers: list[Cell] = [None] * len(table)
    issues = []
    for source in profile.numbers:
        place = _place_of(source.header, table)
        if place is None:
            continue
        found = [
            source.number(cell_text(cell) if is_readable(cell) else None)
            for cell in table.columns[place]
        ]
        taken = sum(1 for have, new in zip(numbers, found, strict=True) if new and not have)
        numbers = [have or new for have, new in zip(numbers, found, strict=True)]
        if taken:
            issues.append(_derived(table.headers[place], taken))
    cells["contract_no"] = numbers
    return issues


def _place_of(header: str, table: RawTable) -> int | None:
    places = [i for i, name in enumerate(table.headers) if normal(name) == header]
    return places[0] if places else None


def _derived(header: str, taken: int) -> Issue:
    return Issue(
        IssueSeverity.NOTED,
        "The table has no contract numbers: {count} rows are numbered by {header}.",
        {"count": taken, "header": header},
        column="contract_no",
        header=header,
    )


def exchange_limits(profile: Profile, cells: Cells) -> list[Issue]:
    """Exchange a lower and an upper limit whose headers the supplier has confused.

    Decided once for the whole table, so that a row that states one limit is read right too.
    """
    if not profile.exchanged or not set(profile.exchanged) <= cells.keys():
        return []
    lower, upper = profile.exchanged
    both = [
        (low, high)
        for low, high in zip(cells[lower], cells[upper], strict=True)
        if isinstance(low, Fraction) and isinstance(high, Fraction)
    ]
    wrong = sum(1 for low, high in both if low > high)
    right = sum(1 for low, high in both if low < high)
    if wrong <= right:
        return []
    cells[lower], cells[upper] = cells[upper], cells[lower]
    return [
        Issue(
            IssueSeverity.REPAIRED,
            "The columns of {lower} and {upper} are exchanged: {wrong} rows had them the wrong"
            " way round, {right} the right way.",
            {"lower": lower, "upper": upper, "wrong": wrong, "right": right},
            column=lower,
        )
    ]


def reject_rows(
    table: RawTable, cells: Cells, catalogue: Catalogue, unread: Sequence[Issue]
) -> list[Issue]:
    """An issue for each row that is shifted, incomplete, repeats another's name, or runs backwards.

    Parameters
    ----------
    table, cells
        The table and its typed cells.
    catalogue
        What its rows need.
    unread
        What was said of cells that could not be read: they are not blank.
    """
    told = {(i.row, i.column) for i in unread if i.severity is IssueSeverity.REJECTED}
    blank: Coded[Cell] = Coded([None], np.zeros(len(table), dtype=np.intp))
    known = {key: Coded.of(cells.get(key, blank)) for key in catalogue.by_key}
    return [
        *_shifted(table),
        *(i for i in _incomplete(table, known, catalogue) if (i.row, i.column) not in told),
        *_repeated(table, known, catalogue),
        *_nameless(table, known, catalogue),
        *_unproven(table, known, catalogue),
        *_backwards(table, known, catalogue),
    ]


def _shifted(table: RawTable) -> Iterator[Issue]:
    for position, surplus in table.surplus.items():
        yield Issue(
            IssueSeverity.REJECTED,
            "The row has more cells than there are headers, so its values may stand in the wrong"
            " columns; put cells that contain a comma in quotation marks.",
            row=table.row_no[position],
            line=table.line_no[position],
            value=surplus,
        )


def _incomplete(table: RawTable, known: Known, catalogue: Catalogue) -> Iterator[Issue]:
    for attribute in catalogue.required:
        for position in _blank_rows(known[attribute.key]):
            yield Issue(
                IssueSeverity.REJECTED,
                "The row has no {column} ({zh}).",
                {"column": attribute.key, "zh": attribute.zh},
                row=table.row_no[position],
                line=table.line_no[position],
                column=attribute.key,
            )


def _repeated(table: RawTable, known: Known, catalogue: Catalogue) -> Iterator[Issue]:
    """Rows that agree with an earlier one in the whole natural key, as far as they have one."""
    attributes = [catalogue.by_key[key] for key in catalogue.key]
    named = np.ones(len(table), dtype=np.bool_)
    for attribute in attributes:
        named[_blank_rows(known[attribute.key]) if attribute.is_required else []] = False
    rows = np.flatnonzero(named)
    _, first, name = np.unique(
        _numbered([known[key] for key in catalogue.key])[rows],
        return_index=True,
        return_inverse=True,
    )
    for place in np.flatnonzero(first[name] != np.arange(len(rows))).tolist():
        position, before = int(rows[place]), int(rows[first[name[place]]])
        texts = [write_cell(each, known[each.key][position]) for each in attributes]
        yield Issue(
            IssueSeverity.REJECTED,
            "Row {first} has the same {columns} ({name}).",
            {
                "first": table.row_no[before],
                "columns": ", ".join(catalogue.key),
                "name": ", ".join(filter(None, texts)),
            },
            row=table.row_no[position],
            line=table.line_no[position],
            column=catalogue.key[0],
            value=texts[0],
        )


def _numbered(columns: Sequence[Coded[Cell]]) -> Numbers:
    """The same number for rows with equal cells in all of some columns."""
    together = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        number: dict[Cell, int] = {}
        found = [number.setdefault(cell, len(number)) for cell in column.different]
        each = np.array(found, dtype=np.intp)
        # Numbered anew column by column: products of many would overflow.
        _, together = np.unique(together * len(number) + each[column.place], return_inverse=True)
    return together


def _blank_rows(column: Coded[Cell]) -> list[int]:
    return column.rows_of([place for place, cell in enumerate(column.different) if cell is None])


def _nameless(table: RawTable, known: Known, catalogue: Catalogue) -> Iterator[Issue]:
    """Rows that fill none of the columns of which they need one."""
    if not catalogue.any_of:
        return
    blank = (set(_blank_rows(known[key])) for key in catalogue.any_of)
    for position in sorted(set.intersection(*blank)):
        yield Issue(
            IssueSeverity.REJECTED,
            "The row needs one of: {columns}.",
            {"columns": ", ".join(catalogue.any_of)},
            row=table.row_no[position],
            line=table.line_no[position],
            column=catalogue.any_of[0],
        )


def _unproven(table: RawTable, known: Known, catalogue: Catalogue) -> Iterator[Issue]:
    """Rows whose code says something of which they leave the other half out."""
    for key, code, needed in catalogue.needs:
        attribute = catalogue.by_key[needed]
        said = known[key]
        told = said.rows_of(
            [place for place, cell in enumerate(said.different) if cell == code.position]
        )
        for position in told:
            if known[needed][position] is None:
                yield Issue(
                    IssueSeverity.REJECTED,
                    "The row has {key} {code} and no {column} ({zh}).",
                    {"key": key, "code": code.value, "column": needed, "zh": attribute.zh},
                    row=table.row_no[position],
                    line=table.line_no[position],
                    column=needed,
                )


def _backwards(table: RawTable, known: Known, catalogue: Catalogue) -> Iterator[Issue]:
    """Rows of which a span of days ends before it begins."""
    for begin, end in catalogue.spans:
        for position in np.flatnonzero(_days(known[end]) < _days(known[begin])).tolist():
            yield Issue(
                IssueSeverity.REJECTED,
                "{end} lies before {begin} ({begins_on}).",
                {"end": end, "begin": begin, "begins_on": known[begin][position]},
                row=table.row_no[position],
                line=table.line_no[position],
                column=end,
                value=str(known[end][position]),
            )


def _days(column: Coded[Cell]) -> npt.NDArray[np.float64]:
    """The days of a column by number; nan where none is known."""
    days = [day.toordinal() if isinstance(day, date) else np.nan for day in column.different]
    return np.array(days, dtype=np.float64)[column.place]
