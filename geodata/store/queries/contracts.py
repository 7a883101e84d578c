"""Contracts: a ledger in, a ledger out, as it is known or was known at any earlier instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from geodata.model.attributes import Kind, of_kind
from geodata.model.changes import ImportCounts
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import LedgerColumns, Ragged, Texts, Whole
from geodata.model.content_lists import ContentKind
from geodata.model.separate_periods import with_government_periods
from geodata.store import convert
from geodata.store.bulk import Column, copy_in, copy_out, in_order
from geodata.store.convert import Geometries
from geodata.store.digest import whole_digest
from geodata.store.queries import versions
from geodata.store.queries.contract_rows import ContractRows, read_contract_rows
from geodata.store.queries.drafts import LedgerDraft, draft_ledger
from geodata.store.queries.identities import enter_contracts, identity_at
from geodata.store.queries.imports import (
    JUDGED_KINDS,
    LEDGER_KIND,
    ImportBatch,
    hold_imports,
    last_import_at,
    lock_imports,
    log_import,
)
from geodata.store.queries.originals import write_originals
from geodata.store.queries.outlines import write_outlines
from geodata.store.queries.roster import Roster, read_roster
from geodata.store.tables import (
    CONTRACT_FACT,
    EXTENSION_FACT,
    INSTALMENT_FACT,
    PERIOD_FACT,
    STANDING,
    ledger,
)

_PARTS = {Kind.INSTALMENTS: INSTALMENT_FACT, Kind.PERIODS: PERIOD_FACT}
_EXTENSIONS = {f"{milestone.value}_extensions": milestone for milestone in MilestoneKind}


@dataclass(frozen=True, slots=True)
class StoredContracts:
    """Contracts read from the store, in order of their first import.

    Attributes
    ----------
    contract_id
        int64, the contract of each row.
    columns
        The facts; rows are numbered from 1.
    extras
        Of each row, the text by header of columns that are not part of the ledger.
    facts_digest
        Digest of all of them.
    known_at
        Reading with this instant gives the same facts for ever; None when nothing was imported.
    """

    contract_id: Whole
    columns: LedgerColumns
    extras: Sequence[Mapping[str, str]]
    facts_digest: str
    known_at: datetime | None


def import_ledger(
    connection: sa.Connection,
    batch: ImportBatch,
    columns: LedgerColumns,
    geometry: Geometries | None = None,
    extras: Mapping[str, Texts] | None = None,
    *,
    contract_id: Whole | None = None,
    retired: Sequence[int] = (),
) -> ImportCounts:
    """Write what a ledger adds to the facts known; a row that says nothing new writes nothing.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    batch
        Where the rows come from.
    columns
        The rows that could be read; no contract twice.
    geometry
        Valid polygons in EPSG:4490 by row, None where a row has none; None for a ledger without
        geometry, which leaves the outlines as they are known.
    extras
        Texts by header of columns that are not part of the ledger, a blank as None.
    contract_id
        The contract of each row, `NOT_KNOWN` of a new one; None to find it by its key. A contract
        gets the key of its row, and keeps the one it had before as a former one.
    retired
        Contracts that are known no longer; their facts stay.
    """
    hold_imports(connection)
    roster = read_roster(connection)
    draft = draft_ledger(
        connection, roster, columns, geometry, extras, contract_id=contract_id, retired=retired
    )
    return write_ledger(connection, batch, draft)


def write_ledger(connection: sa.Connection, batch: ImportBatch, draft: LedgerDraft) -> ImportCounts:
    """Write what is new in a ledger.

    Parameters
    ----------
    connection
        Within a transaction of the caller, in which nothing else was imported since the draft.
    batch
        Where the rows come from.
    draft
        The ledger against what is known.
    """
    known_from = lock_imports(connection, LEDGER_KIND, batch.imported_at)
    counts = draft.counts(batch)
    rows = draft.facts.rows
    digests = [draft.digests[row] for row in rows]
    import_id = log_import(connection, LEDGER_KIND, batch, counts, known_from, digests)
    version = versions.Version(import_id, known_from)
    numbers = enter_contracts(connection, version, draft.roster, draft.contract_id, draft.columns)
    _retire(connection, version, draft.roster, draft.retired)
    cells: dict[str, Column] = {
        "contract_id": pa.array(numbers[rows]),
        "content_digest": digests,
        "extras": [draft.extras[row] for row in rows],
    }
    _write_facts(connection, version, draft.facts.outdated, cells, draft.columns.take(rows))
    write_outlines(connection, version, draft.outlines, abandoned=draft.land.abandoned)
    if batch.originals:
        parcels = zip(draft.columns.row_no.tolist(), draft.land.parcels, strict=True)
        write_originals(connection, version, batch.originals, dict(parcels))
    return counts


def read_contracts(
    connection: sa.Connection,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    parks: Sequence[str] | None = None,
    contract_ids: Whole | None = None,
    with_texts: bool = True,
    of_ledger_only: bool = False,
) -> StoredContracts:
    """Contracts with their facts, and with the government periods of the table of their own.

    Parameters
    ----------
    connection
        A connection; one moment is seen, whatever others import meanwhile.
    as_of
        Day on which the facts were true; None for those that hold until further notice.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    parks, contract_ids
        Parks and contracts to read; None for all.
    with_texts
        False leaves out what no rule reads: texts, the identity and extra columns.
    of_ledger_only
        Leave out what did not come with a ledger, as a ledger is compared with.
    """
    moment = known_at or last_import_at(connection, *JUDGED_KINDS)
    fact = CONTRACT_FACT.c
    seen = versions.seen(CONTRACT_FACT, moment, as_of)
    condition = seen
    if parks is not None:
        condition &= fact.park == sa.any_(versions.array(parks, sa.Text))
    if contract_ids is not None:
        some = versions.array(contract_ids.tolist(), sa.BigInteger)
        condition &= fact.contract_id == sa.any_(some)
    query = _facts_query(with_texts=with_texts).where(condition)
    facts = in_order(copy_out(connection, query), "contract_id")
    if condition is seen:
        fact_ids: sa.ColumnElement[Any] = sa.select(fact.fact_id).where(seen).scalar_subquery()
        identities = _identity_query(moment)
    else:
        fact_ids, contracts = (_named(facts, key) for key in ("fact_id", "contract_id"))
        identities = _identity_query(moment)
        chosen = identities.selected_columns.contract_id == sa.any_(contracts)
        identities = identities.where(chosen)
    table = _with_identity(facts, connection, identities) if with_texts else facts
    stored = StoredContracts(
        contract_id=convert.numbers(table, "contract_id"),
        columns=convert.ledger_columns(table, _read_parts(connection, facts, fact_ids)),
        extras=convert.extras(table) if with_texts else ({},) * len(table),
        facts_digest=whole_digest(table["content_digest"].to_pylist()),
        known_at=moment,
    )
    if of_ledger_only:
        return stored
    return _paused(stored, read_contract_rows(connection, ContentKind.GOVERNMENT_PERIODS, moment))


def _paused(stored: StoredContracts, periods: ContractRows) -> StoredContracts:
    """The contracts with the government periods that came as a table of their own."""
    here = np.flatnonzero(np.isin(periods.contract_id, stored.contract_id))
    if not len(here):
        return stored
    rows = np.searchsorted(stored.contract_id, periods.contract_id[here]).tolist()
    joined = [(row, periods.rows[place]) for row, place in zip(rows, here.tolist(), strict=True)]
    said = [f"{row}{periods.digests[at]}" for row, at in zip(rows, here.tolist(), strict=True)]
    return replace(
        stored,
        columns=with_government_periods(stored.columns, joined),
        facts_digest=whole_digest([stored.facts_digest, *said]),
    )


def _retire(
    connection: sa.Connection, version: versions.Version, roster: Roster, retired: Sequence[int]
) -> None:
    """Let contracts be known no longer; they stand nowhere, and are judged no more."""
    if not len(retired):
        return
    gone = np.array(retired, dtype=np.int64)
    versions.close_versions(connection, CONTRACT_FACT, version, roster.known(gone).fact_id)
    standing = STANDING.c.contract_id == sa.any_(versions.array(gone.tolist(), sa.BigInteger))
    connection.execute(sa.delete(STANDING).where(standing))


def _write_facts(
    connection: sa.Connection,
    version: versions.Version,
    outdated: Whole,
    identity: Mapping[str, Column],
    columns: LedgerColumns,
) -> None:
    cells = {**identity, "row_no": pa.array(columns.row_no), **convert.ledger_cells(columns)}
    fact_ids = versions.write_versions(connection, CONTRACT_FACT, version, outdated, cells)
    for kind, table in _PARTS.items():
        (attribute,) = of_kind(kind)
        copy_in(connection, table, _part_cells(columns.ragged[attribute.key], fact_ids))
    for key, milestone in _EXTENSIONS.items():
        parts = _part_cells(columns.ragged[key], fact_ids)
        named = pa.repeat(str(milestone), len(parts["fact_id"]))
        copy_in(connection, EXTENSION_FACT, parts | {"milestone": named})


def _part_cells(ragged: Ragged, fact_ids: Whole) -> convert.Cells:
    owner = ragged.owner
    position = np.arange(len(owner)) - ragged.offsets[owner]
    cells = {"fact_id": pa.array(fact_ids[owner]), "position": pa.array(position)}
    return cells | convert.part_cells(ragged)


def _facts_query(*, with_texts: bool) -> sa.Select[tuple[object, ...]]:
    told = ledger.FACTS if with_texts else [a for a in ledger.FACTS if a.kind is not Kind.TEXT]
    columns = (column.name for column in ledger.fact_columns(told))
    names = ["contract_id", "fact_id", *columns, "content_digest", *(["extras"] * with_texts)]
    return sa.select(*(CONTRACT_FACT.c[name] for name in names))


def _identity_query(known_at: datetime | None) -> sa.Select[tuple[object, ...]]:
    contract = identity_at(known_at)
    identity = (
        sa.func.nullif(contract.c[key], "", type_=sa.Text).label(key) for key in ledger.IDENTITY
    )
    return sa.select(contract.c.contract_id, *identity)


def _with_identity(
    facts: pa.Table, connection: sa.Connection, query: sa.Select[tuple[object, ...]]
) -> pa.Table:
    """The facts and which contracts they are about; joined here, since facts are wide."""
    known = in_order(copy_out(connection, query), "contract_id")
    if len(known) > len(facts):
        known_id, contract_id = (convert.numbers(t, "contract_id") for t in (known, facts))
        known = known.take(np.searchsorted(known_id, contract_id))
    for key in ledger.IDENTITY:
        facts = facts.append_column(key, known[key])
    return facts


def _named(facts: pa.Table, key: str) -> sa.ColumnElement[Any]:
    return versions.array(facts[key].to_pylist(), sa.BigInteger)


def _read_parts(
    connection: sa.Connection, facts: pa.Table, wanted: sa.ColumnElement[Any]
) -> dict[str, Ragged]:
    parts: dict[str, Ragged] = {}
    for kind, source in _PARTS.items():
        (attribute,) = of_kind(kind)
        table = _parts(connection, source, facts, wanted)
        parts[attribute.key] = convert.ragged(table, attribute, facts)
    table = _parts(connection, EXTENSION_FACT, facts, wanted)
    for attribute in of_kind(Kind.EXTENSIONS):
        own = table.filter(pc.equal(table["milestone"], str(_EXTENSIONS[attribute.key])))
        parts[attribute.key] = convert.ragged(own, attribute, facts)
    return parts


def _parts(
    connection: sa.Connection,
    part: sa.Table,
    facts: pa.Table,
    wanted: sa.ColumnElement[Any],
) -> pa.Table:
    """Parts with the row of the facts they belong to, in its order."""
    table = copy_out(connection, sa.select(part).where(part.c.fact_id == sa.any_(wanted)))
    fact_id = convert.numbers(facts, "fact_id")
    order = np.argsort(fact_id)
    rows = order[np.searchsorted(fact_id, convert.numbers(table, "fact_id"), sorter=order)]
    return in_order(table.append_column("row", pa.array(rows)), "row", "position")
