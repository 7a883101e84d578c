"""Lineage of parcels: which land passed from one outline to another, and the history of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.lineage import NOWHERE, Outlines, trace_land
from geodata.geometry.measure import planar_area_m2
from geodata.model.columns import Flags, Whole
from geodata.model.import_lists import LineageKind
from geodata.store import convert
from geodata.store.bulk import copy_in, copy_out, in_order, in_passing
from geodata.store.convert import Geometries
from geodata.store.queries import versions
from geodata.store.tables import IMPORT_BATCH, PARCEL, PARCEL_FACT, PARCEL_LINEAGE


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Outlines known at a time, by number of their version."""

    fact_id: Whole
    parcel_id: Whole
    shapes: Geometries

    def outlines(self, new: Whole) -> Outlines:
        """The outlines, `new` being the versions that end or begin."""
        frame = gpd.GeoSeries(list(self.shapes), crs=STORAGE_EPSG)
        return Outlines(self.parcel_id, frame, np.isin(self.fact_id, new))


@dataclass(frozen=True, slots=True)
class OutlineVersion:
    """An outline of a parcel.

    Attributes
    ----------
    known_from, known_to
        Instants between which it was known; `known_to` is None while it is.
    area_m2
        On the plane of its CGCS2000 zone.
    """

    known_from: datetime
    known_to: datetime | None
    area_m2: float


@dataclass(frozen=True, slots=True)
class LineagePart:
    """Land that passed from one parcel to another.

    Attributes
    ----------
    from_parcel, to_parcel
        Codes; None where the land was, or is, part of no parcel known.
    kind
        How it passed.
    area_m2
        How much.
    share
        Of the outline it was part of; of the one it is part of since, where it was part of none.
    at, file_name
        The import that showed it.
    """

    from_parcel: str | None
    to_parcel: str | None
    kind: LineageKind
    area_m2: float
    share: float
    at: datetime
    file_name: str


@dataclass(frozen=True, slots=True)
class ParcelHistory:
    """The outlines of a parcel, earliest first, and the land of its ancestors and descendants."""

    outlines: tuple[OutlineVersion, ...]
    lineage: tuple[LineagePart, ...]


def read_shapes(connection: sa.Connection, fact_id: Whole) -> Geometries:
    """The outlines of versions, in the order asked for."""
    table = in_order(copy_out(connection, _outlines().where(_one_of(fact_id))), "fact_id")
    places = np.searchsorted(convert.numbers(table, "fact_id"), fact_id)
    shapes: Geometries = convert.geometries(table, "geom")[places]
    return shapes


def neighbourhood(connection: sa.Connection, shapes: Geometries, fact_id: Whole) -> Neighbourhood:
    """The outlines known by now that are near some shapes, and some more by their number."""
    current = versions.seen(PARCEL_FACT, None)
    if not len(shapes) or connection.scalar(sa.select(~sa.exists().where(current))):
        return _read(connection, _one_of(fact_id))
    with in_passing(connection, PARCEL_FACT, {"geom": shapes}) as new:
        near = sa.exists().where(PARCEL_FACT.c.geom.op("&&")(new.c.geom))
        return _read(connection, (current & near) | _one_of(fact_id))


def write_lineage(
    connection: sa.Connection,
    version: versions.Version,
    earlier: Neighbourhood,
    begun: Whole,
    ended: Whole,
) -> None:
    """Write how land passed with an import; what was written before is not written again.

    Parameters
    ----------
    connection
        Within the transaction that wrote the outlines.
    version
        The import.
    earlier
        The outlines known before, near those that end or begin.
    begun, ended
        The versions that the import has written, and those it has closed.
    """
    if not len(earlier.fact_id):
        return
    is_ended = np.isin(earlier.fact_id, ended)
    later = neighbourhood(connection, earlier.shapes[is_ended], begun)
    lineage = trace_land(earlier.outlines(ended), later.outlines(begun))
    from_fact = np.append(earlier.fact_id, versions.NOT_KNOWN)[lineage.before]
    to_fact = np.append(later.fact_id, versions.NOT_KNOWN)[lineage.after]
    fresh = np.flatnonzero(~_is_written(connection, from_fact, to_fact))
    cells: convert.Cells = {
        "from_fact_id": pa.array(from_fact, mask=lineage.before == NOWHERE),
        "to_fact_id": pa.array(to_fact, mask=lineage.after == NOWHERE),
        "kind": pa.array([str(kind) for kind in lineage.kind]),
        "area_m2": pa.array(lineage.area_m2),
        "import_id": pa.repeat(version.import_id, len(lineage.kind)),
    }
    copy_in(connection, PARCEL_LINEAGE, {name: cell.take(fresh) for name, cell in cells.items()})


