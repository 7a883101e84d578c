"""Scenes registered, and what they say of parcels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from geoalchemy2.shape import from_shape
from shapely import Polygon
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.columns import Whole
from geodata.model.imagery_lists import Band, ChangeClass, Doubt
from geodata.model.scenes import ParcelChange, ParcelMeasure, RegisteredScene
from geodata.store import convert
from geodata.store.bulk import Column, copy_in, copy_out
from geodata.store.convert import Geometries
from geodata.store.queries import versions
from geodata.store.queries.identities import identity_at
from geodata.store.tables import PARCEL_FACT, SCENE, SCENE_CHANGE, SCENE_MEASURE

_SCENE = SCENE.c
_EARLIER_SCENE, _LATER_SCENE = SCENE.alias("earlier"), SCENE.alias("later")
_EARLIER, _LATER = _EARLIER_SCENE.c, _LATER_SCENE.c
_NEWEST_FIRST = _LATER.taken_on.desc(), _EARLIER.taken_on.desc()


def add_scene(connection: sa.Connection, scene: RegisteredScene, footprint: Polygon) -> int:
    """Register a scene; its number is drawn.

    Parameters
    ----------
    footprint
        The land it covers in EPSG:4490.
    """
    values = {**asdict(scene), "geom": from_shape(footprint, srid=STORAGE_EPSG)}
    del values["scene_id"]
    values |= {"bands": list(scene.bands), "transform": list(scene.transform)}
    added = sa.insert(SCENE).values(values).returning(_SCENE.scene_id)
    return int(connection.execute(added).scalar_one())


def find_scene(connection: sa.Connection, sha256: str) -> RegisteredScene | None:
    """The scene of a file, by its digest."""
    query = _scenes().where(_SCENE.sha256 == sha256)
    row = connection.execute(query).mappings().one_or_none()
    return _scene(row) if row else None


def read_scene(connection: sa.Connection, scene_id: int) -> RegisteredScene | None:
    """The scene of a number."""
    row = connection.execute(_scenes().where(_SCENE.scene_id == scene_id)).mappings().one_or_none()
    return _scene(row) if row else None


def list_scenes(connection: sa.Connection, taken_on: date | None = None) -> list[RegisteredScene]:
    """Every scene, or those of a day, in order of the days."""
    query = _scenes() if taken_on is None else _scenes().where(_SCENE.taken_on == taken_on)
    rows = connection.execute(query.order_by(_SCENE.taken_on, _SCENE.scene_id)).mappings()
    return [_scene(row) for row in rows]


def current_outlines(connection: sa.Connection) -> tuple[Whole, Geometries]:
    """Number and shape, in EPSG:4490, of every outline known by now."""
    query = sa.select(PARCEL_FACT.c.fact_id, PARCEL_FACT.c.geom)
    table = copy_out(connection, query.where(versions.seen(PARCEL_FACT, None)))
    return convert.numbers(table, "fact_id"), convert.geometries(table, "geom")


def outlines_of_contracts(
    connection: sa.Connection, known_at: datetime | None = None
) -> dict[int, list[int]]:
    """The contracts on each outline known at an instant; None = by now."""
    found: dict[int, list[int]] = {}
    for contract_id, fact_id in connection.execute(sa.select(_outlines(known_at))):
        found.setdefault(fact_id, []).append(contract_id)
    return found


def write_measures(
    connection: sa.Connection, scene_id: int, fact_id: Whole, columns: Mapping[str, Column]
) -> None:
    """Write what a scene shows of outlines, in place of what was written of it before."""
    connection.execute(sa.delete(SCENE_MEASURE).where(SCENE_MEASURE.c.scene_id == scene_id))
    numbers = {"scene_id": pa.repeat(scene_id, len(fact_id)), "fact_id": pa.array(fact_id)}
    copy_in(connection, SCENE_MEASURE, {**numbers, **columns})


def write_changes(
    connection: sa.Connection,
    from_scene_id: int,
    to_scene_id: int,
    fact_id: Whole,
    columns: Mapping[str, Column],
) -> None:
    """Write what two scenes say of outlines, in place of what was written of them before."""
    change = SCENE_CHANGE.c
    both = sa.and_(change.from_scene_id == from_scene_id, change.to_scene_id == to_scene_id)
    connection.execute(sa.delete(SCENE_CHANGE).where(both))
    scenes = {"from_scene_id": from_scene_id, "to_scene_id": to_scene_id}
    numbers = {name: pa.repeat(number, len(fact_id)) for name, number in scenes.items()}
    copy_in(connection, SCENE_CHANGE, {**numbers, "fact_id": pa.array(fact_id), **columns})


def measures_of(
    connection: sa.Connection, contract_id: int, known_at: datetime | None = None
) -> list[ParcelMeasure]:
    """What scenes show of the outline of a contract, in order of their days.

    Parameters
    ----------
    known_at
        Only scenes registered by then, and the outline known then; None for what is known by now.
    """
    measure = SCENE_MEASURE.c
    names = [name for name in ParcelMeasure.__dataclass_fields__ if name != "taken_on"]
    query = (
        sa.select(_SCENE.taken_on, *(measure[name] for name in names))
        .join_from(SCENE_MEASURE, SCENE, measure.scene_id == _SCENE.scene_id)
        .where(measure.fact_id.in_(_outlines_of(contract_id, known_at)), _added(known_at, _SCENE))
        .order_by(_SCENE.taken_on, measure.scene_id)
    )
    return [ParcelMeasure(**row) for row in connection.execute(query).mappings()]


def changes_of(
    connection: sa.Connection, contract_id: int, known_at: datetime | None = None
) -> list[ParcelChange]:
    """What pairs of scenes say of the outline of a contract, the newest first.

    Parameters
    ----------
    known_at
        As of `measures_of`.
    """
    outlines = _outlines_of(contract_id, known_at)
    query = _changes(known_at).where(SCENE_CHANGE.c.fact_id.in_(outlines))
    newest = query.order_by(*_NEWEST_FIRST, SCENE_CHANGE.c.to_scene_id)
    return [_change(dict(row)) for row in connection.execute(newest).mappings()]


def told_changes(
    connection: sa.Connection, until_on: date, known_at: datetime | None = None
) -> dict[int, ParcelChange]:
    """Of each contract, what the newest pair of scenes up to a day says that can tell.

    Parameters
    ----------
    known_at
        As of `measures_of`.
    """
    outline = _outlines(known_at)
    query = (
        _changes(known_at, outline.c.contract_id)
        .join(outline, SCENE_CHANGE.c.fact_id == outline.c.fact_id)
        .where(SCENE_CHANGE.c.told != ChangeClass.CANNOT_TELL.value, _LATER.taken_on <= until_on)
        .ext(distinct_on(outline.c.contract_id))
        .order_by(outline.c.contract_id, *_NEWEST_FIRST, SCENE_CHANGE.c.to_scene_id)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {row.pop("contract_id"): _change(row) for row in rows}


def _changes(known_at: datetime | None, *beside: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """What pairs of scenes registered by an instant say, with their days."""
    days = {"from_on": _EARLIER.taken_on, "to_on": _LATER.taken_on}
    names = [name for name in ParcelChange.__dataclass_fields__ if name not in days]
    told = (*(day.label(name) for name, day in days.items()), *(SCENE_CHANGE.c[n] for n in names))
    return (
        sa.select(*beside, *told)
        .select_from(SCENE_CHANGE)
        .join(_EARLIER_SCENE, SCENE_CHANGE.c.from_scene_id == _EARLIER.scene_id)
        .join(_LATER_SCENE, SCENE_CHANGE.c.to_scene_id == _LATER.scene_id)
        .where(_added(known_at, _EARLIER, _LATER))
    )


def _outlines(known_at: datetime | None) -> sa.Subquery:
    """The outline of each contract as both were known at an instant; None = by now."""
    contract = identity_at(known_at)
    own = sa.and_(
        PARCEL_FACT.c.parcel_id == contract.c.parcel_id, versions.seen(PARCEL_FACT, known_at)
    )
    query = sa.select(contract.c.contract_id, PARCEL_FACT.c.fact_id)
    return query.join_from(contract, PARCEL_FACT, own).subquery("outline")


def _outlines_of(contract_id: int, known_at: datetime | None) -> sa.Select[tuple[int]]:
    outline = _outlines(known_at).c
    return sa.select(outline.fact_id).where(outline.contract_id == contract_id)


def _added(
    known_at: datetime | None, *scenes: ReadOnlyColumnCollection[str, Any]
) -> sa.ColumnElement[bool]:
    """Whether scenes were registered by an instant; None = by now."""
    if known_at is None:
        return sa.true()
    return sa.and_(*(scene.added_at <= known_at for scene in scenes))


def _scenes() -> sa.Select[Any]:
    return sa.select(*(_SCENE[name] for name in RegisteredScene.__dataclass_fields__))


def _scene(row: sa.RowMapping) -> RegisteredScene:
    bands = tuple(Band.of(word) for word in row["bands"])
    return RegisteredScene(**{**row, "bands": bands, "transform": tuple(row["transform"])})


def _change(row: Mapping[str, Any]) -> ParcelChange:
    doubts = tuple(Doubt.of(word) for word in row["doubts"])
    return ParcelChange(**{**row, "told": ChangeClass.of(row["told"]), "doubts": doubts})
