"""Rows with shapes in PostgreSQL's binary form of COPY.

A shape is half as long in it as in hexadecimal text, and the server has nothing to parse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry

from geodata.store.convert import multipolygon_wkb

Shapes = npt.NDArray[np.object_]
Numbers = npt.NDArray[Any]
Column: TypeAlias = "pa.Array | Sequence[object] | Shapes"
_Type = sa.types.TypeEngine[Any]

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_ROWS: Final = 2**10
_EPOCH_DAYS: Final = 10_957
_EPOCH_US: Final = _EPOCH_DAYS * 86_400_000_000
"""PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01."""


def has_shapes(table: sa.Table, names: Iterable[str]) -> bool:
    """Whether one of some columns holds geometry."""
    return any(isinstance(table.c[name].type, Geometry) for name in names)


def binary_rows(table: sa.Table, columns: Mapping[str, Column]) -> Iterator[bytes]:
    """The content of a COPY in binary form, block by block.

    Parameters
    ----------
    table
        The table they are for, whose columns hold texts, bytes, whole and floating-point numbers,
        dates, instants and geometry.
    columns
        Values by column, of one length; None is null. Geometry is an array of shapes in the
        reference system of its column; heights are left out.
    """
    typed = [(table.c[name].type, _values(table.c[name].type, c)) for name, c in columns.items()]
    yield _HEADER
    for start in range(0, len(typed[0][1]), _ROWS):
        yield _block([(kind, values[start : start + _ROWS]) for kind, values in typed])
    yield _TRAILER


def _values(kind: _Type, column: Column) -> Any:
    """An Arrow array of all but shapes, which are written block by block."""
    return (
        column if isinstance(kind, Geometry) or isinstance(column, pa.Array) else pa.array(column)
    )


def _block(columns: Sequence[tuple[_Type, Any]]) -> bytes:
    """Rows: each a count of fields, and for each field its length (-1 = null) and its bytes."""
    count = len(columns[0][1])
    fixed: list[Numbers] = [np.full(count, len(columns), dtype=">i2")]
    pieces: list[list[bytes]] = []
    for kind, column in columns:
        values: pa.Array = _wkb(kind, column) if isinstance(kind, Geometry) else column
        numbers = _numbers(kind, values)
        if numbers is not None and not values.null_count:
            fixed += [np.full(count, numbers.itemsize, dtype=">i4"), numbers]
            continue
        blobs = values.cast(pa.large_binary()).to_pylist() if numbers is None else _packed(numbers)
        known = values.is_valid().to_pylist()
        sizes = [len(blob) if is_known else -1 for blob, is_known in zip(blobs, known, strict=True)]
        pieces.append(_packed(*fixed, np.array(sizes, dtype=">i4")))
        pieces.append(
            [blob if is_known else b"" for blob, is_known in zip(blobs, known, strict=True)]
        )
        fixed = []
    if fixed:
        pieces.append(_packed(*fixed))
    return b"".join(chain.from_iterable(zip(*pieces, strict=True)))


def _wkb(kind: Geometry, shapes: Shapes) -> pa.Array:
    """Well-known binary; the server takes the reference system from the column."""
    if kind.geometry_type == "MULTIPOLYGON":
        return pa.array(multipolygon_wkb(shapes), pa.large_binary())
    return pa.array(shapely.to_wkb(shapes, output_dimension=2), pa.large_binary())


def _numbers(kind: _Type, values: pa.Array) -> Numbers | None:
    """Values of a type with a fixed number of bytes, whatever for null; None of other types."""
    match kind:
        case sa.BigInteger():
            return _filled(values, pa.int64()).astype(">i8")
        case sa.Integer():
            return _filled(values, pa.int32()).astype(">i4")
        case sa.Float():
            return _filled(values, pa.float64()).astype(">f8")
        case sa.Date():
            return (_filled(values.cast(pa.date32()), pa.int32()) - _EPOCH_DAYS).astype(">i4")
        case sa.DateTime():
            instants = values.cast(pa.timestamp("us", "UTC"))
            return (_filled(instants, pa.int64()) - _EPOCH_US).astype(">i8")
        case _:
            assert isinstance(kind, Geometry | sa.Text | sa.LargeBinary), kind
            return None


def _filled(values: pa.Array, kind: pa.DataType) -> Numbers:
    return np.asarray(pc.fill_null(values.cast(kind), 0).to_numpy(zero_copy_only=False))


def _packed(*columns: Numbers) -> list[bytes]:
    """The numbers of each row, one behind the other."""
    kinds = [(str(place), column.dtype) for place, column in enumerate(columns)]
    rows = np.empty(len(columns[0]), dtype=kinds)
    for place, column in enumerate(columns):
        rows[str(place)] = column
    content, size = rows.tobytes(), rows.itemsize
    return [content[start : start + size] for start in range(0, len(content), size)]
