"""Typed rows of any kind of content as cells of its tables, and back; what is unknown is null."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa

from geodata.model.attributes import Attribute, Kind
from geodata.model.cells import write_cell
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import SPLIT_PARTS, Cell, Exact, Fractions, as_date
from geodata.model.content.typed_rows import TypedRows
from geodata.store import convert
from geodata.store.tables import ledger

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.DIGEST: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.COUNT: pa.int64(),
    Kind.YEAR: pa.int32(),
}


def fact_cells(attributes: Iterable[Attribute], rows: TypedRows) -> convert.Cells:
    """The facts of rows by storage column."""
    cells: convert.Cells = {}
    for attribute in attributes:
        column = rows.column(attribute.key)
        place = pa.array(column.place)
        different = _cells(attribute, column.different)
        cells |= {name: values.take(place) for name, values in different.items()}
    return cells


def typed_rows(attributes: Iterable[Attribute], table: pa.Table) -> list[dict[str, Cell]]:
    """Rows of a table (`bulk.copy_out`) that holds the columns of `fact_cells`."""
    columns = {attribute.key: _typed(attribute, table) for attribute in attributes}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def word_cells(attributes: Iterable[Attribute], rows: TypedRows) -> convert.Cells:
    """Known cells by attribute key in words that no change of a codelist or type alters."""
    words: convert.Cells = {}
    for attribute in attributes:
        column = rows.column(attribute.key)
        words[attribute.key] = pa.array(_said(attribute, column.different), pa.string()).take(
            pa.array(column.place)
        )
    return words


def _said(attribute: Attribute, cells: Sequence[Any]) -> Sequence[str | None]:
    if isinstance(cells, Fractions):
        pairs = zip(cells.exact.num.tolist(), cells.exact.den.tolist(), strict=True)
        return [f"{num}/{den}" if den else None for num, den in pairs]
    if attribute.kind is Kind.TEXT:
        return cells
    return [None if cell is None else _words(attribute, cell) for cell in cells]


def _words(attribute: Attribute, cell: Cell) -> str:
    match cell:
        case Fraction():
            return f"{cell.numerator}/{cell.denominator}"
        case tuple() if attribute.kind is Kind.SPLIT:
            return ";".join(map(str, cell))
        case _:
            return write_cell(attribute, cell)


def _cells(attribute: Attribute, values: Sequence[Any]) -> convert.Cells:
    key, codelist = attribute.key, attribute.codelist
    match attribute.kind:
        case Kind.CODE if codelist:
            words = [None if value is None else codelist.at(value).value for value in values]
            return {key: pa.array(words, pa.string())}
        case Kind.BOOLEAN:
            flags = [None if value is None else bool(value) for value in values]
            return {key: pa.array(flags, pa.bool_())}
        case Kind.EXACT | Kind.SHARE:
            return convert.exact_cells(key, Exact.of(values))
        case Kind.SPLIT:
            cells: convert.Cells = {}
            for place, part in enumerate(SPLIT_PARTS):
                shares = (value and value[place] for value in values)
                cells |= convert.exact_cells(f"{key}_{part}", Exact.of(shares))
            return cells
        case Kind.TERM:
            return _term_cells(key, [value or (None, None, None) for value in values])
        case kind:
            return {key: pa.array(values, _TYPES[kind])}


def _term_cells(key: str, terms: Sequence[tuple[int | None, ...]]) -> convert.Cells:
    count, unit, anchor = ledger.term_columns(key)
    units = [None if term[1] is None else TermUnit.at(term[1]).value for term in terms]
    anchors = [None if term[2] is None else Anchor.at(term[2]).value for term in terms]
    return {
        count: pa.array([term[0] for term in terms], pa.int32()),
        unit: pa.array(units, pa.string()),
        anchor: pa.array(anchors, pa.string()),
    }


def _typed(attribute: Attribute, table: pa.Table) -> Sequence[Cell]:
    key, codelist = attribute.key, attribute.codelist
    match attribute.kind:
        case Kind.CODE if codelist:
            return [word and codelist.of(word).position for word in table[key].to_pylist()]
        case Kind.BOOLEAN:
            return [None if flag is None else int(flag) for flag in table[key].to_pylist()]
        case Kind.DATE:
            return [_day(number) for number in table[key].to_pylist()]
        case Kind.EXACT | Kind.SHARE:
            return _fractions(table, key)
        case Kind.SPLIT:
            parts = zip(*(_fractions(table, f"{key}_{part}") for part in SPLIT_PARTS), strict=True)
            return [None if None in shares else shares for shares in parts]
        case Kind.TERM:
            columns = (table[name].to_pylist() for name in ledger.term_columns(key))
            return [_term(*parts) for parts in zip(*columns, strict=True)]
        case _:
            cells: list[Cell] = table[key].to_pylist()
            return cells


def _day(number: int | None) -> date | None:
    return None if number is None else as_date(number)


def _fractions(table: pa.Table, key: str) -> list[Fraction | None]:
    numbers = convert.exact(table, key)
    return [numbers.fraction(row) for row in range(len(numbers))]


def _term(count: int | None, unit: str, anchor: str) -> Cell:
    if count is None:
        return None
    return count, TermUnit.of(unit).position, Anchor.of(anchor).position
