"""Vector tiles made by the database, of what the transaction sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from geodata.geometry.crs import TILE_EPSG
from geodata.store.queries.cells import of_day, standing
from geodata.store.tables import CARD_CELL, CONTRACT_CARD, MAP_FEATURE, PARK
from geodata.tiles.catalogue import (
    CELL_ZOOM,
    CELLS,
    CELLS_PER_SIDE,
    FILTERED,
    LARGEST_BYTES,
    MARGIN_SHARE,
    Detail,
    Layer,
    details,
)
from geodata.tiles.matrix import TileAddress

Column = sa.ColumnElement[Any]

_CELL_SIDE: Final = CELLS.extent // CELLS_PER_SIDE
_FIRST_COUNTED: Final = CELL_ZOOM + 1 - CELLS_PER_SIDE.bit_length()
"""The largest zoom whose tiles are made of squares counted before."""
_AS_OF: Final = sa.bindparam("as_of", type_=sa.Date)


def parcel_tile(connection: sa.Connection, tile: TileAddress, as_of: date, revision: int) -> bytes:
    """The parcels of a tile as they stand on a day, not compressed.

    Parameters
    ----------
    revision
        The one at which the contracts of the day were counted (`geodata.store.queries.cells`).
    """
    values = {"as_of": as_of, "revision": revision}
    *outlines, _ = details(Layer.PARCELS, tile.zoom)
    for detail in outlines:
        content, count = _features(connection, Layer.PARCELS, tile, detail, **values)
        if count < detail.most and len(content) <= LARGEST_BYTES:
            return content
    if tile.zoom > _FIRST_COUNTED:
        return _content(connection, _cells_now(), {**_box(tile), **values})
    return _content(connection, _cells_before(), {**_square(tile), **values})


def ground_tile(connection: sa.Connection, tile: TileAddress) -> bytes:
    """The land around the parcels, not compressed; where it is too much, the small things go."""
    detail = details(Layer.GROUND, tile.zoom)[0]
    content, count = _features(connection, Layer.GROUND, tile, detail)
    while len(content) > LARGEST_BYTES:
        content, count = _features(connection, Layer.GROUND, tile, detail, most=count // 2)
    return content


def _features(
    connection: sa.Connection, layer: Layer, tile: TileAddress, detail: Detail, **values: object
) -> tuple[bytes, int]:
    """Content and number of features of a tile."""
    asked = {"most": detail.most, **_box(tile), **values}
    content, count = _row_of(connection, _statement(layer, detail), asked)
    return content or b"", count


def _content(connection: sa.Connection, query: sa.Select[Any], values: Mapping[str, Any]) -> bytes:
    (content,) = _row_of(connection, query, values)
    return content or b""


def _row_of(
    connection: sa.Connection, query: sa.Select[Any], values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The only row of a query, read in binary: as text a tile would be twice its size."""
    statement, constants = _compiled(query, connection.dialect)
    driver: psycopg.Connection[tuple[Any, ...]] | None = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor(binary=True) as cursor:
        row = cursor.execute(statement, {**constants, **values}, prepare=True).fetchone()
    assert row is not None
    return row


@cache
def _compiled(query: sa.Select[Any], dialect: sa.Dialect) -> tuple[bytes, dict[str, Any]]:
    compiled = query.compile(dialect=dialect)
    return str(compiled).encode(), compiled.params


def _box(tile: TileAddress) -> dict[str, Any]:
    sides = zip(("west", "south", "east", "north"), tile.bounds_m, strict=True)
    return {**dict(sides), "width_m": tile.width_m}


def _square(tile: TileAddress) -> dict[str, Any]:
    return {"shift": _FIRST_COUNTED - tile.zoom, "column": tile.column, "row": tile.row}


@cache
def _statement(layer: Layer, detail: Detail) -> sa.Select[Any]:
    """Content and number of features, the largest first where the layer says so."""
    columns, source, drawn = {
        Layer.PARCELS: (*_parcels(), _placed),
        Layer.GROUND: (*_ground(), _cut),
    }[layer]
    outline = columns["outline"]
    near = sa.func.st_expand(_envelope(), _number("width_m") * MARGIN_SHARE)
    told = (columns[name].label(name) for name in ("id", *detail.attributes))
    shape = drawn(_simplified(outline, detail), detail)
    feature = (
        source.with_only_columns(*told, shape.label("shape"))
        .where(outline.op("&&")(near))
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery("feature")
    )
    tile = sa.func.st_asmvt(_row(feature), str(layer), detail.extent, "shape", "id")
    return sa.select(tile.filter(feature.c.shape.is_not(None)), sa.func.count())


def _simplified(shape: Column, detail: Detail) -> Column:
    """The shape as coarse as the tile may tell it; what is smaller stays as a dot."""
    if not detail.tolerance:
        return shape
    tolerance_m = _number("width_m") * (detail.tolerance / detail.extent)
    return sa.func.st_simplify(shape, tolerance_m, sa.true())


