"""Columns of the vocabulary as cells of tables, and back; what is unknown is null."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.attributes import BY_KEY, Attribute, Kind, of_kind
from geodata.model.codelist import Codelist
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import (
    NO_CODE,
    NO_DAY,
    RAGGED_FIELDS,
    Codes,
    Days,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Term,
    Texts,
    Whole,
)
from geodata.model.judgements import Amounts
from geodata.store.tables import ledger

Cells = dict[str, list[Any]]
Geometries = npt.NDArray[np.object_]

NO_TERM: Final = -1

NO_EXTRAS: Final = "{}"


# From the vocabulary to cells


def day_cells(values: Days) -> list[date | None]:
    """Dates."""
    return _cells(values.astype("datetime64[D]"), values != NO_DAY)


def code_cells(values: Codes, codelist: type[Codelist]) -> list[str | None]:
    """Words of a codelist."""
    words = np.array([str(member.value) for member in codelist], dtype=np.object_)
    return _cells(words[values], values != NO_CODE)


def flag_cells(values: Codes) -> list[bool | None]:
    """Booleans of a column that holds 0, 1 and unknown."""
    return _cells(values.astype(np.bool_), values != NO_CODE)


def count_cells(values: npt.NDArray[np.int32], null: int) -> list[int | None]:
    """Whole numbers, one of which stands for null."""
    return _cells(values, values != null)


def exact_cells(key: str, values: Exact) -> Cells:
    """Numerators and denominators."""
    parts = (values.num, values.den)
    return {
        name: _cells(part, values.known)
        for name, part in zip(ledger.exact_columns(key), parts, strict=True)
    }


def amount_cells(values: Amounts) -> list[Decimal | None]:
    """Yuan with two decimals."""
    yuan = [Decimal(fen).scaleb(-2) for fen in values.fen.tolist()]
    return _cells(np.array(yuan, dtype=np.object_), values.known)


def geometry_cells(shapes: Geometries) -> list[str | None]:
    """Hexadecimal EWKB in EPSG:4490, for shapes that are in that system."""
    placed = shapely.set_srid(shapely.force_2d(shapes), STORAGE_EPSG)
    cells: list[str | None] = shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
    return cells


def multipolygons(shapes: Geometries) -> Geometries:
    """The shapes with every polygon as a multipolygon of one part."""
    multi = shapes.copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    multi[single] = shapely.multipolygons(shapes[single][:, np.newaxis])
    return multi


def ledger_cells(columns: LedgerColumns) -> Cells:
    """All facts of a ledger by storage column, without the parts that repeat."""
    cells: Cells = {ledger.UNDELIVERED: columns.undelivered.tolist()}
    cells |= {key: texts.tolist() for key, texts in columns.texts.items()}
    cells |= {key: day_cells(days) for key, days in columns.days.items()}
    for key, codes in columns.codes.items():
        codelist = BY_KEY[key].codelist
        cells[key] = code_cells(codes, codelist) if codelist else flag_cells(codes)
    for key, values in columns.exact.items():
        cells |= exact_cells(key, values)
    for key, term in columns.terms.items():
        cells |= _term_cells(key, term)
    cells |= {ledger.given_column(key): r.given.tolist() for key, r in columns.ragged.items()}
    for key in ledger.IDENTITY:
        del cells[key]
    return cells


def extra_cells(extras: Mapping[str, Texts], count: int) -> list[str]:
    """Texts by header as one JSON object per row, without blanks; equal rows in equal words."""
    rows: list[dict[str, str]] = [{} for _ in range(count)]
    for header, texts in extras.items():
        for row, text in zip(rows, texts.tolist(), strict=True):
            if text:
                row[header] = text
    return [json.dumps(row, sort_keys=True) for row in rows]


def part_cells(ragged: Ragged) -> Cells:
    """The fields of repeating parts by storage column."""
    cells: Cells = {}
    for name, values in ragged.fields.items():
        if isinstance(values, Exact):
            cells |= exact_cells(name, values)
        elif name in ledger.PART_CODES:
            cells[name] = code_cells(ragged.codes(name), ledger.PART_CODES[name])
        else:
            cells[name] = day_cells(ragged.days(name))
    return cells


def _term_cells(key: str, term: Term) -> Cells:
    count, unit, anchor = ledger.term_columns(key)
    return {
        count: count_cells(term.count, NO_TERM),
        unit: code_cells(term.unit, TermUnit),
        anchor: code_cells(term.anchor, Anchor),
    }


def _cells(values: npt.NDArray[Any], known: Flags) -> list[Any]:
    column = values.astype(np.object_)
    column[~known] = None
    cells: list[Any] = column.tolist()
    return cells


# From Arrow tables (`bulk.copy_out`) to the vocabulary


def days(table: pa.Table, name: str) -> Days:
    """Day numbers."""
    return counts(table, name, NO_DAY)


def counts(table: pa.Table, name: str, null: int) -> npt.NDArray[np.int32]:
    """Whole numbers with one that stands for null."""
    return _filled(table, name, null).astype(np.int32)


def numbers(table: pa.Table, name: str) -> Whole:
    """Keys: whole numbers that are never null."""
    return _array(table[name])


def codes(table: pa.Table, name: str, codelist: type[Codelist]) -> Codes:
    """Positions in a codelist."""
    words = pa.array([str(member.value) for member in codelist])
    return _array(pc.index_in(table[name], value_set=words).fill_null(NO_CODE)).astype(np.int8)


def flags(table: pa.Table, name: str) -> Codes:
    """Booleans as 0, 1 and unknown."""
    return _array(table[name].cast(pa.int8()).fill_null(NO_CODE))


def exact(table: pa.Table, key: str) -> Exact:
    """Exact numbers."""
    num, den = ledger.exact_columns(key)
    return Exact(_filled(table, num, 0), _filled(table, den, 0))


def texts(table: pa.Table, name: str) -> Texts:
    """Texts."""
    return _array(table[name])


def extras(table: pa.Table) -> tuple[dict[str, str], ...]:
    """Texts by header, of each row."""
    return tuple(json.loads(cell) for cell in table["extras"].to_pylist())


def amounts(table: pa.Table, name: str) -> Amounts:
    """Amounts read in fen."""
    column = table[name].fill_null(0)
    try:
        fen = _array(column.cast(pa.int64()))
    except pa.ArrowInvalid:  # one exceeds 64 bits
        fen = np.array([int(value) for value in column.to_pylist()], dtype=np.object_)
    return Amounts(fen, _array(table[name].is_valid()))


def geometries(table: pa.Table, name: str) -> Geometries:
    """Shapes of hexadecimal WKB; None where there is none."""
    shapes: Geometries = shapely.from_wkb(texts(table, name))
    return shapes


def ledger_columns(table: pa.Table, ragged: Mapping[str, Ragged]) -> LedgerColumns:
    """The ledger of a table that holds the columns of `ledger_cells` and the identity."""
    coded = {a.key: codes(table, a.key, a.codelist) for a in of_kind(Kind.CODE) if a.codelist}
    flagged = {a.key: flags(table, a.key) for a in of_kind(Kind.BOOLEAN)}
    exacts = of_kind(Kind.EXACT, Kind.SHARE, Kind.SPLIT)
    return LedgerColumns(
        row_no=np.arange(1, len(table) + 1, dtype=np.int32),
        undelivered=_array(table[ledger.UNDELIVERED]),
        texts={a.key: texts(table, a.key) for a in of_kind(Kind.TEXT)},
        days={a.key: days(table, a.key) for a in of_kind(Kind.DATE, Kind.DELIVERY)},
        codes=coded | flagged,
        exact={key: exact(table, key) for a in exacts for key in ledger.exact_keys(a)},
        terms={a.key: _term(table, a.key) for a in of_kind(Kind.TERM)},
        ragged=ragged,
    )


def ragged(table: pa.Table, attribute: Attribute, identities: Whole, facts: pa.Table) -> Ragged:
    """Repeating parts.

    Parameters
    ----------
    table
        The parts, ordered by ``contract_id`` and position.
    attribute
        What they are.
    identities
        ``contract_id`` of each row, ascending.
    facts
        The rows, which say whether the parts were stated at all.
    """
    owners = np.searchsorted(identities, numbers(table, "contract_id"))
    sizes = np.bincount(owners, minlength=len(identities))
    return Ragged(
        offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        given=_array(facts[ledger.given_column(attribute.key)]),
        fields={name: _field(table, name) for name in RAGGED_FIELDS[attribute.kind]},
    )


def _field(table: pa.Table, name: str) -> Days | Codes | Exact:
    if name in ledger.PART_CODES:
        return codes(table, name, ledger.PART_CODES[name])
    return days(table, name) if name in table.column_names else exact(table, name)


def _term(table: pa.Table, key: str) -> Term:
    count, unit, anchor = ledger.term_columns(key)
    return Term(
        counts(table, count, NO_TERM), codes(table, unit, TermUnit), codes(table, anchor, Anchor)
    )


def _filled(table: pa.Table, name: str, null: int) -> npt.NDArray[Any]:
    return _array(table[name].fill_null(null))


def _array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = column.to_numpy()
    return values
