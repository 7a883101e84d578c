"""The register of inefficient land, as it is known or was known at any earlier instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.changes import ImportCounts
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.columns import Exact, as_date
from geodata.model.entities import Claim
from geodata.model.land_lists import Means
from geodata.store import convert
from geodata.store.bulk import Column, copy_out
from geodata.store.convert import Geometries
from geodata.store.digest import claim_digests
from geodata.store.queries import versions
from geodata.store.queries.imports import (
    ImportBatch,
    hold_imports,
    lock_imports,
    log_import,
)
from geodata.store.queries.names import enter_names, read_roster, retire
from geodata.store.tables import CLAIM, CLAIM_FACT
from geodata.store.tables.ledger import exact_columns

_KIND: Final = "claims"
_PLAIN: Final = (
    *("kind", "status", "done_on", "reversed_on", "town", "park", "evidence"),
    *("planned_on", "means"),
)
_EXACT: Final = ("area_m2", "cost_yuan")
_FACTS: Final = (*_PLAIN, *chain.from_iterable(map(exact_columns, _EXACT)))


@dataclass(frozen=True, slots=True, eq=False)
class ClaimDraft:
    """A register against what is known; it holds as long as no other is imported.

    Attributes
    ----------
    claims, shapes
        The entries and their outlines.
    digests, facts
        What each says, its outline included, and what of it is new.
    retired
        Codes of entries that are known no longer.
    """

    claims: Sequence[Claim]
    shapes: Geometries
    digests: Sequence[bytes]
    facts: versions.Differences
    retired: Sequence[str]


def import_claims(
    connection: sa.Connection,
    batch: ImportBatch,
    claims: Sequence[Claim],
    geometry: Geometries,
) -> ImportCounts:
    """Write what a register adds to the entries known; what says nothing new writes nothing.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    batch
        Where the entries come from.
    claims
        The entries that could be read; no code twice.
    geometry
        Valid polygons in EPSG:4490 by entry, None where an entry has none.
    """
    hold_imports(connection)
    return write_claims(connection, batch, draft_claims(connection, claims, geometry))


def draft_claims(
    connection: sa.Connection,
    claims: Sequence[Claim],
    geometry: Geometries,
    retired: Sequence[str] = (),
) -> ClaimDraft:
    """Compare a register with what is known.

    The parameters are those of `import_claims`, and the codes of entries known no longer.
    """
    digests = claim_digests(claims, geometry)
    known = read_roster(connection, CLAIM.c.claim_code, CLAIM_FACT)
    found = versions.compared(known.known([claim.claim_code for claim in claims]), digests)
    return ClaimDraft(claims, geometry, digests, found, retired)


def write_claims(connection: sa.Connection, batch: ImportBatch, draft: ClaimDraft) -> ImportCounts:
    """Write what is new in a register.

    Parameters
    ----------
    connection
        Within a transaction of the caller, in which no other was imported since the draft.
    batch
        Where the entries come from.
    draft
        The register against what is known.
    """
    known_from = lock_imports(connection, _KIND, batch.imported_at)
    counts = draft.facts.counts(declined=batch.declined, rejected=batch.rejected)
    counts = replace(counts, retired=len(draft.retired))
    rows = draft.facts.rows
    digests = [draft.digests[row] for row in rows]
    import_id = log_import(connection, _KIND, batch, counts, known_from, digests)
    version = versions.Version(import_id, known_from)
    claims = [draft.claims[row] for row in rows]
    numbers = enter_names(connection, CLAIM.c.claim_code, [claim.claim_code for claim in claims])
    cells: dict[str, Column] = {
        "claim_id": pa.array(numbers),
        "content_digest": pa.array(digests, pa.binary()),
        **_cells(claims),
        "geom": draft.shapes[rows],
    }
    retire(connection, CLAIM.c.claim_code, CLAIM_FACT, version, draft.retired)
    versions.write_versions(connection, CLAIM_FACT, version, draft.facts.outdated, cells)
    return counts


def read_claims(
    connection: sa.Connection, known_at: datetime | None = None
) -> tuple[list[Claim], gpd.GeoSeries]:
    """Entries in order of their first import, and their outlines in EPSG:4490.

    Parameters
    ----------
    connection
        A connection.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    """
    facts = (CLAIM_FACT.c[name] for name in (*_FACTS, "geom"))
    query = (
        sa.select(CLAIM.c.claim_code, *facts)
        .join_from(CLAIM, CLAIM_FACT, CLAIM.c.claim_id == CLAIM_FACT.c.claim_id)
        .where(versions.seen(CLAIM_FACT, known_at))
        .order_by(CLAIM.c.claim_id)
    )
    table = copy_out(connection, query)
    return _claims(table), gpd.GeoSeries(convert.geometries(table, "geom"), crs=STORAGE_EPSG)


def first_promises(connection: sa.Connection, known_at: datetime | None = None) -> dict[str, date]:
    """Day on which each entry was to be done when a day was first named, by code.

    Entries of which none was ever named are left out.
    """
    facts = CLAIM_FACT.c
    query = (
        sa.select(CLAIM.c.claim_code, facts.planned_on)
        .join_from(CLAIM, CLAIM_FACT, CLAIM.c.claim_id == facts.claim_id)
        .where(facts.planned_on.is_not(None))
        .ext(distinct_on(facts.claim_id))
        .order_by(facts.claim_id, facts.known_from)
    )
    if known_at is not None:
        query = query.where(facts.known_from <= known_at)
    return {row.claim_code: row.planned_on for row in connection.execute(query)}


def _cells(claims: Sequence[Claim]) -> convert.Cells:
    cells = {name: pa.array([getattr(claim, name) for claim in claims]) for name in _PLAIN}
    for name in _EXACT:
        cells |= convert.exact_cells(name, Exact.of(getattr(claim, name) for claim in claims))
    return cells


def _claims(table: pa.Table) -> list[Claim]:
    areas, costs = (convert.exact(table, name) for name in _EXACT)
    rows = range(len(table))
    columns: tuple[Sequence[Any], ...] = (
        table["claim_code"].to_pylist(),
        [ClaimKind.at(code) for code in convert.codes(table, "kind", ClaimKind)],
        [ClaimStatus.at(code) for code in convert.codes(table, "status", ClaimStatus)],
        [as_date(number) for number in convert.days(table, "done_on")],
        [as_date(number) for number in convert.days(table, "reversed_on")],
        [areas.fraction(row) for row in rows],
        *(table[name].to_pylist() for name in ("town", "park", "evidence")),
        [as_date(number) for number in convert.days(table, "planned_on")],
        [costs.fraction(row) for row in rows],
        [None if word is None else Means.of(word) for word in table["means"].to_pylist()],
    )
    return [Claim(*cells) for cells in zip(*columns, strict=True)]
