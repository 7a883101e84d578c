"""Which cells of two ledgers differ, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.model.attributes import ATTRIBUTES, Attribute, Kind
from geodata.model.columns import SPLIT_PARTS, Exact, Flags, LedgerColumns, Ragged, Term


def differing_cells(one: LedgerColumns, other: LedgerColumns) -> Iterator[tuple[str, Flags]]:
    """For each attribute, the rows in which two ledgers of the same length differ."""
    for attribute in ATTRIBUTES:
        yield attribute.key, _differ(attribute, one, other)


def _differ(attribute: Attribute, one: LedgerColumns, other: LedgerColumns) -> Flags:
    key = attribute.key
    match attribute.kind:
        case Kind.TEXT:
            return _unequal(one.texts[key], other.texts[key])
        case Kind.DATE:
            return _unequal(one.days[key], other.days[key])
        case Kind.DELIVERY:
            moved = _unequal(one.days[key], other.days[key])
            return moved | _unequal(one.undelivered, other.undelivered)
        case Kind.BOOLEAN | Kind.CODE:
            return _unequal(one.codes[key], other.codes[key])
        case Kind.EXACT | Kind.SHARE:
            return _unequal_numbers(one.exact[key], other.exact[key])
        case Kind.SPLIT:
            parts = (f"{key}_{part}" for part in SPLIT_PARTS)
            return _any(_unequal_numbers(one.exact[part], other.exact[part]) for part in parts)
        case Kind.TERM:
            return _unequal_terms(one.terms[key], other.terms[key])
        case _:
            return _unequal_lists(one.ragged[key], other.ragged[key])


def _unequal(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Flags:
    return np.asarray(one != other, dtype=np.bool_)


def _unequal_numbers(one: Exact, other: Exact) -> Flags:
    return _unequal(one.num, other.num) | _unequal(one.den, other.den)


def _unequal_terms(one: Term, other: Term) -> Flags:
    parts = ((one.count, other.count), (one.unit, other.unit), (one.anchor, other.anchor))
    return _any(_unequal(ours, theirs) for ours, theirs in parts)


def _unequal_lists(one: Ragged, other: Ragged) -> Flags:
    unequal = _unequal(one.given, other.given)
    unequal |= _unequal(np.diff(one.offsets), np.diff(other.offsets))
    # Where all rows have as many entries, entry stands against entry.
    rows = np.flatnonzero(~unequal)
    ours, theirs = one.take(rows), other.take(rows)
    for name, values in ours.fields.items():
        others = theirs.fields[name]
        if isinstance(values, Exact):
            assert isinstance(others, Exact)
            entries = _unequal_numbers(values, others)
        else:
            assert isinstance(others, np.ndarray)
            entries = _unequal(values, others)
        unequal[rows[ours.owner[entries]]] = True
    return unequal


def _any(parts: Iterable[Flags]) -> Flags:
    return np.asarray(np.logical_or.reduce(list(parts)))
