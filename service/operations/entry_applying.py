"""Entries put into effect: each a new version of the facts, written as an import of one row."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from uuid import UUID

import numpy as np

from geodata.errors import InputFileError, UsageError
from geodata.importers.diff import extras_by_header
from geodata.model.codelists import PeriodStatus
from geodata.model.columns import Cell, from_rows
from geodata.model.content import Row
from geodata.model.content_lists import ContentKind
from geodata.model.entries import (
    Entry,
    EntryKind,
    EntryState,
    ledger_changes,
    states_period,
)
from geodata.model.rows import row_cells
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import StoredContracts, import_ledger, read_contracts
from geodata.store.queries.entries import (
    keep_effect,
    keep_failure,
    read_accepted,
)
from geodata.store.queries.imports import ImportBatch, hold_imports, last_import_id
from geodata.store.session import in_our_words, unit_of_work
from service.clock import Clock
from service.operations.entry_effects import (
    found_entry,
    kept_row,
    named,
    require_unchanged,
    said_of,
)
from service.operations.entry_log import event_of
from service.operations.import_log import told_imports


def accepted_entries(engine: Engine) -> list[UUID]:
    """The entries that may take effect and have not, in the order in which they were accepted."""
    with unit_of_work(engine) as connection:
        return read_accepted(connection)


def apply_entry(engine: Engine, entry_id: UUID, *, clock: Clock) -> Entry:
    """Put an entry into effect in one transaction; once it has ended, nothing more happens.

    Facts that have changed since it was entered are not overwritten: the entry then fails, and
    says why.

    Parameters
    ----------
    engine
        The owner's.

    Raises
    ------
    NothingFoundError
        When there is no such entry.
    UsageError
        When it waits for a second person.
    """
    with unit_of_work(engine) as connection:
        hold_imports(connection)
        entry = _past_waiting(connection, entry_id)
        if entry.state is not EntryState.ACCEPTED:
            return entry
        before = last_import_id(connection)
        try:
            with in_our_words(), connection.begin_nested():
                _write(connection, entry, clock())
                keep_effect(connection, entry_id)
        except (UsageError, InputFileError) as error:
            keep_failure(connection, entry_id, error)
        ended = _past_waiting(connection, entry_id)
        told = {"problem": ended.problem, "imports": told_imports(connection, before)}
        append(connection, event_of(ended, clock(), entry.entered_by, told))
        return ended


def _past_waiting(connection: Connection, entry_id: UUID) -> Entry:
    entry = found_entry(connection, entry_id, keep=True)
    if entry.state is EntryState.WAITING:
        raise UsageError(
            "The entry {number} waits for a second person.",
            "Let somebody approve it who did not enter it.",
            number=entry_id,
        )
    return entry


def _write(connection: Connection, entry: Entry, now: datetime) -> None:
    known = _contract(connection, entry.contract_id)
    require_unchanged(connection, entry, known)
    own = _contract(connection, entry.contract_id, of_ledger_only=True)
    cells, said, batch = row_cells(own.columns, 0), said_of(entry), _batch(entry, now)
    if entry.kind is EntryKind.OBSERVATION:
        _write_row(connection, batch, ContentKind.OBSERVATIONS, {**named(cells), **said})
    if entry.kind is EntryKind.GOVERNMENT_PERIOD:
        verified: Row = {"status": PeriodStatus.VERIFIED.position, "document": entry.source}
        row, is_of_ledger = {**named(cells), **said, **verified}, states_period(cells, said)
        if not is_of_ledger or kept_row(connection, ContentKind.GOVERNMENT_PERIODS, row)[0]:
            _write_row(connection, batch, ContentKind.GOVERNMENT_PERIODS, row)
        if not is_of_ledger:
            return
    changes = ledger_changes(entry.kind, cells, said)
    if changes != {key: cells.get(key) for key in changes}:
        _write_contract(connection, batch, own, {**cells, **changes})


def _contract(
    connection: Connection, contract_id: int, *, of_ledger_only: bool = False
) -> StoredContracts:
    wanted = np.array([contract_id], dtype=np.int64)
    stored = read_contracts(connection, contract_ids=wanted, of_ledger_only=of_ledger_only)
    if not len(stored.columns):
        raise UsageError(
            "The contract is known no longer.", "Import it again before facts are entered."
        )
    return stored


def _write_contract(
    connection: Connection, batch: ImportBatch, stored: StoredContracts, cells: dict[str, Cell]
) -> None:
    import_ledger(
        connection,
        batch,
        from_rows([cells]),
        extras=extras_by_header(stored.extras, ()),
        contract_id=stored.contract_id,
    )


def _write_row(connection: Connection, batch: ImportBatch, kind: ContentKind, row: Row) -> None:
    """What a row states, and for the rest what is known under its natural key."""
    known, extras = kept_row(connection, kind, row)
    import_content(
        connection, batch, kind, [{**known, **row}], extras=extras_by_header([extras], ())
    )


def _batch(entry: Entry, now: datetime) -> ImportBatch:
    """An entry as a file of one row."""
    said = {"kind": entry.kind, "said": dict(entry.said), "source": entry.source}
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return ImportBatch(f"entry-{entry.entry_id}", digest, now, entry.entered_by)
