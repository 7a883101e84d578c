"""Contracts: a ledger in, a ledger out, as it is known or was known at any earlier instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from geodata.model.attributes import Kind, of_kind
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import LedgerColumns, Ragged, Texts, Whole
from geodata.store import convert
from geodata.store.bulk import copy_in, copy_out
from geodata.store.convert import Geometries
from geodata.store.digest import content_digests, whole_digest
from geodata.store.queries import versions
from geodata.store.queries.imports import (
    ImportBatch,
    ImportCounts,
    last_import_at,
    lock_imports,
    log_import,
)
from geodata.store.queries.parcels import outline_differences, parcel_key, write_outlines
from geodata.store.tables import (
    CONTRACT,
    CONTRACT_FACT,
    EXTENSION_FACT,
    INSTALMENT_FACT,
    PARCEL,
    PERIOD_FACT,
    ledger,
)

_KIND = "ledger"
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
    """
    known_from = lock_imports(connection, _KIND, batch.imported_at)
    contract_ids, parcel_ids = _identities(connection, columns)
    extra_cells = convert.extra_cells(extras or {}, len(columns))
    digests = content_digests(columns, extra_cells)
    facts = versions.differences(connection, CONTRACT_FACT, contract_ids, digests)
    outlines = outline_differences(connection, parcel_ids, geometry)
    either = replace(facts, changed=(facts.changed | outlines.changed_rows) & ~facts.added)
    counts = either.counts(declined=batch.declined, rejected=batch.rejected)
    import_id = log_import(connection, _KIND, batch, counts, known_from)
    version = versions.Version(import_id, known_from)
    rows = facts.rows
    cells: convert.Cells = {
        "contract_id": [contract_ids[row] for row in rows],
        "content_digest": [digests[row] for row in rows],
        "extras": [extra_cells[row] for row in rows],
    }
    _write_facts(connection, version, facts.outdated, cells, columns.take(rows))
    write_outlines(connection, version, outlines)
    return counts


def read_contracts(
    connection: sa.Connection,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    parks: Sequence[str] | None = None,
) -> StoredContracts:
    """Contracts with their facts.

    Parameters
    ----------
    connection
        A connection; one moment is seen, whatever others import meanwhile.
    as_of
        Day on which the facts were true; None for those that hold until further notice.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    parks
        Parks to read; None for all.
    """
    moment = known_at or last_import_at(connection, _KIND)
    condition = versions.seen(CONTRACT_FACT, moment, as_of)
    if parks is not None:
        condition &= CONTRACT_FACT.c.park == sa.any_(versions.array(parks, sa.Text))
    table = copy_out(connection, _facts_query().where(condition))
    contract_id = convert.numbers(table, "contract_id")
    ragged = _read_parts(connection, condition, contract_id, table)
    return StoredContracts(
        contract_id=contract_id,
        columns=convert.ledger_columns(table, ragged),
        extras=convert.extras(table),
        facts_digest=whole_digest(table["content_digest"].to_pylist()),
        known_at=moment,
    )


