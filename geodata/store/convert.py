"""Columns of the vocabulary as cells of tables, and back; what is unknown is null."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

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
    LedgerColumns,
    Ragged,
    Term,
    Texts,
    Whole,
)
from geodata.model.judgements import Amounts
from geodata.store.tables import ledger

Cells = dict[str, pa.Array]
Geometries = npt.NDArray[np.object_]

NO_TERM: Final = -1

NO_EXTRAS: Final = "{}"

_OF_ONE_PART: Final = bytes.fromhex("010600000001000000")
_YUAN: Final = pa.decimal128(24, 2)
_LOW_64_BITS: Final = 2**64 - 1


# From the vocabulary to cells


def day_cells(values: Days, null: int = NO_DAY) -> pa.Array:
    """Dates."""
    return count_cells(values, null).view(pa.date32())


def code_cells(values: Codes, codelist: type[Codelist]) -> pa.Array:
    """Words of a codelist, each kept once."""
    words = pa.array([str(member.value) for member in codelist])
    return pa.DictionaryArray.from_arrays(count_cells(values, NO_CODE), words)


def flag_cells(values: Codes) -> pa.Array:
    """Booleans of a column that holds 0, 1 and unknown."""
    return pa.array(values.astype(np.bool_), mask=values == NO_CODE)


def count_cells(values: Days | Codes, null: int) -> pa.Array:
    """Whole numbers, one of which stands for null."""
    return pa.array(values, mask=values == null)


def exact_cells(key: str, values: Exact) -> Cells:
    """Numerators and denominators."""
    parts = (values.num, values.den)
    return {
        name: pa.array(part, mask=~values.known)
        for name, part in zip(ledger.exact_columns(key), parts, strict=True)
    }


def amount_cells(values: Amounts) -> pa.Array:
    """Yuan with two decimals."""
    # A decimal is its 128 bits, a validity bitmap the data of a boolean array.
    decimals = pa.py_buffer(np.stack(halves(values.fen), axis=1))
    known = pa.array(values.known).buffers()[1]
    return pa.Array.from_buffers(_YUAN, len(values.fen), (known, decimals))


def halves(numbers: Whole) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Lower and upper half of whole numbers of 128 bits in two's complement."""
    if numbers.dtype != np.object_:
        return numbers.astype(np.uint64), (numbers >> 63).astype(np.uint64)
    low, high = numbers & _LOW_64_BITS, numbers >> 64 & _LOW_64_BITS
    return low.astype(np.uint64), high.astype(np.uint64)


def text_cells(texts: Texts) -> pa.Array:
    """Texts."""
    return pa.array(texts, pa.string())


def multipolygon_wkb(shapes: Geometries) -> list[bytes | None]:
    """Well-known binary of shapes, without heights, with polygons as multipolygons of one part."""
    blobs = shapely.to_wkb(shapes, output_dimension=2, byte_order=1).tolist()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    return [
        _OF_ONE_PART + blob if is_single else blob
        for blob, is_single in zip(blobs, single.tolist(), strict=True)
    ]


def ledger_cells(columns: LedgerColumns) -> Cells:
    """All facts of a ledger by storage column, without the parts that repeat."""
    cells: Cells = {ledger.UNDELIVERED: pa.array(columns.undelivered)}
    cells |= {key: text_cells(texts) for key, texts in columns.texts.items()}
    cells |= {key: day_cells(days) for key, days in columns.days.items()}
    for key, codes in columns.codes.items():
        codelist = BY_KEY[key].codelist
        cells[key] = code_cells(codes, codelist) if codelist else flag_cells(codes)
    for key, values in columns.exact.items():
        cells |= exact_cells(key, values)
    for key, term in columns.terms.items():
        cells |= _term_cells(key, term)
    cells |= {ledger.given_column(key): pa.array(r.given) for key, r in columns.ragged.items()}
    for key in ledger.IDENTITY:
        del cells[key]
    return cells


