"""Tables of random cells and shapes, written in every format that can hold them."""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from html import escape
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely
import xlsxwriter
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geodata.model.attributes import ATTRIBUTES
from tests.importers.binary_workbook import write_binary_workbook
from tests.importers.drawn import drawing, light
from tests.importers.samples import write_ods

Cell = str | float | date | time | None
Table = Sequence[Sequence[Cell]]

_ODD_TEXTS: Final = (
    *("=1+1", "+1", "-1", "@x", "#N/A", "Nah", "无", "－", "１２３", "1e400", "1/0", "2/3", "1,2"),
    *("1900-01-01", "1901年01月02日", "2024-02-30", "0000-00-00", "99999999", "1.5亩", "未交地"),
    *("a\0b", "\r\n", '"', "'", "\t", "\ufeff", "\u202e", "\u3000", "<b>&amp;", "{x}", "%s", "]]>"),
    *("POLYGON EMPTY", "SRID=9;POINT(1 2)", "SRID=4490;POLYGON((0 0,1 1,1 0))", "POINT(nan inf)"),
    *("90d after signing/x", "2024-01-01~2023-01-01", "9" * 400, "合同编号", "contract_no", "WKT"),
)


def bent(corners: Sequence[tuple[float, float]]) -> Polygon:
    """A polygon of any numbers, also such as the library itself refuses."""
    ring = [*corners, corners[0]]
    return shapely.set_coordinates(Polygon([(0, 0)] * len(ring)), ring)


_BOUND: Final = box(121.30, 30.70, 121.31, 30.71)
_ODD_SHAPES: Final = (
    *(None, Polygon(), Point(), Point(121.3, 30.7), LineString([(121, 30), (122, 31)]), _BOUND),
    Polygon([(121, 30), (122, 31), (122, 30), (121, 31)]),
    Polygon([(121, 30), (121, 30), (121, 30), (121, 30)]),
    bent([(121, 30), (math.nan, math.inf), (122, 30)]),
    Polygon([(1e308, -1e308), (-1e308, 1e308), (0, 1e-308)]),
    Polygon(_BOUND.exterior, [box(0, 0, 1, 1).exterior]),
    MultiPolygon([_BOUND, _BOUND]),
    shapely.force_3d(_BOUND, -9999),
    shapely.GeometryCollection([_BOUND, Point(1, 2), shapely.GeometryCollection([_BOUND])]),
)
_SYSTEMS: Final = (None, 4490, 4326, 4528, 4549, 3857, 2381, 32651)

_numbers = st.floats() | st.integers(-(2**40), 2**40).map(float)
_days = st.dates(date(1900, 1, 1)) | st.datetimes(datetime(1900, 1, 1))  # noqa: DTZ001 - as workbooks have it
_texts = st.sampled_from(_ODD_TEXTS) | st.text(max_size=12)
cells: st.SearchStrategy[Cell] = st.none() | _texts | _numbers | _days | st.times()
"""What a cell of a workbook may hold."""

