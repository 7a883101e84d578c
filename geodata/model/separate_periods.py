"""Government periods of a table of their own, joined to the ledger's column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np

from geodata.model.attributes import BY_KEY
from geodata.model.columns import (
    RAGGED_FIELDS,
    Cell,
    Codes,
    Days,
    Exact,
    LedgerColumns,
    Ragged,
    day_number,
)
from geodata.model.rows import entries_of

_COLUMN: Final = BY_KEY["government_periods"]
_FIELDS: Final = RAGGED_FIELDS[_COLUMN.kind]

_Entry: TypeAlias = tuple[Any, ...]


def with_government_periods(
    columns: LedgerColumns, periods: Iterable[tuple[int, Mapping[str, Cell]]]
) -> LedgerColumns:
    """The ledger with the periods of a separate table after those of its own column.

    One that a row states already is not added again. Which of them count is for the rules to say.

    Parameters
    ----------
    columns
        A ledger.
    periods
        The row each concerns, and the typed row of the kind ``government_periods``.
    """
    own = columns.ragged[_COLUMN.key]
    stated: dict[int, set[tuple[object, ...]]] = {}
    added: list[tuple[int, _Entry]] = []
    for row, period in periods:
        entry = tuple(period.get(name) for name in _FIELDS)
        known = stated.setdefault(row, set(entries_of(_COLUMN, own, row) or ()))
        if entry not in known:
            known.add(entry)
            added.append((row, entry))
    return replace(columns, ragged={**columns.ragged, _COLUMN.key: _with_entries(own, added)})


def _with_entries(own: Ragged, added: Sequence[tuple[int, _Entry]]) -> Ragged:
    """The parts with further entries at the end of their rows."""
    owner = np.concatenate((own.owner, np.array([row for row, _ in added], dtype=np.intp)))
    order = np.argsort(owner, kind="stable")
    sizes = np.bincount(owner, minlength=len(own.given))
    fields: dict[str, Days | Codes | Exact] = {}
    for place, (name, holds) in enumerate(_FIELDS.items()):
        more = [entry[place] for _, entry in added]
        if holds is date:
            days = np.array([day_number(day) for day in more], dtype=np.int32)
            fields[name] = np.concatenate((own.days(name), days))[order]
        else:
            fields[name] = np.concatenate((own.codes(name), np.array(more, dtype=np.int8)))[order]
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Ragged(offsets, own.given | (sizes > 0), fields)
