"""Typed cells of single rows out of columns: the inverse of `geodata.model.columns.from_rows`."""

from __future__ import annotations

from geodata.model.attributes import ATTRIBUTES, Attribute, Kind
from geodata.model.columns import (
    NO_CODE,
    RAGGED_FIELDS,
    SPLIT_PARTS,
    UNDELIVERED,
    Cell,
    Exact,
    LedgerColumns,
    Ragged,
    as_date,
)


def row_cells(columns: LedgerColumns, row: int) -> dict[str, Cell]:
    """The typed cells of one row by attribute key; unknown cells are left out."""
    cells = {attribute.key: _cell(columns, attribute, row) for attribute in ATTRIBUTES}
    return {key: cell for key, cell in cells.items() if cell is not None}


def _cell(columns: LedgerColumns, attribute: Attribute, row: int) -> Cell:
    key = attribute.key
    match attribute.kind:
        case Kind.TEXT:
            text: Cell = columns.texts[key][row]
            return text
        case Kind.DELIVERY if columns.undelivered[row]:
            return UNDELIVERED
        case Kind.DATE | Kind.DELIVERY:
            return as_date(int(columns.days[key][row]))
        case Kind.BOOLEAN | Kind.CODE:
            code = int(columns.codes[key][row])
            return None if code == NO_CODE else code
        case Kind.EXACT | Kind.SHARE:
            return columns.exact[key].fraction(row)
        case Kind.TERM:
            term = columns.terms[key]
            count = int(term.count[row])
            return None if count < 0 else (count, int(term.unit[row]), int(term.anchor[row]))
        case Kind.SPLIT:
            shares = tuple(columns.exact[f"{key}_{part}"].fraction(row) for part in SPLIT_PARTS)
            return shares if any(share is not None for share in shares) else None
        case _:
            return entries_of(attribute, columns.ragged[key], row)


def entries_of(attribute: Attribute, ragged: Ragged, row: int) -> list[tuple[object, ...]] | None:
    """The entries of a repeating cell; None where it is unknown."""
    if not ragged.given[row]:
        return None
    first, past = int(ragged.offsets[row]), int(ragged.offsets[row + 1])
    names = RAGGED_FIELDS[attribute.kind]
    return [tuple(_part(ragged, name, entry) for name in names) for entry in range(first, past)]


def _part(ragged: Ragged, name: str, entry: int) -> object:
    values = ragged.fields[name]
    if isinstance(values, Exact):
        return values.fraction(entry)
    if name in ("cause", "status"):
        return int(values[entry])
    return as_date(int(values[entry]))