headers = st.lists(
    st.sampled_from([name for a in ATTRIBUTES for name in (a.key, a.zh)] + ["WKT", "geometry", ""])
    | st.text(max_size=8),
    min_size=1,
    max_size=8,
)
shapes = st.sampled_from(_ODD_SHAPES) | st.lists(
    st.tuples(st.floats(), st.floats()), min_size=3, max_size=6
).map(bent)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A header and rows that are mostly as long, with a contract number more often than not."""
    head = draw(headers)
    if draw(st.integers(0, 3)):
        head[0] = "contract_no"
    rows = draw(st.lists(st.lists(cells, max_size=len(head) + 1), max_size=6))
    return [head, *rows]


layers = st.lists(st.tuples(_texts, _texts, shapes), max_size=5)
"""Contract number, note and shape of some features."""
systems = st.sampled_from(_SYSTEMS)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _delimited(encoding: str, delimiter: str) -> Callable[[Path, Table], Path]:
    def write(path: Path, table: Table) -> Path:
        with path.open("w", encoding=encoding, errors="replace", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerows([_text(cell) for cell in row] for row in table)
        return path

    return write


def _unquoted(path: Path, table: Table) -> Path:
    """As a careless program writes it: what the cells hold may be taken for the table."""
    lines = "\n".join(",".join(map(_text, row)) for row in table)
    path.write_bytes(lines.encode("gb18030", "replace"))
    return path


def _xlsx(path: Path, table: Table) -> Path:
    options = {"nan_inf_to_errors": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(table):
            for column, cell in enumerate(line):
                sheet.write(row, column, cell)
    return path


def _xlsb(path: Path, table: Table) -> Path:
    plain = [[c if isinstance(c, float | None) else _text(c) for c in row] for row in table]
    return write_binary_workbook(path, plain)


def _ods(path: Path, table: Table) -> Path:
    return write_ods(path, [[_text(cell) for cell in row] for row in table])


TABLE_WRITERS: Final[dict[str, Callable[[Path, Table], Path]]] = {
    "utf8.csv": _delimited("utf-8", ","),
    "bom.csv": _delimited("utf-8-sig", ";"),
    "gb18030.txt": _delimited("gb18030", "|"),
    "utf16.tsv": _delimited("utf-16", "\t"),
    "unquoted.csv": _unquoted,
    "a.xlsx": _xlsx,
    "a.xlsb": _xlsb,
    "a.ods": _ods,
}
"""Formats of plain tables."""

Layer = Sequence[tuple[str, str, Any]]


def write_layer(path: Path, layer: Layer, system: int | None) -> Path | None:
    """Write a layer in the format its name ends like; None when the writer itself refuses."""
    columns = {"contract_no": [n for n, _, _ in layer], "note": [t for _, t, _ in layer]}
    frame = gpd.GeoDataFrame(columns, geometry=[s for *_, s in layer], crs=system)
    driver = "OpenFileGDB" if path.suffix == ".gdb" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path, driver)
        except Exception:  # noqa: BLE001 - whatever the writer refuses cannot come to the reader
            return None
    return path


def write_map(path: Path, layer: Layer, _system: int | None) -> Path:
    """KML as text: nothing of the cells or coordinates is refused."""
    marks = (
        f'<Placemark><name>{escape(number)}</name><ExtendedData><Data name="{escape(note)}">'
        f"<value>{escape(note)}</value></Data></ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{_coordinates(shape)}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark>"
        for number, note, shape in layer
    )
    path.write_text(f"<kml><Document>{''.join(marks)}</Document></kml>", "utf-8")
    return path


def _coordinates(shape: shapely.Geometry | None) -> str:
    return " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(shape))


def write_drawing(path: Path, layer: Layer, _system: int | None) -> Path:
    """DXF of closed lines; the notes are names of drawing layers."""
    lines = (
        light(note.replace("\n", " "), shapely.get_coordinates(shape).tolist(), closed=True)
        for _, note, shape in layer
    )
    return drawing(path, "".join(lines), "utf-8")


def write_points(path: Path, layer: Layer, _system: int | None) -> Path:
    """Boundary points as text, one block a shape."""
    blocks = []
    for number, (name, note, shape) in enumerate(layer):
        corners = shapely.get_coordinates(shape)
        blocks.append(f"{len(corners)},{note},{number},{name},面,,{note},,@")
        blocks += [f"J{n},1,{y},{x}" for n, (x, y) in enumerate(corners.tolist(), 1)]
    path.write_text("\n".join(["[地块坐标]", *blocks]), "utf-8")
    return path


LAYER_WRITERS: Final[dict[str, Callable[[Path, Layer, int | None], Path | None]]] = {
    **dict.fromkeys(("a.gpkg", "a.geojson", "a.shp", "a.parquet", "a.gdb"), write_layer),
    "a.kml": write_map,
    "a.dxf": write_drawing,
    "a.txt": write_points,
}
"""Formats with shapes."""
