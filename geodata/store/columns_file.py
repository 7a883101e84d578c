"""The columns of a ledger as a Parquet file that any reader of Parquet understands, and back.

One column per attribute: dates as dates, codes as words, booleans as booleans, exact numbers as
``{num, den}``, relative dates as ``{count, unit, anchor}``, what repeats as lists of records; null
is unknown. ``contract_id``, ``row_no`` and ``undelivered`` come first. Equal columns give equal
bytes, as long as the library that writes them stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DatabaseStateError
from geodata.model.attributes import ATTRIBUTES, BY_KEY, Kind, of_kind
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import (
    Codes,
    Days,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Term,
    Whole,
)
from geodata.store import convert
from geodata.store.tables import ledger

_MARKS: Final = {"format": "parcelwatch ledger columns", "version": "1"}
_COMPRESSION: Final[Mapping[str, Any]] = {
    "compression": "zstd",
    "compression_level": 1,
    "write_statistics": False,
}

_REPEATING: Final = (Kind.INSTALMENTS, Kind.EXTENSIONS, Kind.PERIODS)


def columns_to_parquet(contract_id: Whole, columns: LedgerColumns) -> bytes:
    """A Parquet file of the contracts and their facts.

    Parameters
    ----------
    contract_id
        The contract of each row.
    columns
        Their facts.
    """
    held = dict(_arrays(columns))
    table = pa.table(
        {
            "contract_id": pa.array(contract_id),
            "row_no": pa.array(columns.row_no),
            ledger.UNDELIVERED: pa.array(columns.undelivered),
            **{key: held[key] for a in ATTRIBUTES for key in ledger.exact_keys(a)},
        }
    )
    file = pa.BufferOutputStream()
    with pq.ParquetWriter(file, table.schema, store_schema=False, **_COMPRESSION) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(_MARKS)
    content: bytes = file.getvalue().to_pybytes()
    return content


def columns_from_parquet(content: bytes) -> tuple[Whole, LedgerColumns]:
    """The contracts and their facts.

    Raises
    ------
    DatabaseStateError
        When the file is of another format, or of another version of it.
    """
    file = pq.ParquetFile(pa.BufferReader(content))
    marks = {key: (file.metadata.metadata or {}).get(key.encode(), b"?").decode() for key in _MARKS}
    if marks != _MARKS:
        raise DatabaseStateError(
            "The input columns are of the format {format}, version {version}, and not of {wanted}.",
            "Read them with the version of parcelwatch that wrote them.",
            wanted=_MARKS["version"],
            **marks,
        )
    table = file.read()
    ragged = {a.key: _ragged(table[a.key].combine_chunks(), a.kind) for a in of_kind(*_REPEATING)}
    columns = convert.ledger_columns(_flat(table), ragged)
    numbered = replace(columns, row_no=convert.counts(table, "row_no", 0))
    return convert.numbers(table, "contract_id"), numbered


def is_columns_file(path: Path) -> bool:
    """Whether a file calls itself one of these, of whatever version."""
    try:
        held = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(held.get(b"format", b"").decode() == _MARKS["format"])


def _ragged(lists: pa.ListArray, kind: Kind) -> Ragged:
    parts = _flat(pa.Table.from_struct_array(lists.flatten()))
    sizes = lists.value_lengths().fill_null(0).to_numpy()
    return Ragged(
        offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        given=lists.is_valid().to_numpy(zero_copy_only=False),
        fields=convert.part_fields(parts, kind),
    )


def _flat(table: pa.Table) -> pa.Table:
    """The fields of records as columns with the names they have in the store."""
    flat = table.flatten()
    return flat.rename_columns([name.replace(".", "_") for name in flat.column_names])


def _arrays(columns: LedgerColumns) -> Iterator[tuple[str, pa.Array]]:
    for key, texts in columns.texts.items():
        yield key, convert.text_cells(texts)
    for key, days in columns.days.items():
        yield key, convert.day_cells(days)
    for key, codes in columns.codes.items():
        codelist = BY_KEY[key].codelist
        yield key, convert.code_cells(codes, codelist) if codelist else convert.flag_cells(codes)
    for key, values in columns.exact.items():
        yield key, _fractions(values)
    for key, term in columns.terms.items():
        yield key, _terms(term)
    for key, ragged in columns.ragged.items():
        yield key, _lists(ragged)


def _fractions(values: Exact) -> pa.Array:
    return _records({"num": pa.array(values.num), "den": pa.array(values.den)}, values.known)


def _terms(term: Term) -> pa.Array:
    parts = {
        "count": pa.array(term.count),
        "unit": convert.code_cells(term.unit, TermUnit),
        "anchor": convert.code_cells(term.anchor, Anchor),
    }
    return _records(parts, term.count != convert.NO_TERM)


def _lists(ragged: Ragged) -> pa.Array:
    parts = _records({name: _part(name, values) for name, values in ragged.fields.items()})
    offsets = pa.array(ragged.offsets.astype(np.int32))
    return pa.ListArray.from_arrays(offsets, parts, mask=pa.array(~ragged.given))


def _part(name: str, values: Days | Codes | Exact) -> pa.Array:
    if isinstance(values, Exact):
        return _fractions(values)
    if name in ledger.PART_CODES:
        return convert.code_cells(values.astype(np.int8), ledger.PART_CODES[name])
    return convert.day_cells(values.astype(np.int32))


def _records(parts: Mapping[str, pa.Array], known: Flags | None = None) -> pa.Array:
    unknown = None if known is None else pa.array(~known)
    return pa.StructArray.from_arrays(list(parts.values()), list(parts), mask=unknown)
