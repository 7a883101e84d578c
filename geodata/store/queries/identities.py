"""Contracts and parcels entered under their keys; a key that is corrected is kept for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.model.columns import Flags, LedgerColumns, Whole
from geodata.model.contract_key import ContractKey
from geodata.store import convert
from geodata.store.bulk import copy_in, in_passing
from geodata.store.queries import versions
from geodata.store.queries.names import enter_names
from geodata.store.queries.roster import Roster, keys_of, parcel_key
from geodata.store.queries.versions import NOT_KNOWN
from geodata.store.tables import CONTRACT, FORMER_KEY, PARCEL, ledger

_KEY = (*ledger.IDENTITY, "parcel_id")


def enter_contracts(
    connection: sa.Connection,
    version: versions.Version,
    roster: Roster,
    contract_id: Whole,
    columns: LedgerColumns,
) -> Whole:
    """Number of each row's contract: new ones are entered, others get the key of their row.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    version
        From when a key that is other than known holds.
    roster
        What is known.
    contract_id
        The contract of each row; `NOT_KNOWN` of a new one.
    columns
        The rows.
    """
    keys = keys_of(columns)
    is_new = contract_id == NOT_KNOWN
    numbers = contract_id.copy()
    numbers[is_new] = versions.new_ids(connection, CONTRACT.c.contract_id, int(is_new.sum()))
    known = keys_of(roster.columns)
    places = roster.places(contract_id).tolist()
    is_other = np.array(
        [
            not new and known[place] != key
            for key, place, new in zip(keys, places, is_new.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
    written = np.flatnonzero(is_new | is_other)
    keys = [keys[row] for row in written]
    parts = zip(*keys, strict=True) if keys else ((),) * len(ledger.IDENTITY)
    cells: convert.Cells = {
        "contract_id": pa.array(numbers[written]),
        **{
            key: pa.array(part, pa.string())
            for key, part in zip(ledger.IDENTITY, parts, strict=True)
        },
        "parcel_id": pa.array(
            enter_names(connection, PARCEL.c.parcel_code, [parcel_key(*key) for key in keys])
        ),
    }
    copy_in(connection, CONTRACT, _rows(cells, is_new[written]))
    if is_other.any():
        _replace_keys(connection, version, _rows(cells, is_other[written]))
    return numbers


def identity_at(known_at: datetime | None) -> sa.Subquery:
    """The key and the parcel of each contract as they were known at an instant; None = by now."""
    if known_at is None:
        return sa.select(CONTRACT).subquery("identity")
    key = FORMER_KEY.c
    soonest = (
        sa.select(key.contract_id, sa.func.min(key.replaced_at).label("replaced_at"))
        .where(key.replaced_at > known_at)
        .group_by(key.contract_id)
        .subquery("soonest")
    )
    same = (key[name] == soonest.c[name] for name in ("contract_id", "replaced_at"))
    former = sa.select(FORMER_KEY).join_from(FORMER_KEY, soonest, sa.and_(*same)).subquery("former")
    then: list[sa.ColumnElement[Any]] = [
        sa.func.coalesce(former.c[name], CONTRACT.c[name]).label(name) for name in _KEY
    ]
    return (
        sa.select(CONTRACT.c.contract_id, *then)
        .outerjoin_from(CONTRACT, former, former.c.contract_id == CONTRACT.c.contract_id)
        .subquery("identity")
    )


def contract_of_key(connection: sa.Connection, key: ContractKey) -> int | None:
    """Number of the contract that has a key, else of the one that had it last; None without one."""

    def has(columns: Any) -> sa.ColumnElement[bool]:
        return sa.and_(*(columns[part] == getattr(key, part) for part in ledger.IDENTITY))

    by_now = sa.select(CONTRACT.c.contract_id).where(has(CONTRACT.c))
    found: int | None = connection.scalar(by_now)
    if found is None:
        had = sa.select(FORMER_KEY.c.contract_id).where(has(FORMER_KEY.c))
        found = connection.scalar(had.order_by(FORMER_KEY.c.replaced_at.desc()).limit(1))
    return found


def _rows(cells: convert.Cells, chosen: Flags) -> convert.Cells:
    mask = pa.array(chosen)
    return {name: values.filter(mask) for name, values in cells.items()}


def _replace_keys(
    connection: sa.Connection, version: versions.Version, cells: convert.Cells
) -> None:
    """Keep the keys that contracts have, then give them others."""
    with in_passing(connection, CONTRACT, cells) as fresh:
        same = CONTRACT.c.contract_id == fresh.c.contract_id
        kept = sa.select(
            CONTRACT.c.contract_id,
            *(CONTRACT.c[name] for name in _KEY),
            sa.literal(version.known_from),
            sa.literal(version.import_id),
        ).join_from(CONTRACT, fresh, same)
        names = ["contract_id", *_KEY, "replaced_at", "import_id"]
        connection.execute(sa.insert(FORMER_KEY).from_select(names, kept))
        others = {CONTRACT.c[name]: fresh.c[name] for name in _KEY}
        connection.execute(sa.update(CONTRACT).where(same).values(others))
