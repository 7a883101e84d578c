"""Shapes written as well-known text in a column of a workbook or text file."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import replace
from itertools import compress
from typing import Final

import geopandas as gpd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.geometry.repair import closed_shapes
from geodata.importers.headings import normal
from geodata.importers.tables import RawTable
from geodata.model.cells import cell_text

_NAMES: Final = ("geometry", "wkt", "geom", "几何")
_SYSTEM: Final = re.compile(r"SRID=([0-9]+);", re.IGNORECASE)

_RING: Final = r"\([^()]*\)"
_POLYGON: Final = re.compile(rf"\(\s*({_RING}(?:\s*,\s*{_RING})*)\s*\)")
_LITTLE_ENDIAN, _POLYGON_TYPE, _MULTIPOLYGON_TYPE = 1, 3, 6
_HEAD: Final = struct.Struct("<BII")  # byte order, type, and the number of parts
_LINE_HEAD: Final = 5  # byte order and type of a line, which a ring does not have


def with_written_shapes(table: RawTable | None) -> RawTable | None:
    """The table with its text column of shapes, if it has one, as geometry.

    The reference system is that of ``SRID=4490;POLYGON (…)``. Where the texts name none, or
    several, the shapes carry no system. A text that is no shape is a missing one; a ring that is
    not closed is closed, and `unclosed` holds the shape as it is written.
    """
    names = [normal(header) for header in table.headers] if table else []
    place = next((i for i, name in enumerate(names) if name in _NAMES), None)
    if table is None or place is None:
        return table
    texts = [cell_text(cell) or "" for cell in table.columns[place]]
    shapes, unclosed = closed_shapes([_SYSTEM.sub("", text) or None for text in texts])
    return replace(
        table,
        headers=table.headers[:place] + table.headers[place + 1 :],
        columns=table.columns[:place] + table.columns[place + 1 :],
        geometry=gpd.GeoSeries(shapes, crs=_system(compress(texts, shapes))),
        unclosed={row: _binary(texts[row]) for row in unclosed.tolist()},
    )


def _binary(text: str) -> bytes:
    """Well-known binary of polygons with rings that are not closed: no library makes any."""
    polygons = []
    for rings in _POLYGON.findall(text):
        lines = shapely.get_parts(shapely.from_wkt(f"MULTILINESTRING ({rings})"))
        binary = shapely.to_wkb(lines, output_dimension=2, byte_order=_LITTLE_ENDIAN)
        points = b"".join(line[_LINE_HEAD:] for line in binary)
        polygons.append(_HEAD.pack(_LITTLE_ENDIAN, _POLYGON_TYPE, len(lines)) + points)
    if len(polygons) == 1:
        return polygons[0]
    return _HEAD.pack(_LITTLE_ENDIAN, _MULTIPOLYGON_TYPE, len(polygons)) + b"".join(polygons)


def _system(texts: Iterable[str]) -> CRS | None:
    """The one system all the texts name; None when they name none, several or an unknown one."""
    named = {found[1] if (found := _SYSTEM.match(text)) else "" for text in texts}
    try:
        return CRS.from_epsg(named.pop()) if len(named) == 1 else None
    except CRSError:
        return None
