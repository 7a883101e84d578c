"""KML: placemarks of all folders, with their data under the names the file gives them.

GDAL writes underscores in place of Chinese field names and reads one folder at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.parsers import expat

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import InputFileError, damaged
from geodata.importers.issues import Issue
from geodata.importers.tables import RawTable, require_size
from geodata.model.codelists import IssueSeverity

_WGS84_EPSG: Final = 4326
_CHUNK_BYTES: Final = 1 << 16
_DEEPEST: Final = 100
_FOLDERS: Final = ("Folder", "Document")
_FIELDS: Final = ("Data", "SimpleData")
_SHAPES: Final = ("Polygon", "LineString", "LinearRing", "Point")
_MULTI: Final = {
    "Polygon": shapely.MultiPolygon,
    "LineString": shapely.MultiLineString,
    "Point": shapely.MultiPoint,
}
_LOOSE_COMMA: Final = re.compile(r"\s*,\s*")


def read_kml(path: Path) -> RawTable:
    """Table of the placemarks of a KML file.

    Raises
    ------
    InputFileError
        When it is no XML, defines entities, or is nested deeper than any map.
    """
    placemarks = _Placemarks(path)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = placemarks.refuse_types
    parser.StartElementHandler = placemarks.start
    parser.EndElementHandler = lambda name: placemarks.end(name, parser.CurrentLineNumber)
    parser.CharacterDataHandler = placemarks.text.append
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no keywords
            parser.Parse(b"", True)  # noqa: FBT003 - as above
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(path, error) from error
    return placemarks.table()


class _Placemarks:
    """Collects placemarks while the file is parsed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text: list[str] = []
        self.stack: list[str] = []
        self.folders: list[str] = []
        self.key = ""
        self.cells: dict[str, str] = {}
        self.rings: list[np.ndarray] = []
        self.parts: list[shapely.Geometry] = []
        self.is_broken = False
        self.rows: list[dict[str, str]] = []
        self.lines: list[int] = []
        self.shapes: list[shapely.Geometry | None] = []
        self.issues: list[Issue] = []

    def refuse_types(self, *_: object) -> None:
        raise InputFileError(
            "The file {path} declares a document type, which KML does not need and which can make"
            " a small file grow without end.",
            "Save it again from the program it comes from, or remove the declaration.",
            path=self.path,
        )

    def start(self, qualified: str, attributes: Mapping[str, str]) -> None:
        name = qualified.rpartition(" ")[2]
        self.stack.append(name)
        if len(self.stack) > _DEEPEST:
            raise InputFileError(
                "The file {path} nests elements more than {count} deep.",
                "Save it again from the program it comes from.",
                path=self.path,
                count=_DEEPEST,
            )
        self.text.clear()
        if name == "Placemark":
            self.cells, self.parts, self.is_broken = {}, [], False
        elif name in _FOLDERS:
            self.folders.append("")
        elif name in _FIELDS:
            self.key = attributes.get("name", "")
        elif name in _SHAPES and "Polygon" not in self.stack[:-1]:
            self.rings = []

    def end(self, qualified: str, line: int) -> None:
        name = qualified.rpartition(" ")[2]
        self.stack.pop()
        parent = self.stack[-1] if self.stack else ""
        text = "".join(self.text).strip()
        if name == "Placemark":
            self._finish(line)
        elif name in _FOLDERS:
            self.folders.pop()
        elif name == "name" and parent in _FOLDERS:
            self.folders[-1] = text
        elif name in ("name", "description") and parent == "Placemark":
            self.cells[name] = text
        elif name == "SimpleData" or (name == "value" and parent == "Data"):
            self.cells[self.key] = text
        elif name == "coordinates":
            self._coordinates(text)
        elif name in _SHAPES and "Polygon" not in self.stack:
            self._part(name)
        self.text.clear()

    def _coordinates(self, text: str) -> None:
        tuples = [place.split(",") for place in _LOOSE_COMMA.sub(",", text).split()]
        try:
            ring = np.array([[float(x), float(y)] for x, y, *_ in tuples])
        except ValueError:
            ring = np.array([np.nan])
        if not np.isfinite(ring).all():
            self.is_broken = True
            return
        # The outline stands first, wherever the file has it.
        self.rings.insert(len(self.rings) if "innerBoundaryIs" in self.stack else 0, ring)

    def _part(self, name: str) -> None:
        """Add the shape whose rings are complete."""
        try:
            if name == "Polygon":
                shell, *holes = self.rings
                self.parts.append(shapely.Polygon(shell, holes))
            elif name == "Point":
                self.parts.append(shapely.Point(self.rings[0][0]))
            else:
                self.parts.append(shapely.LineString(self.rings[0]))
        except (ValueError, IndexError, shapely.errors.GEOSException):
            self.is_broken = True

    def _finish(self, line: int) -> None:
        """Close a placemark."""
        folder = "/".join(name for name in self.folders if name)
        self.rows.append({"name": "", "folder": folder, **self.cells})
        self.lines.append(line)
        self.shapes.append(None if self.is_broken else _joined(self.parts))
        if self.is_broken:
            self.issues.append(
                Issue(
                    IssueSeverity.NOTED,
                    "The coordinates of the placemark cannot be read; it has no shape.",
                    row=len(self.rows),
                    line=line,
                )
            )

    def table(self) -> RawTable:
        headers = tuple(dict.fromkeys(key for row in self.rows for key in row))
        require_size(self.path, len(self.rows), len(headers))
        columns = tuple([row.get(key) or None for row in self.rows] for key in headers)
        numbers = range(1, len(self.rows) + 1)
        geometry = gpd.GeoSeries(self.shapes, crs=_WGS84_EPSG)
        return RawTable(
            "", headers, columns, numbers, self.lines, geometry=geometry, issues=tuple(self.issues)
        )


def _joined(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    """One shape of all the parts of a placemark."""
    if len(parts) <= 1:
        return parts[0] if parts else None
    kinds = {part.geom_type for part in parts}
    return _MULTI[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(parts)