def _placed(shape: Column, detail: Detail) -> Column:
    """A small shape in units of the tile, whole: to cut it at the edges costs eight times that."""
    scale = sa.literal(float(detail.extent)) / _number("width_m")
    zero = sa.literal(0.0)
    east, south = -_number("west") * scale, _number("north") * scale
    return sa.func.st_affine(shape, scale, zero, zero, -scale, east, south)


def _cut(shape: Column, detail: Detail) -> Column:
    """A shape that may be large in units of the tile, cut at its edges."""
    margin = round(detail.extent * MARGIN_SHARE)
    return sa.func.st_asmvtgeom(shape, _envelope(), detail.extent, margin)


def _parcels() -> tuple[dict[str, Column], sa.Select[Any]]:
    card = CONTRACT_CARD.c
    names = (card.project_name, card.grantee, card.contract_no)
    columns = {
        "id": card.contract_id,
        "outline": card.outline,
        "title": sa.func.coalesce(*(sa.func.nullif(name, "") for name in names)),
        **standing(),
    }
    return columns, of_day(_AS_OF)


def _ground() -> tuple[dict[str, Column], sa.Select[Any]]:
    feature, none = MAP_FEATURE.c, sa.null()
    ground = sa.union_all(
        sa.select(
            feature.feature_id.label("id"),
            sa.case((feature.layer == "roads", "road"), else_=feature.layer).label("layer"),
            feature.kind,
            feature.name,
            feature.geom_3857.label("outline"),
        ),
        sa.select(none, sa.literal("park"), PARK.c.kind, none, PARK.c.geom_3857),
    ).subquery("ground")
    size = sa.func.st_perimeter(sa.func.st_envelope(ground.c.outline))
    return dict(ground.c), sa.select(ground).order_by(size.desc())


@cache
def _cells_before() -> sa.Select[Any]:
    """From squares that were counted."""
    cell = CARD_CELL.c
    shift = sa.bindparam("shift", type_=sa.Integer)
    first = [sa.bindparam(name, type_=sa.Integer) * CELLS_PER_SIDE for name in ("column", "row")]
    places = [
        place.op(">>")(shift) - begin
        for place, begin in zip((cell.cell_x, cell.cell_y), first, strict=True)
    ]
    within = (
        place.between(begin.op("<<")(shift), (begin + CELLS_PER_SIDE).op("<<")(shift) - 1)
        for place, begin in zip((cell.cell_x, cell.cell_y), first, strict=True)
    )
    counted = sa.select(
        *(place.label(name) for name, place in zip(("x", "y"), places, strict=True)),
        *(cell[name] for name in FILTERED),
        cell["count"],
    ).where(
        cell.as_of == _AS_OF,
        cell.revision == sa.bindparam("revision", type_=sa.BigInteger),
        *within,
    )
    return _cells(counted)


@cache
def _cells_now() -> sa.Select[Any]:
    """From the cards themselves: for a tile that cannot hold its outlines."""
    place = CONTRACT_CARD.c.place
    cell_m = _number("width_m") / CELLS_PER_SIDE
    offsets = {
        "x": sa.func.st_x(place) - _number("west"),
        "y": _number("north") - sa.func.st_y(place),
    }
    counted = (
        of_day(_AS_OF)
        .with_only_columns(
            *(
                sa.func.least(sa.func.floor(offset / cell_m), CELLS_PER_SIDE - 1).label(name)
                for name, offset in offsets.items()
            ),
            *(column.label(name) for name, column in standing().items()),
            sa.literal(1).label("count"),
        )
        .where(place.op("&&")(_envelope()))
    )
    return _cells(counted)


def _cells(counted: sa.Select[Any]) -> sa.Select[Any]:
    """Counts drawn in the middle of their squares."""
    source = counted.subquery("counted")
    alike = [source.c[name] for name in FILTERED]
    middle = [(source.c[axis] + 0.5) * _CELL_SIDE for axis in ("x", "y")]
    count = sa.cast(sa.func.sum(source.c["count"]), sa.Integer).label("count")
    cell = (
        sa.select(*alike, count, sa.func.st_makepoint(*middle).label("shape"))
        .group_by(source.c.x, source.c.y, *alike)
        .order_by(count.desc())
        .limit(CELLS.most)
        .subquery("cell")
    )
    return sa.select(sa.func.st_asmvt(_row(cell), "cells", CELLS.extent, "shape")).select_from(cell)


def _envelope() -> Column:
    sides = (_number(name) for name in ("west", "south", "east", "north"))
    return sa.func.st_makeenvelope(*sides, TILE_EPSG)


def _number(name: str) -> sa.BindParameter[float]:
    return sa.bindparam(name, type_=sa.Float)


def _row(source: sa.Subquery) -> Column:
    """The whole row of a query, as one value."""
    return sa.literal_column(source.name)
