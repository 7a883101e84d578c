"""What an import says of the outlines of parcels, and what of that is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
import sqlalchemy as sa

from geodata.geometry.curve import along_curve
from geodata.model.columns import Flags, LedgerColumns, Texts, Whole
from geodata.store import convert
from geodata.store.bulk import Column, copy_out
from geodata.store.convert import Geometries
from geodata.store.digest import outline_digests
from geodata.store.queries import versions
from geodata.store.queries.imports import LEDGER_KIND
from geodata.store.queries.lineage import neighbourhood, read_shapes, write_lineage
from geodata.store.queries.names import enter_names
from geodata.store.queries.roster import Roster, keys_of, parcel_key
from geodata.store.queries.versions import NOT_KNOWN, Known
from geodata.store.tables import CONTRACT, CONTRACT_FACT, IMPORT_BATCH, PARCEL, PARCEL_FACT

_NOISE_SHARE: Final = 1e-6  # less of a shape than this is rounding, not land


@dataclass(frozen=True, slots=True, eq=False)
class LedgerLand:
    """What a ledger says of parcels.

    Attributes
    ----------
    parcels, shapes
        The parcel of each row, and its shape; None where it has none.
    incomplete
        Parcels that came with a shape and belong to further contracts, which came without one.
    abandoned
        Parcels that no contract is about any more.
    """

    parcels: Texts
    shapes: Geometries
    incomplete: frozenset[str]
    abandoned: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class OutlineDifferences:
    """What the geometry of an import adds to the outlines known.

    Attributes
    ----------
    parcels, shapes, digests
        Codes of the parcels whose outline is new or other than known.
    outdated
        The versions that are replaced.
    changed_rows
        Rows of the import that belong to one of those parcels.
    extended
        Parcels of which only a part came, which can add land and take none.
    """

    parcels: list[str]
    shapes: Geometries
    digests: list[bytes]
    outdated: Whole
    changed_rows: Flags
    extended: tuple[str, ...] = ()


NO_OUTLINES: Final = OutlineDifferences(
    [], np.empty(0, dtype=np.object_), [], np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
)


def outline_differences(
    connection: sa.Connection,
    parcels: Texts,
    geometry: Geometries | None,
    incomplete: Collection[str] = (),
) -> OutlineDifferences:
    """Compare the shapes of rows with the outlines known of their parcels.

    Rows that share a parcel (its phases, say) give one outline: the union of their shapes.

    Parameters
    ----------
    connection
        A connection.
    parcels
        Code of the parcel of each row.
    geometry
        Shape of each row, None where it has none; None when none has.
    incomplete
        Parcels that belong to further contracts, whose shapes did not come.
    """
    shapes = np.full(len(parcels), None) if geometry is None else geometry
    drawn = _is_drawn(shapes)
    codes, outlines = _outlines(parcels[drawn], shapes[drawn])
    known = _known_outlines(connection, codes)
    parts = np.flatnonzero(_among(codes, incomplete) & (known.fact_id != NOT_KNOWN))
    extended = _extend(connection, outlines, parts, known.fact_id)
    digests = outline_digests(outlines)
    found = versions.compared(known, digests)
    rows = np.flatnonzero(found.added | found.changed)
    return OutlineDifferences(
        parcels=codes[rows].tolist(),
        shapes=outlines[rows],
        digests=[digests[row] for row in rows],
        outdated=found.outdated,
        changed_rows=_among(parcels, codes[rows]) & drawn,
        extended=tuple(codes[extended].tolist()),
    )


def read_outlines_of(connection: sa.Connection, codes: Texts) -> Geometries:
    """The outlines known by now of parcels, by their codes; None where none is known."""
    fact_id = _known_outlines(connection, codes).fact_id
    shapes, known = np.full(len(codes), None), fact_id != NOT_KNOWN
    shapes[known] = read_shapes(connection, fact_id[known])
    return shapes


def write_outlines(
    connection: sa.Connection,
    version: versions.Version,
    outlines: OutlineDifferences,
    *,
    abandoned: Sequence[str] = (),
    retired: Sequence[str] = (),
) -> None:
    """Write the outlines that are new, and how land passed to them.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    version
        What the new versions have in common.
    outlines
        What is new.
    abandoned
        Parcels that no contract is about any more: the outlines that ledgers gave them end too.
    retired
        Parcels that the register knows no longer: their outlines end where no contract is on them.
    """
    ended = np.concatenate(
        [
            outlines.outdated,
            _outlines_of(connection, abandoned, IMPORT_BATCH.c.kind == LEDGER_KIND),
            _outlines_of(connection, retired, ~_has_contract()),
        ]
    )
    parcel_ids = enter_names(connection, PARCEL.c.parcel_code, outlines.parcels)
    # Neighbours one after the other: the spatial indices grow in half the time.
    order = along_curve(shapely.bounds(outlines.shapes))
    cells: dict[str, Column] = {
        "parcel_id": pa.array(parcel_ids[order]),
        "content_digest": [outlines.digests[row] for row in order.tolist()],
        "geom": outlines.shapes[order],
    }
    earlier = neighbourhood(connection, outlines.shapes, ended)
    begun = versions.write_versions(connection, PARCEL_FACT, version, ended, cells)
    write_lineage(connection, version, earlier, begun, ended)


def land_of(
    connection: sa.Connection,
    roster: Roster,
    contract_id: Whole,
    columns: LedgerColumns,
    geometry: Geometries | None,
    retired: Sequence[int] = (),
) -> LedgerLand:
    """What a ledger says of parcels, against the contracts known.

    A contract that gets another parcel without a shape takes the outline along, unless others stay
    behind.

    Parameters
    ----------
    connection
        A connection.
    roster
        What is known.
    contract_id
        The contract of each row, `NOT_KNOWN` of a new one.
    columns, geometry
        The rows and their shapes.
    retired
        Contracts that are known no longer.
    """
    codes, before = _codes(columns), _codes(roster.columns)
    met = contract_id != NOT_KNOWN
    place = roster.places(contract_id[met])
    after, origin = before.copy(), np.full(len(codes), None)
    after[place], origin[met] = codes[met], before[place]
    stays = roster.is_current & ~np.isin(roster.contract_id, retired)
    stays[place] = True
    abandoned = {*before[roster.is_current]} - {*after[stays], *codes}
    shapes = np.full(len(codes), None) if geometry is None else geometry.copy()
    origin[~_among(origin, abandoned)] = None
    _take_along(connection, shapes, codes, origin)
    drawn = _is_drawn(shapes)
    stays[place[drawn[met]]] = False
    incomplete = {*after[stays], *codes[~drawn]} & {*codes[drawn]}
    return LedgerLand(codes, shapes, frozenset(incomplete), sorted(abandoned))


def _outlines(owners: Texts, shapes: Geometries) -> tuple[Texts, Geometries]:
    """Codes of parcels and the shape of each."""
    place, codes = pd.factorize(owners)
    rows, counts = np.argsort(place, kind="stable"), np.bincount(place)
    first = np.cumsum(counts) - counts
    outlines = shapes[rows[first]]
    for shared in np.flatnonzero(counts > 1):
        members = rows[first[shared] : first[shared] + counts[shared]]
        outlines[shared] = shapely.union_all(shapes[members])
    return codes, outlines


def _known_outlines(connection: sa.Connection, codes: Texts) -> Known:
    fact = PARCEL_FACT.c
    query = (
        sa.select(PARCEL.c.parcel_code, fact.fact_id, fact.content_digest)
        .join_from(PARCEL, PARCEL_FACT, PARCEL.c.parcel_id == fact.parcel_id)
        .where(
            versions.seen(PARCEL_FACT, None),
            PARCEL.c.parcel_code == sa.any_(versions.array(codes.tolist(), sa.Text)),
        )
    )
    table = copy_out(connection, query)
    known = Known(convert.numbers(table, "fact_id"), convert.texts(table, "content_digest"))
    row = {code: row for row, code in enumerate(table["parcel_code"].to_pylist())}
    return known.take(np.array([row.get(code, NOT_KNOWN) for code in codes], dtype=np.int64))


def _codes(columns: LedgerColumns) -> Texts:
    codes = np.empty(len(columns), dtype=np.object_)
    codes[:] = [parcel_key(*key) for key in keys_of(columns)]
    return codes


def _among(codes: Texts, some: Collection[str]) -> Flags:
    return np.asarray(pd.Index(codes, dtype=object).isin(list(some)))


def _is_drawn(shapes: Geometries) -> Flags:
    return np.asarray(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))


def _take_along(connection: sa.Connection, shapes: Geometries, codes: Texts, origin: Texts) -> None:
    """Give rows without a shape, on parcels without an outline, the outline of another parcel."""
    rows = np.flatnonzero(~_is_drawn(shapes) & ~pd.isna(origin))
    if len(rows):
        known = _known_outlines(connection, origin[rows]).fact_id
        here = _known_outlines(connection, codes[rows]).fact_id
        taken = (known != NOT_KNOWN) & (here == NOT_KNOWN)
        shapes[rows[taken]] = read_shapes(connection, known[taken])


def _extend(connection: sa.Connection, outlines: Geometries, parts: Whole, fact_id: Whole) -> Whole:
    """Make of each part the whole outline known with what the part adds; return those changed."""
    known = read_shapes(connection, fact_id[parts])
    rest = shapely.area(shapely.difference(outlines[parts], known))
    adds = rest > _NOISE_SHARE * shapely.area(outlines[parts])
    other = ~shapely.equals(outlines[parts], known)
    joined = shapely.union(known, outlines[parts])
    outlines[parts] = np.where(adds, joined, known)
    return np.asarray(parts[other])


def _outlines_of(
    connection: sa.Connection, codes: Sequence[str], condition: sa.ColumnElement[bool]
) -> Whole:
    """The outlines known of parcels, where the import that brought them or the parcel is such."""
    if not codes:
        return np.empty(0, dtype=np.int64)
    fact = PARCEL_FACT.c
    query = (
        sa.select(fact.fact_id)
        .join_from(PARCEL_FACT, PARCEL, PARCEL.c.parcel_id == fact.parcel_id)
        .join(IMPORT_BATCH, IMPORT_BATCH.c.import_id == fact.import_id)
        .where(
            versions.seen(PARCEL_FACT, None),
            PARCEL.c.parcel_code == sa.any_(versions.array(codes, sa.Text)),
            condition,
        )
    )
    return np.array(connection.scalars(query).all(), dtype=np.int64)


def _has_contract() -> sa.ColumnElement[bool]:
    known = versions.seen(CONTRACT_FACT, None)
    same = CONTRACT.c.contract_id == CONTRACT_FACT.c.contract_id
    return sa.exists().where(same, known, CONTRACT.c.parcel_id == PARCEL.c.parcel_id)