def parcel_history(connection: sa.Connection, parcel_code: str) -> ParcelHistory:
    """The outlines of a parcel and the lineage of its land, back and forth.

    A parcel that is not known has an empty history.
    """
    own = (
        sa.select(PARCEL_FACT.c.fact_id)
        .join_from(PARCEL_FACT, PARCEL, PARCEL.c.parcel_id == PARCEL_FACT.c.parcel_id)
        .where(PARCEL.c.parcel_code == parcel_code)
    )
    facts = np.array(connection.scalars(own).all(), dtype=np.int64)
    parts = _family(connection, facts)
    ends = [part for row in parts for part in (row.from_fact_id, row.to_fact_id) if part]
    everybody = np.unique(np.concatenate([facts, np.array(ends, dtype=np.int64)]))
    area_m2 = _areas(connection, everybody)
    return ParcelHistory(
        outlines=tuple(_versions(connection, facts, area_m2)),
        lineage=tuple(
            LineagePart(
                from_parcel=row.from_parcel,
                to_parcel=row.to_parcel,
                kind=LineageKind.of(row.kind),
                area_m2=row.area_m2,
                share=row.area_m2 / area_m2[row.from_fact_id or row.to_fact_id],
                at=row.imported_at,
                file_name=row.file_name,
            )
            for row in parts
        ),
    )


def _outlines() -> sa.Select[tuple[object, ...]]:
    fact = PARCEL_FACT.c
    return sa.select(fact.fact_id, fact.parcel_id, fact.geom)


def _one_of(fact_id: Whole) -> sa.ColumnElement[bool]:
    return PARCEL_FACT.c.fact_id == sa.any_(versions.array(fact_id.tolist(), sa.BigInteger))


def _read(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> Neighbourhood:
    table = in_order(copy_out(connection, _outlines().where(wanted)), "fact_id")
    return Neighbourhood(
        convert.numbers(table, "fact_id"),
        convert.numbers(table, "parcel_id"),
        convert.geometries(table, "geom"),
    )


def _is_written(connection: sa.Connection, from_fact: Whole, to_fact: Whole) -> Flags:
    part = PARCEL_LINEAGE.c
    earlier = part.from_fact_id == sa.any_(versions.array(from_fact.tolist(), sa.BigInteger))
    known = set(connection.execute(sa.select(part.from_fact_id, part.to_fact_id).where(earlier)))
    pairs = zip(from_fact.tolist(), to_fact.tolist(), strict=True)
    return np.array([pair in known for pair in pairs], dtype=np.bool_)


def _family(connection: sa.Connection, facts: Whole) -> Sequence[Any]:
    """The parts of land that led to outlines, and those that came of them, earliest first."""
    back = _chain(facts, PARCEL_LINEAGE.c.to_fact_id, PARCEL_LINEAGE.c.from_fact_id)
    forth = _chain(facts, PARCEL_LINEAGE.c.from_fact_id, PARCEL_LINEAGE.c.to_fact_id)
    either = sa.union(sa.select(back.c.lineage_id), sa.select(forth.c.lineage_id))
    part = PARCEL_LINEAGE.c
    query = (
        sa.select(
            *(part[name] for name in ("from_fact_id", "to_fact_id", "kind", "area_m2")),
            _code_of(part.from_fact_id).label("from_parcel"),
            _code_of(part.to_fact_id).label("to_parcel"),
            IMPORT_BATCH.c.imported_at,
            IMPORT_BATCH.c.file_name,
        )
        .join_from(PARCEL_LINEAGE, IMPORT_BATCH)
        .where(part.lineage_id.in_(either))
        .order_by(IMPORT_BATCH.c.imported_at, part.lineage_id)
    )
    return connection.execute(query).all()


def _chain(facts: Whole, near: sa.Column[Any], far: sa.Column[Any]) -> sa.CTE:
    """Parts that hang on outlines by one end, those that hang on their other end, and so on."""
    first = near == sa.any_(versions.array(facts.tolist(), sa.BigInteger))
    chain = sa.select(PARCEL_LINEAGE.c.lineage_id, far.label("far")).where(first)
    parts = chain.cte(f"by_{near.name}", recursive=True)
    return parts.union(sa.select(PARCEL_LINEAGE.c.lineage_id, far).join(parts, near == parts.c.far))


def _code_of(fact_id: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    fact, parcel = PARCEL_FACT.alias(), PARCEL.alias()
    same = parcel.c.parcel_id == fact.c.parcel_id
    query = sa.select(parcel.c.parcel_code).join_from(fact, parcel, same)
    return query.where(fact.c.fact_id == fact_id).scalar_subquery()


def _areas(connection: sa.Connection, facts: Whole) -> dict[int, float]:
    shapes = gpd.GeoDataFrame(geometry=list(read_shapes(connection, facts)), crs=STORAGE_EPSG)
    return dict(zip(facts.tolist(), planar_area_m2(shapes).tolist(), strict=True))


def _versions(
    connection: sa.Connection, facts: Whole, area_m2: Mapping[int, float]
) -> Iterator[OutlineVersion]:
    fact = PARCEL_FACT.c
    until = sa.func.nullif(fact.known_to, sa.literal_column("'infinity'::timestamptz"))
    query = sa.select(fact.fact_id, fact.known_from, until).where(_one_of(facts))
    for number, known_from, known_to in connection.execute(query.order_by(fact.known_from)):
        yield OutlineVersion(known_from, known_to, area_m2[number])
