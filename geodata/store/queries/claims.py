"""The register of inefficient land, as it is known or was known at any earlier instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.columns import Exact, as_date
from geodata.model.entities import Claim
from geodata.store import convert
from geodata.store.bulk import copy_out
from geodata.store.convert import Geometries
from geodata.store.digest import claim_digests
from geodata.store.queries import versions
from geodata.store.queries.imports import ImportBatch, ImportCounts, lock_imports, log_import
from geodata.store.tables import CLAIM, CLAIM_FACT
from geodata.store.tables.ledger import exact_columns

_KIND: Final = "claims"
_PLAIN: Final = ("kind", "status", "done_on", "reversed_on", "town", "park", "evidence")
_FACTS: Final = (*_PLAIN, *exact_columns("area_m2"))


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
    known_from = lock_imports(connection, _KIND, batch.imported_at)
    claim_ids = _identities(connection, [claim.claim_code for claim in claims])
    shapes = convert.multipolygons(geometry)
    digests = claim_digests(claims, shapes)
    found = versions.differences(connection, CLAIM_FACT, claim_ids, digests)
    counts = found.counts(declined=batch.declined, rejected=batch.rejected)
    version = versions.Version(log_import(connection, _KIND, batch, counts, known_from), known_from)
    rows = pa.array(found.rows, pa.int64())
    cells: convert.Cells = {
        "claim_id": pa.array(claim_ids, pa.int64()),
        "content_digest": pa.array(digests, pa.binary()),
        **_cells(claims),
        "geom": convert.geometry_cells(shapes),
    }
    fresh = {name: values.take(rows) for name, values in cells.items()}
    versions.write_versions(connection, CLAIM_FACT, version, found.outdated, fresh)
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


def _identities(connection: sa.Connection, codes: Sequence[str]) -> list[int]:
    """Key of each entry; those met for the first time are entered."""
    rows = (
        sa.func.unnest(versions.array(codes, sa.Text))
        .table_valued("claim_code", with_ordinality="ordinal", name="row")
        .render_derived()
    )
    joined = sa.outerjoin(rows, CLAIM, CLAIM.c.claim_code == rows.c.claim_code)
    new = sa.select(rows.c.claim_code).select_from(joined).where(CLAIM.c.claim_id.is_(None))
    connection.execute(sa.insert(CLAIM).from_select(["claim_code"], new.order_by(rows.c.ordinal)))
    found = sa.select(CLAIM.c.claim_id).select_from(joined).order_by(rows.c.ordinal)
    return list(connection.scalars(found))


def _cells(claims: Sequence[Claim]) -> convert.Cells:
    cells = {name: pa.array([getattr(claim, name) for claim in claims]) for name in _PLAIN}
    return cells | convert.exact_cells("area_m2", Exact.of(claim.area_m2 for claim in claims))


def _claims(table: pa.Table) -> list[Claim]:
    areas = convert.exact(table, "area_m2")
    columns: tuple[Sequence[Any], ...] = (
        table["claim_code"].to_pylist(),
        [ClaimKind.at(code) for code in convert.codes(table, "kind", ClaimKind)],
        [ClaimStatus.at(code) for code in convert.codes(table, "status", ClaimStatus)],
        [as_date(number) for number in convert.days(table, "done_on")],
        [as_date(number) for number in convert.days(table, "reversed_on")],
        [areas.fraction(row) for row in range(len(table))],
        *(table[name].to_pylist() for name in ("town", "park", "evidence")),
    )
    return [Claim(*cells) for cells in zip(*columns, strict=True)]
