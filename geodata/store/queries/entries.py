"""Entries as they are made, decided about and put into effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.errors import LandError
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry, EntryKind, EntryState
from geodata.store.tables import CONTRACT, ENTRY, IMPORT_BATCH, ledger

_ENTRY = ENTRY.c


def add_entry(connection: sa.Connection, entry: Entry) -> bool:
    """Keep an entry; False where the same one is open already."""
    added = insert(ENTRY).values(asdict(entry)).on_conflict_do_nothing()
    return connection.scalar(added.returning(_ENTRY.entry_id)) is not None


def find_entry(connection: sa.Connection, entry_id: UUID, *, keep: bool = False) -> Entry | None:
    """An entry; where wanted, kept as it is until the transaction ends."""
    query = sa.select(ENTRY).where(_ENTRY.entry_id == entry_id)
    row = connection.execute(query.with_for_update() if keep else query).mappings().one_or_none()
    return _entry(row) if row else None


def decide_entry(
    connection: sa.Connection,
    entry_id: UUID,
    state: EntryState,
    decided_by: str,
    decided_at: datetime,
    decision: str,
) -> bool:
    """Approve or refuse an entry; False where somebody else has decided first."""
    waiting = sa.and_(_ENTRY.entry_id == entry_id, _ENTRY.state == EntryState.WAITING)
    change = sa.update(ENTRY).where(waiting).values(state=state, decided_by=decided_by)
    decided = connection.execute(change.values(decided_at=decided_at, decision=decision))
    return decided.rowcount == 1


def keep_effect(connection: sa.Connection, entry_id: UUID) -> None:
    """Say that an entry took effect by the last import, within the transaction of that import."""
    last = sa.select(sa.func.max(IMPORT_BATCH.c.import_id)).scalar_subquery()
    _end(connection, entry_id, state=EntryState.APPLIED, import_id=last)


def keep_failure(connection: sa.Connection, entry_id: UUID, error: LandError) -> None:
    """Say why an entry could not take effect."""
    values = {name: str(value) for name, value in error.values.items()}
    told = {"template": error.template, "next_step": error.next_step, "values": values}
    _end(connection, entry_id, state=EntryState.FAILED, problem=told)


def entries_of(connection: sa.Connection, contract_id: int) -> list[Entry]:
    """What was ever entered about a contract, the newest first."""
    query = sa.select(ENTRY).where(_ENTRY.contract_id == contract_id)
    newest = query.order_by(_ENTRY.entered_at.desc(), _ENTRY.entry_id)
    return [_entry(row) for row in connection.execute(newest).mappings()]


def list_entries(
    connection: sa.Connection, states: Sequence[EntryState], most: int
) -> list[tuple[Entry, ContractKey]]:
    """The newest entries in some states, each with the key of its contract."""
    query = (
        sa.select(ENTRY, *(CONTRACT.c[part] for part in ledger.IDENTITY))
        .join_from(ENTRY, CONTRACT, CONTRACT.c.contract_id == _ENTRY.contract_id)
        .where(_ENTRY.state.in_(states))
        .order_by(_ENTRY.entered_at.desc(), _ENTRY.entry_id)
        .limit(most)
    )
    return [
        (_entry(row), ContractKey(*(row[part] for part in ledger.IDENTITY)))
        for row in connection.execute(query).mappings()
    ]


def read_accepted(connection: sa.Connection) -> list[UUID]:
    """The entries that may take effect, in the order in which they were accepted."""
    accepted_at = sa.func.coalesce(_ENTRY.decided_at, _ENTRY.entered_at)
    query = sa.select(_ENTRY.entry_id).where(_ENTRY.state == EntryState.ACCEPTED)
    return list(connection.scalars(query.order_by(accepted_at, _ENTRY.entry_id)))


def key_of_contract(connection: sa.Connection, contract_id: int) -> ContractKey:
    """The key a contract has by now."""
    columns = (CONTRACT.c[part] for part in ledger.IDENTITY)
    query = sa.select(*columns).where(CONTRACT.c.contract_id == contract_id)
    return ContractKey(*connection.execute(query).one())


def _end(connection: sa.Connection, entry_id: UUID, **values: Any) -> None:
    connection.execute(sa.update(ENTRY).where(_ENTRY.entry_id == entry_id).values(values))


def _entry(row: sa.RowMapping) -> Entry:
    told = {column.name: row[column.name] for column in _ENTRY}
    kind, state = EntryKind.of(told.pop("kind")), EntryState.of(told.pop("state"))
    return Entry(**told, kind=kind, state=state)
