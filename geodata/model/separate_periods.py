"""Government periods of a table of their own, joined to the ledger's column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from geodata.model.contract_key import IDENTITY
from geodata.model.rows import entries_of

_COLUMN: Final = BY_KEY["government_periods"]
_FIELDS: Final = RAGGED_FIELDS[_COLUMN.kind]

_Entry: TypeAlias = tuple[Any, ...]
_ByContract: TypeAlias = Mapping[Cell, list[int]]


def with_government_periods(
    columns: LedgerColumns, periods: Sequence[Mapping[str, Cell]]
) -> LedgerColumns:
    """The ledger with the periods of a separate table after those of its own column.

    A period without phase or parcel code concerns every phase or parcel of its contract; one that
    a row states already is not added again. Which of them count is for the rules to say.

    Parameters
    ----------
    columns
        A ledger.
    periods
        Typed rows of the kind ``government_periods``; those that name no contract of the ledger
        are left out (`periods_without_contract` finds them).
    """
    own = columns.ragged[_COLUMN.key]
    contracts = _rows_by_contract(columns)
    stated: dict[int, set[tuple[object, ...]]] = {}
    added: list[tuple[int, _Entry]] = []
    for period in periods:
        entry = tuple(period.get(name) for name in _FIELDS)
        for row in _rows_named(columns, contracts, period):
            known = stated.setdefault(row, set(entries_of(_COLUMN, own, row) or ()))
            if entry not in known:
                known.add(entry)
                added.append((row, entry))
    return replace(columns, ragged={**columns.ragged, _COLUMN.key: _with_entries(own, added)})


def periods_without_contract(
    columns: LedgerColumns, periods: Sequence[Mapping[str, Cell]]
) -> list[int]:
    """Positions of the periods that name no contract of the ledger."""
    contracts = _rows_by_contract(columns)
    return [
        position
        for position, period in enumerate(periods)
        if next(_rows_named(columns, contracts, period), None) is None
    ]


def _rows_by_contract(columns: LedgerColumns) -> _ByContract:
    contracts: dict[Cell, list[int]] = {}
    for row, number in enumerate(columns.texts[IDENTITY[0]].tolist()):
        contracts.setdefault(number, []).append(row)
    return contracts


def _rows_named(
    columns: LedgerColumns, contracts: _ByContract, period: Mapping[str, Cell]
) -> Iterator[int]:
    """Rows of the contract a period names that agree with what else of their name it states."""
    number, *others = IDENTITY
    for row in contracts.get(period.get(number), ()):
        if all(period.get(key) in (None, columns.texts[key][row]) for key in others):
            yield row


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