def extra_cells(extras: Mapping[str, Texts], count: int) -> list[str]:
    """Texts by header as one JSON object per row, without blanks; equal rows in equal words."""
    if not extras:
        return [NO_EXTRAS] * count
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


# From Arrow tables (`bulk.copy_out`) to the vocabulary


def days(table: pa.Table, name: str, null: int = NO_DAY) -> Days:
    """Day numbers."""
    return counts(table, name, null)


def counts(table: pa.Table, name: str, null: int) -> npt.NDArray[np.int32]:
    """Whole numbers with one that stands for null."""
    return _filled(table, name, null).astype(np.int32)


def numbers(table: pa.Table, name: str) -> Whole:
    """Keys: whole numbers that are never null."""
    return _array(table[name])


def numbers_or(table: pa.Table, name: str, null: int) -> Whole:
    """Whole numbers with one that stands for null."""
    return _filled(table, name, null).astype(np.int64)


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
    return tuple(
        json.loads(cell) if cell != NO_EXTRAS else {} for cell in table["extras"].to_pylist()
    )


def amounts(table: pa.Table, name: str) -> Amounts:
    """Amounts in yuan with two decimals."""
    yuan = table[name].fill_null(0).combine_chunks()
    bits = np.frombuffer(yuan.buffers()[1], dtype=np.int64).reshape(-1, 2)
    low, high = bits[yuan.offset : yuan.offset + len(yuan)].T
    if np.any(high != low >> 63):  # one exceeds 64 bits
        low = (high.astype(np.object_) << 64) | low.astype(np.uint64).astype(np.object_)
    return Amounts(np.ascontiguousarray(low), _array(table[name].is_valid()))


def geometries(table: pa.Table, name: str) -> Geometries:
    """Shapes of hexadecimal WKB; None where there is none."""
    shapes: Geometries = shapely.from_wkb(texts(table, name))
    return shapes


def ledger_columns(table: pa.Table, ragged: Mapping[str, Ragged]) -> LedgerColumns:
    """The ledger of a table with the columns of `ledger_cells` and the identity.

    Texts and identity may be missing: rules read neither.
    """
    told = (a.key for a in of_kind(Kind.TEXT) if a.key in table.column_names)
    coded = {a.key: codes(table, a.key, a.codelist) for a in of_kind(Kind.CODE) if a.codelist}
    flagged = {a.key: flags(table, a.key) for a in of_kind(Kind.BOOLEAN)}
    exacts = of_kind(Kind.EXACT, Kind.SHARE, Kind.SPLIT)
    return LedgerColumns(
        row_no=np.arange(1, len(table) + 1, dtype=np.int32),
        undelivered=_array(table[ledger.UNDELIVERED]),
        texts={key: texts(table, key) for key in told},
        days={a.key: days(table, a.key) for a in of_kind(Kind.DATE, Kind.DELIVERY)},
        codes=coded | flagged,
        exact={key: exact(table, key) for a in exacts for key in ledger.exact_keys(a)},
        terms={a.key: _term(table, a.key) for a in of_kind(Kind.TERM)},
        ragged=ragged,
    )


def ragged(table: pa.Table, attribute: Attribute, facts: pa.Table) -> Ragged:
    """Repeating parts.

    Parameters
    ----------
    table
        The parts, ordered by ``row`` they belong to and position.
    attribute
        What they are.
    facts
        The rows, which say whether the parts were stated at all.
    """
    sizes = np.bincount(numbers(table, "row"), minlength=len(facts))
    return Ragged(
        offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        given=_array(facts[ledger.given_column(attribute.key)]),
        fields=part_fields(table, attribute.kind),
    )


def part_fields(table: pa.Table, kind: Kind) -> dict[str, Days | Codes | Exact]:
    """The fields of repeating parts, of a table that holds the columns of `part_cells`."""
    return {name: _field(table, name) for name in RAGGED_FIELDS[kind]}


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
