"""What is settled over whole rows: their numbers, their limits, and which are sent back."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from geodata.importers.headings import normal
from geodata.importers.issues import Issue
from geodata.importers.reading import Cells
from geodata.importers.suppliers import Profile
from geodata.importers.tables import RawTable
from geodata.model.cells import cell_text
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Cell
from geodata.model.scalars import is_readable

IDENTITY: Final = ("contract_no", "phase", "parcel_code")
"""What names a row: no two rows of a ledger agree in all three."""


def derive_numbers(table: RawTable, profile: Profile, cells: Cells) -> list[Issue]:
    """Fill the contract numbers of a table that has none from the profile's sources."""
    if "contract_no" in cells:
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


def reject_rows(table: RawTable, cells: Cells) -> list[Issue]:
    """An issue for each row that is shifted, has no contract number, or repeats another's name."""
    issues = []
    first: dict[tuple[Cell, ...], int] = {}
    blank: list[Cell] = [None] * len(table)
    names = zip(*(cells.get(key, blank) for key in IDENTITY), strict=True)
    for position, name in enumerate(names):
        if surplus := table.surplus.get(position):
            issues.append(_shifted(table, position, surplus))
        if name[0] is None:
            issues.append(_nameless(table, position))
        elif name in first:
            issues.append(_repeated(table, position, name, first[name]))
        else:
            first[name] = table.row_no[position]
    return issues


def _shifted(table: RawTable, position: int, surplus: str) -> Issue:
    return Issue(
        IssueSeverity.REJECTED,
        "The row has more cells than there are headers, so its values may stand in the wrong"
        " columns; put cells that contain a comma in quotation marks.",
        row=table.row_no[position],
        line=table.line_no[position],
        value=surplus,
    )


def _nameless(table: RawTable, position: int) -> Issue:
    return Issue(
        IssueSeverity.REJECTED,
        "The row has no contract number.",
        row=table.row_no[position],
        line=table.line_no[position],
        column=IDENTITY[0],
    )


def _repeated(table: RawTable, position: int, name: tuple[Cell, ...], first: int) -> Issue:
    return Issue(
        IssueSeverity.REJECTED,
        "Row {first} has the same contract number, phase and parcel code ({name}).",
        {"first": first, "name": ", ".join(str(part) for part in name if part)},
        row=table.row_no[position],
        line=table.line_no[position],
        column=IDENTITY[0],
        value=str(name[0]),
    )
