"""Drawings (DXF): closed polylines are land, open ones are told, annotations are left out."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geodata.importers.dbase import RAW_BYTES
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

LAYER: Final = "Layer"
"""Column of the layer names of the drawing."""

_LINE: Final = int(shapely.GeometryType.LINESTRING)
_LEAST_POINTS: Final = 4  # three corners and the first again
_ESCAPED: Final = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_ENCODINGS: Final = ("utf-8", "gb18030")

Shapes = npt.NDArray[np.object_]


def with_outlines(
    table: pa.Table, shapes: Shapes, layer: str | None
) -> tuple[pa.Table, Shapes, tuple[Issue, ...]]:
    """Lines and areas of a drawing, closed lines as polygons.

    Parameters
    ----------
    table, shapes
        Entities as GDAL gives them, each character of a text standing for one byte.
    layer
        Layer of the drawing to keep; None keeps all.
    """
    table = _decoded(table)
    names = np.array(table[LAYER].to_pylist(), dtype=np.object_)
    kinds = shapely.get_type_id(shapes)
    wanted = np.ones(len(shapes), np.bool_) if layer is None else names == layer
    drawn = wanted & (shapely.get_dimensions(shapes) > 0)
    is_closed = (kinds == _LINE) & shapely.is_closed(shapes)
    is_closed &= shapely.get_num_coordinates(shapes) >= _LEAST_POINTS
    shapes = shapes.copy()
    corners, places = shapely.get_coordinates(shapes[is_closed], return_index=True)
    shapes[is_closed] = shapely.polygons(shapely.linearrings(corners, indices=places))
    kept = shapes[drawn]
    issues = _open_lines(kept, names[drawn])
    if left := int((wanted & ~drawn).sum()):
        issues.append(_left_out(left))
    return table.filter(pa.array(drawn)), kept, tuple(issues)


def _decoded(table: pa.Table) -> pa.Table:
    """Texts in the encoding that fits them all; escaped characters are what they are already."""
    for encoding in _ENCODINGS:
        try:
            columns = [
                pa.array([_text(cell, encoding) for cell in column.to_pylist()])
                if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
                else column
                for column in table.columns
            ]
        except UnicodeDecodeError:
            continue
        return pa.table(columns, names=table.column_names)
    return table


def _text(cell: str | None, encoding: str) -> str | None:
    try:
        text = cell and cell.encode(RAW_BYTES).decode(encoding)
    except UnicodeEncodeError:  # GDAL has read the escapes of texts, not those of names
        return cell
    return text and _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)


def _open_lines(shapes: Shapes, names: Shapes) -> list[Issue]:
    places = np.flatnonzero(shapely.get_dimensions(shapes) == 1)
    return [
        Issue(
            IssueSeverity.NOTED,
            "The line on layer {layer} is not closed, so it encloses no land.",
            {"layer": names[place]},
            row=int(place) + 1,
            line=int(place) + 1,
        )
        for place in places
    ]


def _left_out(count: int) -> Issue:
    return Issue(
        IssueSeverity.NOTED,
        "{count} entities of the drawing are neither lines nor areas (texts, points, inserted"
        " blocks) and are left out.",
        {"count": count},
    )
