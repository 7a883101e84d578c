"""Columns put together cell by cell: a new row with some of the cells it had before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from geodata.model.attributes import ATTRIBUTES, Kind
from geodata.model.columns import (
    SPLIT_PARTS,
    Codes,
    Days,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Term,
    Texts,
)

_Part = TypeVar("_Part", Texts, Days, Codes, Flags, Exact, Term, Ragged)


def blended(new: LedgerColumns, old: LedgerColumns, kept: Mapping[str, Flags]) -> LedgerColumns:
    """The new rows, with the old cell wherever it is kept.

    Parameters
    ----------
    new, old
        Ledgers of the same length.
    kept
        By attribute key: True where the old cell stays; a key that is missing keeps none.
    """
    flags: dict[str, Flags] = {}
    undelivered = new.undelivered
    for attribute in ATTRIBUTES:
        key = attribute.key
        if key not in kept:
            continue
        if attribute.kind is Kind.SPLIT:
            flags |= {f"{key}_{part}": kept[key] for part in SPLIT_PARTS}
            continue
        flags[key] = kept[key]
        if attribute.kind is Kind.DELIVERY:
            undelivered = np.where(kept[key], old.undelivered, undelivered)

    def mixed(ours: Mapping[str, _Part], theirs: Mapping[str, _Part]) -> dict[str, _Part]:
        return {
            key: _blend(part, theirs[key], flags[key]) if key in flags else part
            for key, part in ours.items()
        }

    return LedgerColumns(
        row_no=new.row_no,
        undelivered=undelivered,
        texts=mixed(new.texts, old.texts),
        days=mixed(new.days, old.days),
        codes=mixed(new.codes, old.codes),
        exact=mixed(new.exact, old.exact),
        terms=mixed(new.terms, old.terms),
        ragged=mixed(new.ragged, old.ragged),
    )


def _blend(new: _Part, old: _Part, kept: Flags) -> _Part:
    if isinstance(new, Ragged):
        assert isinstance(old, Ragged)
        rows = np.arange(len(kept), dtype=np.intp)
        return _stacked(new, old).take(np.where(kept, rows + len(kept), rows))
    if isinstance(new, Exact):
        assert isinstance(old, Exact)
        return Exact(np.where(kept, old.num, new.num), np.where(kept, old.den, new.den))
    if isinstance(new, Term):
        assert isinstance(old, Term)
        parts = ((old.count, new.count), (old.unit, new.unit), (old.anchor, new.anchor))
        return Term(*(np.where(kept, theirs, ours) for theirs, ours in parts))
    return np.where(kept, old, new)


def _stacked(upper: Ragged, lower: Ragged) -> Ragged:
    """The rows of both, one below the other."""
    fields: dict[str, Days | Codes | Exact] = {}
    for name, values in upper.fields.items():
        others = lower.fields[name]
        if isinstance(values, Exact):
            assert isinstance(others, Exact)
            num, den = (values.num, others.num), (values.den, others.den)
            fields[name] = Exact(np.concatenate(num), np.concatenate(den))
        else:
            assert isinstance(others, np.ndarray)
            fields[name] = np.concatenate((values, others.astype(values.dtype)))
    return Ragged(
        offsets=np.concatenate((upper.offsets, lower.offsets[1:] + upper.offsets[-1])),
        given=np.concatenate((upper.given, lower.given)),
        fields=fields,
    )
