"""Polygons written as an exchange text, in the form the format asks for or one of its variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Final

import shapely
from pyproj import CRS

from geodata.errors import CoordinateError
from geodata.importers.boundary_points.blocks import BlockLabel
from geodata.importers.boundary_points.checks import area_of
from geodata.importers.boundary_points.lines import ATTRIBUTES, COORDINATES
from geodata.importers.boundary_points.rings import Shape
from geodata.importers.boundary_points.system import (
    SYSTEM,
    USUAL_NAME,
    ZONE,
    ZONE_WIDTH,
    Grid,
    grid_of,
    width_of,
)

Labelled = tuple[BlockLabel, Shape]

_RESERVED: Final = re.compile(r"[,，;；\s@＠]+")
_METRE_DECIMALS: Final = 3
_DEGREE_DECIMALS: Final = 9
_UNIT_M2: Final = {"": 10_000, "公顷": 10_000, "平方米": 1, "㎡": 1}
_AREA_DECIMALS: Final = {10_000: 6, 1: 2}
_HEADER: Final = {
    "格式版本号": "1.01版本",
    "投影类型": "高斯克吕格",
    "转换参数": ",,,,,,",
}


class PointNames(Enum):
    """How points are named: what stands before the number, and whether each block begins anew."""

    RESTARTED = ("J", True)
    RUNNING = ("J", False)
    BARE = ("", True)

    def __init__(self, prefix: str, restarts: bool) -> None:
        self.prefix = prefix
        self.restarts = restarts


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is written; what is given here departs from the form of the format.

    Attributes
    ----------
    attributes
        Further attributes of the header, such as 数据产生单位.
    repeats_first_point, counts_closing_points, advances_closing_number
        Whether rings end with their first point, whether the point count includes it, and whether
        it carries the number of the next ring.
    point_names
        How points are named.
    holes_first
        Whether ring numbers count up from the holes to the outline.
    easting_first, states_zone
        Order of the coordinates; whether the header names the zone.
    has_class_code, has_end_mark
        Whether block headers have the class code and the mark ``@``, behind which remarks stand.
    area_unit
        Word behind the area; without one it is in hectares.
    separator, brackets
        What stands between fields and around section names.
    has_blank_lines
        Whether blank lines stand between blocks.
    system_name, precision
        Reference system and precision as the header states them.
    encoding
        ``utf-8-sig`` writes a byte order mark.
    """

    attributes: Mapping[str, str] = field(default_factory=dict)
    repeats_first_point: bool = True
    counts_closing_points: bool = True
    advances_closing_number: bool = False
    point_names: PointNames = PointNames.RESTARTED
    holes_first: bool = False
    easting_first: bool = False
    states_zone: bool = True
    has_class_code: bool = True
    has_end_mark: bool = True
    area_unit: str = ""
    separator: str = ","
    brackets: str = "[]"
    has_blank_lines: bool = False
    system_name: str = USUAL_NAME
    precision: str = "0.001"
    encoding: str = "gb18030"


def write_boundary_points(
    path: str | Path, blocks: Sequence[Labelled], crs: CRS, style: Style | None = None
) -> None:
    """Write polygons as an exchange text.

    The format has no quotes: separators and blanks within texts are written as ``、``.

    Parameters
    ----------
    path
        Where to.
    blocks
        Label and shape of each block, east before north.
    crs
        System of the shapes: a zone with or without its number, or longitude and latitude.
    style
        By default the form the format asks for.

    Raises
    ------
    CoordinateError
        When the format cannot name the system.
    """
    style = style or Style()
    grid = grid_of(crs)
    if grid is None:
        raise CoordinateError(
            "A boundary text cannot be in {crs}.",
            "Project the shapes to their CGCS2000 zone first, for instance EPSG:4528.",
            crs=crs.to_string(),
        )
    lines = [*_header(grid, style), *_body(blocks, crs, grid, style), ""]
    Path(path).write_bytes("\r\n".join(lines).encode(style.encoding))


def _header(grid: Grid, style: Style) -> Iterator[str]:
    is_degrees = grid.zone is None
    opening, closing = style.brackets[0], style.brackets[1]
    yield f"{opening}{ATTRIBUTES}{closing}"
    stated = _HEADER | {
        **style.attributes,
        SYSTEM: style.system_name,
        ZONE_WIDTH: "" if grid.zone is None else str(width_of(grid.zone)),
        "计量单位": "度" if is_degrees else "米",
        ZONE: str(grid.zone) if grid.zone and style.states_zone else "",
        "精度": style.precision,
    }
    yield from (f"{key}={value}" for key, value in stated.items())
    yield f"{opening}{COORDINATES}{closing}"


def _body(blocks: Sequence[Labelled], crs: CRS, grid: Grid, style: Style) -> Iterator[str]:
    numbers = count(1)
    for label, shape in blocks:
        if style.has_blank_lines:
            yield ""
        if style.point_names.restarts:
            numbers = count(1)
        points = list(_points(shape, numbers, grid, style))
        area_m2 = area_of(shape, crs, is_degrees=grid.zone is None)
        counted = len(points)
        if style.repeats_first_point and not style.counts_closing_points:
            counted -= len(list(_rings(shape)))
        yield style.separator.join(_block(label, counted, area_m2, style))
        yield from (style.separator.join(point) for point in points)


def _block(label: BlockLabel, counted: int, area_m2: float, style: Style) -> Iterator[str]:
    unit_m2 = _UNIT_M2[style.area_unit]
    yield str(counted)
    yield f"{area_m2 / unit_m2:.{_AREA_DECIMALS[unit_m2]}f}{style.area_unit}"
    texts = [label.number, label.name, label.figure, label.map_sheet, label.use]
    if style.has_class_code:
        texts.append(label.class_code)
    blank = "-" if style.separator.isspace() else ""
    yield from (_RESERVED.sub("、", text) or blank for text in texts)
    if style.has_end_mark:
        yield f"@{_RESERVED.sub('、', label.remark)}"


def _points(
    shape: Shape, numbers: Iterable[int], grid: Grid, style: Style
) -> Iterator[tuple[str, ...]]:
    """Name, ring number and coordinates of each point."""
    decimals = _DEGREE_DECIMALS if grid.zone is None else _METRE_DECIMALS
    names = (f"{style.point_names.prefix}{number}" for number in numbers)
    rings = list(_rings(shape))
    for ring_no, ring in enumerate(reversed(rings) if style.holes_first else rings, start=1):
        points = [
            (next(names), str(ring_no), *_pair(east, north, decimals, style))
            for east, north in shapely.get_coordinates(ring)[:-1]
        ]
        yield from points
        if style.repeats_first_point:
            name, _, *pair = points[0]
            yield name, str(ring_no + style.advances_closing_number), *pair


def _pair(east: float, north: float, decimals: int, style: Style) -> tuple[str, str]:
    x, y = f"{north:.{decimals}f}", f"{east:.{decimals}f}"
    return (y, x) if style.easting_first else (x, y)


def _rings(shape: Shape) -> Iterator[shapely.LinearRing]:
    for part in shapely.get_parts(shape):
        yield part.exterior
        yield from part.interiors