def _identities(connection: sa.Connection, columns: LedgerColumns) -> tuple[list[int], list[int]]:
    """Contract and parcel of each row; those met for the first time are entered."""
    texts = [[text or "" for text in columns.texts[key]] for key in ledger.IDENTITY]
    keys = [parcel_key(*identity) for identity in zip(*texts, strict=True)]
    arrays = (versions.array(values, sa.Text) for values in (*texts, keys))
    rows = (
        sa.func.unnest(*arrays)
        .table_valued(*ledger.IDENTITY, "parcel_key", with_ordinality="ordinal", name="row")
        .render_derived()
    )
    contract = sa.and_(*(CONTRACT.c[key] == rows.c[key] for key in ledger.IDENTITY))
    new_parcels = (
        sa.select(rows.c.parcel_key)
        .outerjoin_from(rows, PARCEL, PARCEL.c.parcel_code == rows.c.parcel_key)
        .where(PARCEL.c.parcel_id.is_(None))
        .group_by(rows.c.parcel_key)
        .order_by(sa.func.min(rows.c.ordinal))
    )
    new_contracts = (
        sa.select(*(rows.c[key] for key in ledger.IDENTITY), PARCEL.c.parcel_id)
        .join_from(rows, PARCEL, PARCEL.c.parcel_code == rows.c.parcel_key)
        .outerjoin(CONTRACT, contract)
        .where(CONTRACT.c.contract_id.is_(None))
        .order_by(rows.c.ordinal)
    )
    found = (
        sa.select(CONTRACT.c.contract_id, CONTRACT.c.parcel_id)
        .join_from(rows, CONTRACT, contract)
        .order_by(rows.c.ordinal)
    )
    connection.execute(sa.insert(PARCEL).from_select(["parcel_code"], new_parcels))
    connection.execute(
        sa.insert(CONTRACT).from_select([*ledger.IDENTITY, "parcel_id"], new_contracts)
    )
    pairs = connection.execute(found).all()
    return [pair.contract_id for pair in pairs], [pair.parcel_id for pair in pairs]


def _write_facts(
    connection: sa.Connection,
    version: versions.Version,
    outdated: Sequence[int],
    identity: convert.Cells,
    columns: LedgerColumns,
) -> None:
    cells = identity | {"row_no": columns.row_no.tolist()} | convert.ledger_cells(columns)
    fact_ids = np.array(
        versions.write_versions(connection, CONTRACT_FACT, version, outdated, cells),
        dtype=np.int64,
    )
    for kind, table in _PARTS.items():
        (attribute,) = of_kind(kind)
        copy_in(connection, table, _part_cells(columns.ragged[attribute.key], fact_ids))
    for key, milestone in _EXTENSIONS.items():
        parts = _part_cells(columns.ragged[key], fact_ids)
        parts["milestone"] = [str(milestone)] * len(parts["fact_id"])
        copy_in(connection, EXTENSION_FACT, parts)


def _part_cells(ragged: Ragged, fact_ids: Whole) -> convert.Cells:
    owner = ragged.owner
    position = np.arange(len(owner)) - ragged.offsets[owner]
    cells = {"fact_id": fact_ids[owner].tolist(), "position": position.tolist()}
    return cells | convert.part_cells(ragged)


def _facts_query() -> sa.Select[tuple[object, ...]]:
    identity = (
        sa.func.nullif(CONTRACT.c[key], "", type_=sa.Text).label(key) for key in ledger.IDENTITY
    )
    names = (*(column.name for column in ledger.fact_columns()), "extras", "content_digest")
    facts = (CONTRACT_FACT.c[name] for name in names)
    return (
        sa.select(CONTRACT.c.contract_id, *identity, *facts)
        .join_from(CONTRACT, CONTRACT_FACT)
        .order_by(CONTRACT.c.contract_id)
    )


def _read_parts(
    connection: sa.Connection,
    condition: sa.ColumnElement[bool],
    contract_id: Whole,
    facts: pa.Table,
) -> dict[str, Ragged]:
    parts: dict[str, Ragged] = {}
    for kind, source in _PARTS.items():
        (attribute,) = of_kind(kind)
        table = copy_out(connection, _parts_query(source).where(condition))
        parts[attribute.key] = convert.ragged(table, attribute, contract_id, facts)
    table = copy_out(connection, _parts_query(EXTENSION_FACT).where(condition))
    for attribute in of_kind(Kind.EXTENSIONS):
        own = table.filter(pc.equal(table["milestone"], str(_EXTENSIONS[attribute.key])))
        parts[attribute.key] = convert.ragged(own, attribute, contract_id, facts)
    return parts


def _parts_query(part: sa.Table) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(CONTRACT_FACT.c.contract_id, *part.c)
        .join_from(part, CONTRACT_FACT)
        .order_by(CONTRACT_FACT.c.contract_id, part.c.position)
    )
