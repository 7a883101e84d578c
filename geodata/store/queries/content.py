"""Kinds of content beside the ledger, as they are known or were known at any earlier instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.model.changes import ImportCounts
from geodata.model.columns import Flags, Texts, Whole
from geodata.model.content import Row, catalogue_of
from geodata.model.content.typed_rows import TypedRows
from geodata.model.content_lists import ContentKind
from geodata.store import convert
from geodata.store.bulk import Column, copy_out, in_order
from geodata.store.content_cells import fact_cells, typed_rows, word_cells
from geodata.store.convert import Geometries
from geodata.store.digest import row_digests, whole_digest
from geodata.store.queries import versions
from geodata.store.queries.imports import (
    ImportBatch,
    hold_imports,
    last_import_at,
    lock_imports,
    log_import,
)
from geodata.store.queries.names import NameRoster, enter_names, read_roster, retire
from geodata.store.queries.originals import write_originals
from geodata.store.queries.outlines import (
    NO_OUTLINES,
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


@dataclass(frozen=True, slots=True, eq=False)
class ContentDraft:
    """A table against what is known; it holds as long as nothing else of the kind is imported.

    Attributes
    ----------
    kind, rows, row_no
        The typed rows, and the number of each in its file.
    names
        The natural key of each.
    extras
        What is not part of the kind, as `convert.extra_cells` writes it.
    digests, facts
        What each row says, and what of it is new.
    outlines
        The same of the outlines of parcels; None of other kinds, and without shapes.
    retired
        Names of what is known no longer.
    """

    kind: ContentKind
    rows: TypedRows
    row_no: Sequence[int]
    names: Sequence[str]
    extras: Sequence[str]
    digests: Sequence[bytes]
    facts: versions.Differences
    outlines: OutlineDifferences | None
    retired: Sequence[str]

    @property
    def moved(self) -> Flags:
        """Rows that bring another outline than is known."""
        return (
            np.zeros_like(self.facts.added) if self.outlines is None else self.outlines.changed_rows
        )

    def counts(self, batch: ImportBatch) -> ImportCounts:
        """What becomes of the rows of the file, with those that were left out before."""
        changed = (self.facts.changed | self.moved) & ~self.facts.added
        counts = replace(self.facts, changed=changed).counts(
            declined=batch.declined, rejected=batch.rejected
        )
        return replace(counts, retired=len(self.retired))


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
    hold_imports(connection)
    roster = read_names(connection, kind)
    draft = draft_content(
        connection, roster, kind, rows, row_no=row_no, extras=extras, geometry=geometry
    )
    return write_content(connection, batch, draft)


def read_names(connection: sa.Connection, kind: ContentKind) -> NameRoster:
    """What is known by now of a kind, by natural key."""
    tables = CONTENT[kind]
    return read_roster(connection, tables.identity.c.natural_key, tables.fact)


def draft_content(
    connection: sa.Connection,
    roster: NameRoster,
    kind: ContentKind,
    rows: Sequence[Row],
    *,
    row_no: Sequence[int] | None = None,
    extras: Mapping[str, Texts] | None = None,
    geometry: Geometries | None = None,
    retired: Sequence[str] = (),
) -> ContentDraft:
    """Compare a table with what is known.

    The parameters are those of `import_content`, and the names of what is known no longer.
    """
    catalogue, typed = catalogue_of(kind), TypedRows.of(rows)
    names = typed.names(catalogue)
    cells = convert.extra_cells(extras or {}, len(rows))
    digests = row_digests(word_cells(catalogue.attributes, typed), cells)
    return ContentDraft(
        kind=kind,
        rows=typed,
        row_no=row_no or range(1, len(rows) + 1),
        names=names,
        extras=cells,
        digests=digests,
        facts=versions.compared(roster.known(names), digests),
        outlines=_outlines(connection, kind, typed, geometry),
        retired=retired,
    )


def write_content(
    connection: sa.Connection, batch: ImportBatch, draft: ContentDraft
) -> ImportCounts:
    """Write what is new in a table.

    Parameters
    ----------
    connection
        Within a transaction of the caller, in which nothing else of the kind was imported since
        the draft.
    batch
        Where the rows come from.
    draft
        The table against what is known.
    """
    kind, facts = draft.kind, draft.facts
    known_from = lock_imports(connection, kind.value, batch.imported_at)
    catalogue, tables = catalogue_of(kind), CONTENT[kind]
    counts = draft.counts(batch)
    digests = [draft.digests[row] for row in facts.rows]
    import_id = log_import(connection, kind.value, batch, counts, known_from, digests)
    version = versions.Version(import_id, known_from)
    names = [draft.names[row] for row in facts.rows]
    cells: dict[str, Column] = {
        versions.identity_column(tables.fact).name: pa.array(
            enter_names(connection, tables.identity.c.natural_key, names)
        ),
        "content_digest": digests,
        "row_no": [draft.row_no[row] for row in facts.rows],
        "extras": [draft.extras[row] for row in facts.rows],
        **fact_cells(catalogue.attributes, draft.rows.take(np.array(facts.rows, dtype=np.intp))),
    }
    retire(connection, tables.identity.c.natural_key, tables.fact, version, draft.retired)
    versions.write_versions(connection, tables.fact, version, facts.outdated, cells)
    if kind is ContentKind.PARCELS:
        write_outlines(connection, version, draft.outlines or NO_OUTLINES, retired=draft.retired)
        if batch.originals:
            codes = map(str, draft.rows.column("parcel_code"))
            parcels = dict(zip(draft.row_no, codes, strict=True))
            write_originals(connection, version, batch.originals, parcels)
    return counts


def read_content(
    connection: sa.Connection,
    kind: ContentKind,
    known_at: datetime | None = None,
    *,
    fact_ids: Whole | None = None,
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
    fact_ids
        Versions to read; None for all that are known.
    """
    moment = known_at or last_import_at(connection, kind.value)
    fact, attributes = CONTENT[kind].fact, catalogue_of(kind).attributes
    names = (*(c.name for c in ledger.fact_columns(attributes)), "extras", "content_digest")
    query = sa.select(versions.identity_column(fact), *(fact.c[name] for name in names))
    condition = versions.seen(fact, moment)
    if fact_ids is not None:
        condition &= fact.c.fact_id == sa.any_(versions.array(fact_ids.tolist(), sa.BigInteger))
    found = copy_out(connection, query.where(condition))
    table = in_order(found, versions.identity_column(fact).name)
    return StoredContent(
        kind=kind,
        rows=typed_rows(attributes, table),
        extras=convert.extras(table),
        facts_digest=whole_digest(table["content_digest"].to_pylist()),
        known_at=moment,
    )


def _outlines(
    connection: sa.Connection, kind: ContentKind, rows: TypedRows, geometry: Geometries | None
) -> OutlineDifferences | None:
    """What the shapes of parcels add to the outlines known; other kinds have none."""
    if geometry is None:
        return None
    assert kind is ContentKind.PARCELS, "only parcels have outlines"
    codes = np.array(list(rows.column("parcel_code")), dtype=np.object_)
    return outline_differences(connection, codes, geometry)
