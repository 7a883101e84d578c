"""Vector tiles of a collection of features."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG, TILE_EPSG
from geodata.model.attributes import Kind
from geodata.model.feature_collections import Published
from geodata.store.queries.collection_sources import Moment, source_of
from geodata.store.queries.cql2 import GEOMETRY
from geodata.tiles.catalogue import MARGIN_SHARE
from geodata.tiles.matrix import TileAddress

FIRST_ZOOM: Final = 12
"""Wider tiles would hold more features than a map can show."""
_EXTENT: Final = 4096
_MOST: Final = 10_000


def collection_tile(
    connection: sa.Connection, collection: Published, moment: Moment, tile: TileAddress
) -> bytes:
    """The features of a tile with their properties, not compressed; empty for a wide one."""
    if tile.zoom < FIRST_ZOOM:
        return b""
    source = source_of(collection, moment)
    envelope = sa.func.st_makeenvelope(*tile.bounds_m, TILE_EPSG)
    near = sa.func.st_transform(
        sa.func.st_expand(envelope, tile.width_m * MARGIN_SHARE), STORAGE_EPSG
    )
    outline = source.columns[GEOMETRY]
    told = (
        (sa.cast(column, sa.Text) if attribute.kind is Kind.DATE else column).label(attribute.key)
        for attribute in collection.attributes
        for column in [source.columns[attribute.key]]
    )
    shape = sa.func.st_asmvtgeom(
        sa.func.st_transform(outline, TILE_EPSG), envelope, _EXTENT, round(_EXTENT * MARGIN_SHARE)
    )
    feature = (
        source.rows.with_only_columns(*told, shape.label("shape"))
        .where(outline.op("&&")(near))
        .limit(_MOST)
        .subquery("feature")
    )
    row: sa.ColumnElement[object] = sa.literal_column(feature.name)
    content = sa.func.st_asmvt(row, str(collection), _EXTENT, "shape")
    return bytes(connection.scalar(sa.select(content).select_from(feature)) or b"")
