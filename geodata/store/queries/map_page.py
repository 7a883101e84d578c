"""What a map page shows beside its tiles: where the land lies, names, and months of change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from geodata.geometry.crs import STORAGE_EPSG, TILE_EPSG
from geodata.model.card_counts import MonthlyChanges
from geodata.model.codelists import Verdict
from geodata.model.content_lists import ParkKind
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.standings import FIRST_ON
from geodata.store.queries.versions import array
from geodata.store.tables import CARD_SPAN, CONTRACT_CARD, MAP_FEATURE, PARK

Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees of EPSG:4490."""
_SIMPLE_DEGREES = 5e-4  # some 50 m
MOST_NAMES = 60
"""Waters a map names at most, the largest first."""


def parcel_bounds(connection: sa.Connection, parks: Sequence[str] = ()) -> Bounds | None:
    """Where the parcels seen lie, or those of some parks; None where there are none."""
    card = CONTRACT_CARD.c
    chosen = card.park == sa.any_(array(parks, sa.Text)) if parks else sa.true()
    box = sa.func.st_setsrid(sa.func.st_extent(card.outline).filter(chosen), TILE_EPSG)
    return _bounds(connection, sa.func.st_transform(box, STORAGE_EPSG))


def district_bounds(connection: sa.Connection) -> Bounds | None:
    """Where the outline of the district lies; None where none is known."""
    extent = sa.func.st_extent(MAP_FEATURE.c.geom).filter(MAP_FEATURE.c.layer == "outline")
    return _bounds(connection, sa.func.st_setsrid(extent, STORAGE_EPSG))


def district_name(connection: sa.Connection) -> str | None:
    """What the outline of the district is called."""
    outline = sa.select(MAP_FEATURE.c.name).where(MAP_FEATURE.c.layer == "outline")
    name: str | None = connection.scalar(outline.order_by(MAP_FEATURE.c.feature_id).limit(1))
    return name


def park_names(connection: sa.Connection) -> list[tuple[str, str, float, float]]:
    """Chinese and English name of each park and town, and the middle of its northern edge."""
    shape = PARK.c.geom
    middle = (sa.func.st_xmin(shape) + sa.func.st_xmax(shape)) / 2
    query = sa.select(PARK.c.name_zh, PARK.c.name_en, middle, sa.func.st_ymax(shape))
    rows = connection.execute(query.order_by(PARK.c.park_code))
    return [(zh, en, lon, lat) for zh, en, lon, lat in rows]


def place_outlines(connection: sa.Connection) -> list[tuple[str, str, ParkKind, BaseGeometry]]:
    """Chinese and English name of each park and town, which of both it is, and a simple outline.

    Outlines are of EPSG:4490, for a map of the size of a hand.
    """
    simple = sa.func.st_simplifypreservetopology(PARK.c.geom, _SIMPLE_DEGREES)
    query = sa.select(PARK.c.name_zh, PARK.c.name_en, PARK.c.kind, sa.func.st_asbinary(simple))
    rows = connection.execute(query.order_by(PARK.c.park_code))
    return [(zh, en, ParkKind.of(kind), from_wkb(bytes(shape))) for zh, en, kind, shape in rows]


def district_outline(connection: sa.Connection) -> BaseGeometry | None:
    """The district as simple, in EPSG:4490; None where its outline is not known."""
    whole = sa.func.st_union(MAP_FEATURE.c.geom).filter(MAP_FEATURE.c.layer == "outline")
    simple = sa.func.st_simplifypreservetopology(whole, _SIMPLE_DEGREES)
    shape = connection.scalar(sa.select(sa.func.st_asbinary(simple)))
    return from_wkb(bytes(shape)) if shape else None


def water_names(connection: sa.Connection) -> list[tuple[str, float, float]]:
    """Names of the largest waters, and a point within each."""
    feature = MAP_FEATURE.c
    point = sa.func.st_pointonsurface(feature.geom)
    query = (
        sa.select(feature.name, sa.func.st_x(point), sa.func.st_y(point))
        .where(feature.layer == "water", feature.name.is_not(None))
        .order_by(sa.func.st_perimeter(sa.func.st_envelope(feature.geom_3857)).desc())
        .limit(MOST_NAMES)
    )
    return [(name, lon, lat) for name, lon, lat in connection.execute(query)]


def card_place(connection: sa.Connection, key: ContractKey) -> tuple[int, Bounds] | None:
    """Number of a contract, and where its outline lies; None where it has none, or is not seen."""
    card = CONTRACT_CARD.c
    own = sa.and_(*(card[name] == part for name, part in zip(IDENTITY, key.parts, strict=True)))
    shape = sa.func.st_transform(card.outline, STORAGE_EPSG)
    query: sa.Select[Any] = sa.select(card.contract_id, *_sides(shape))
    row = connection.execute(query.where(own, card.outline.is_not(None))).one_or_none()
    return None if row is None else (row[0], (row[1], row[2], row[3], row[4]))


def monthly_changes(connection: sa.Connection) -> MonthlyChanges | None:
    """Changes of verdicts month by month, those ahead too; None before the first contract.

    That a contract comes into force is no change of its verdict.
    """
    span = CARD_SPAN.c
    before = sa.func.lag(span.verdict).over(partition_by=span.contract_id, order_by=span.from_on)
    step = sa.select(span.from_on, span.verdict, before.label("before")).subquery()
    month = sa.cast(sa.func.date_trunc("month", step.c.from_on), sa.Date)
    changed = sa.and_(step.c.before != step.c.verdict, step.c.before != Verdict.NOT_IN_FORCE.value)
    query = (
        sa.select(month, sa.func.count().filter(changed))
        .where(step.c.from_on > FIRST_ON)
        .group_by(month)
    )
    counted = {_month_number(day): count for day, count in connection.execute(query)}
    if not counted:
        return None
    first, last = min(counted), max(counted)
    counts = [counted.get(number, 0) for number in range(first, last + 1)]
    return MonthlyChanges(date(first // 12, first % 12 + 1, 1), counts)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _bounds(connection: sa.Connection, box: sa.ColumnElement[Any]) -> Bounds | None:
    row = connection.execute(sa.select(*_sides(box))).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _sides(shape: sa.ColumnElement[Any]) -> Iterator[sa.ColumnElement[float]]:
    return (getattr(sa.func, f"st_{side}")(shape) for side in ("xmin", "ymin", "xmax", "ymax"))
