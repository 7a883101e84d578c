"""What was known of a contract when, and who said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np

from geodata.model.changes import FieldChange
from geodata.model.columns import Cell
from geodata.model.entries import Entry
from geodata.model.rows import row_cells
from geodata.store.engine import Connection
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.history import KnownSince, read_instants

_MOST: Final = 12
"""Versions of facts that are told."""


@dataclass(frozen=True, slots=True)
class FactVersion:
    """A version of the facts of a contract.

    Attributes
    ----------
    since
        From when it was known, and the import that brought it.
    changes
        The cells that read otherwise than before; none of the first version.
    entry
        The entry it came by; None of a file.
    is_first
        Whether nothing was known before.
    """

    since: KnownSince
    changes: tuple[FieldChange, ...]
    entry: Entry | None
    is_first: bool


def history_of(
    connection: Connection,
    contract_id: int,
    known_at: datetime | None,
    entries: list[Entry],
) -> tuple[FactVersion, ...]:
    """The newest versions of what is judged of a contract, the newest first."""
    instants = read_instants(connection, contract_id, known_at, _MOST + 1)
    by_import = {entry.import_id: entry for entry in entries if entry.import_id}
    facts = [_facts(connection, contract_id, since.known_from) for since in instants]
    told = [
        FactVersion(since, _changes(before, after), by_import.get(since.import_id), is_first=False)
        for since, (after, before) in zip(instants, pairwise(facts), strict=False)
    ]
    if len(instants) <= _MOST and instants:
        first = instants[-1]
        told.append(FactVersion(first, (), by_import.get(first.import_id), is_first=True))
    return tuple(version for version in told if version.changes or version.is_first)


def _facts(connection: Connection, contract_id: int, known_at: datetime) -> dict[str, Cell]:
    wanted = np.array([contract_id], dtype=np.int64)
    stored = read_contracts(connection, known_at=known_at, contract_ids=wanted)
    return row_cells(stored.columns, 0) if len(stored.columns) else {}


def _changes(before: dict[str, Cell], after: dict[str, Cell]) -> tuple[FieldChange, ...]:
    keys = dict.fromkeys((*after, *before))
    changes = (FieldChange(key, before.get(key), after.get(key)) for key in keys)
    return tuple(change for change in changes if change.old != change.new)
