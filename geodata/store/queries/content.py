"""Kinds of content beside the ledger, as they are known or were known at any earlier instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import sqlalchemy as sa

from geodata.model.columns import Texts
from geodata.model.content import Row, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.store import convert
from geodata.store.bulk import Column, copy_out, in_order
from geodata.store.content_cells import fact_cells, typed_rows, words_of
from geodata.store.convert import Geometries
from geodata.store.digest import row_digests, whole_digest
from geodata.store.queries import versions
from geodata.store.queries.imports import (
    ImportBatch,
    ImportCounts,
    last_import_at,
    lock_imports,
    log_import,
)
from geodata.store.queries.outlines import (
    OutlineDifferences,
    outline_differences,
    write_outlines,
)
from geodata.store.tables import CONTENT, ledger


@dataclass(frozen=True, slots=True)
class StoredContent:
    """Rows of one kind read from the store, in order of their first import.

    Attributes
    ----------
    kind
        What they are about.
    rows
        Typed rows.
    extras
        Of each row, the text by header of columns that are not part of the kind.
    facts_digest
        Digest of all of them.
    known_at
        Reading with this instant gives the same rows for ever; None when nothing was imported.
    """

    kind: ContentKind
    rows: Sequence[Row]
    extras: Sequence[Mapping[str, str]]
    facts_digest: str
    known_at: datetime | None


def import_content(
    connection: sa.Connection,
    batch: ImportBatch,
    kind: ContentKind,
    rows: Sequence[Row],
    *,
    row_no: Sequence[int] | None = None,
    extras: Mapping[str, Texts] | None = None,
    geometry: Geometries | None = None,
) -> ImportCounts:
    """Write what a table adds to the facts known; a row that says nothing new writes nothing.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    batch
        Where the rows come from.
    kind
        A kind with tables in `geodata.store.tables.content`.
    rows
        The typed rows that could be read; no natural key twice.
    row_no
        Numbers of the rows in the file; 1, 2, … by default.
    extras
        Texts by header of columns that are not part of the kind, a blank as None.
    geometry
        Outlines of parcels, valid polygons in EPSG:4490 by row, None where a row has none; None
        leaves the outlines as they are known.
    """
    known_from = lock_imports(connection, kind.value, batch.imported_at)
    catalogue, tables = catalogue_of(kind), CONTENT[kind]
    names = [catalogue.name_of(row) for row in rows]
    identities = _identities(connection, tables.identity.c.natural_key, names)
    extra_cells = convert.extra_cells(extras or {}, len(rows))
    digests = _digests(kind, rows, extra_cells)
    facts = versions.differences(connection, tables.fact, identities, digests)
    outlines = _outlines(connection, kind, rows, geometry)
    moved = facts.changed | outlines.changed_rows if outlines else facts.changed
    either = replace(facts, changed=moved & ~facts.added)
    counts = either.counts(declined=batch.declined, rejected=batch.rejected)
    import_id = log_import(connection, kind.value, batch, counts, known_from)
    version = versions.Version(import_id, known_from)
    numbers = row_no or range(1, len(rows) + 1)
    cells: dict[str, Column] = {
        versions.identity_column(tables.fact).name: [identities[row] for row in facts.rows],
        "content_digest": [digests[row] for row in facts.rows],
        "row_no": [numbers[row] for row in facts.rows],
        "extras": [extra_cells[row] for row in facts.rows],
        **fact_cells(catalogue.attributes, [rows[row] for row in facts.rows]),
    }
    versions.write_versions(connection, tables.fact, version, facts.outdated, cells)
    if outlines:
        write_outlines(connection, version, outlines)
    return counts


def read_content(
    connection: sa.Connection, kind: ContentKind, known_at: datetime | None = None
) -> StoredContent:
    """The rows of a kind.

    Parameters
    ----------
    connection
        A connection; one moment is seen, whatever others import meanwhile.
    kind
        A kind with tables in `geodata.store.tables.content`.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    """
    moment = known_at or last_import_at(connection, kind.value)
    fact, attributes = CONTENT[kind].fact, catalogue_of(kind).attributes
    names = (*(c.name for c in ledger.fact_columns(attributes)), "extras", "content_digest")
    query = sa.select(versions.identity_column(fact), *(fact.c[name] for name in names))
    found = copy_out(connection, query.where(versions.seen(fact, moment)))
    table = in_order(found, versions.identity_column(fact).name)
    return StoredContent(
        kind=kind,
        rows=typed_rows(attributes, table),
        extras=convert.extras(table),
        facts_digest=whole_digest(table["content_digest"].to_pylist()),
        known_at=moment,
    )


def _identities(
    connection: sa.Connection, column: sa.Column[str], names: Sequence[str]
) -> list[int]:
    """Key of each name in a table of identities; those met for the first time are entered."""
    table = column.table
    (key,) = table.primary_key.columns
    rows = (
        sa.func.unnest(versions.array(names, sa.Text))
        .table_valued("name", with_ordinality="ordinal", name="row")
        .render_derived()
    )
    joined = sa.outerjoin(rows, table, column == rows.c.name)
    new = (
        sa.select(rows.c.name)
        .select_from(joined)
        .where(key.is_(None))
        .group_by(rows.c.name)
        .order_by(sa.func.min(rows.c.ordinal))
    )
    connection.execute(sa.insert(table).from_select([column.name], new))
    return list(connection.scalars(sa.select(key).select_from(joined).order_by(rows.c.ordinal)))


def _digests(kind: ContentKind, rows: Sequence[Row], extras: Sequence[str]) -> list[bytes]:
    attributes = catalogue_of(kind).attributes
    return row_digests(
        words_of(attributes, row) | ({} if extra == convert.NO_EXTRAS else {"extras": extra})
        for row, extra in zip(rows, extras, strict=True)
    )


def _outlines(
    connection: sa.Connection, kind: ContentKind, rows: Sequence[Row], geometry: Geometries | None
) -> OutlineDifferences | None:
    """What the shapes of parcels add to the outlines known; other kinds have none."""
    if geometry is None:
        return None
    assert kind is ContentKind.PARCELS, "only parcels have outlines"
    codes = np.array([row["parcel_code"] for row in rows], dtype=np.object_)
    return outline_differences(connection, codes, geometry)
