"""A list of contracts as a file, exactly as it is shown: written block by block."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS
from shapely.geometry import mapping

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelist import Codelist
from service.maps.figures import grouped
from service.maps.view import JudgedParcel
from service.reports.flat import LINE_END, inert
from service.reports.listing import Cell, ColumnKind, ListColumn
from service.reports.sheets import Sheets, new_workbook

Block = tuple[JudgedParcel, ...]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GEOMETRY: Final = "geometry"
_CHUNK: Final = 1 << 16
_WIDTHS: Final = {
    ColumnKind.TEXT: 26,
    ColumnKind.CODE: 20,
    ColumnKind.DAY: 12,
    ColumnKind.COUNT: 10,
    ColumnKind.MU: 14,
    ColumnKind.YUAN: 20,
}
_ARROW: Final = {
    ColumnKind.DAY: pa.date32(),
    ColumnKind.COUNT: pa.int64(),
    ColumnKind.MU: pa.float64(),
    ColumnKind.YUAN: pa.float64(),
}


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A list to be written.

    Attributes
    ----------
    columns, row_count
        What is shown, of how many contracts.
    blocks
        The contracts judged, in order, with their outlines where a format draws them.
    about
        What the list is of: the day, the filters, and so on.
    """

    language: str
    columns: tuple[ListColumn, ...]
    row_count: int
    blocks: Iterable[Block]
    about: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class ListFormat:
    """A kind of file.

    Attributes
    ----------
    suffix, title, media_type
        Of the file; its title is a name of its own in every language.
    write
        Gives its bytes, piece by piece.
    has_outlines
        Whether it draws the land.
    """

    suffix: str
    title: str
    media_type: str
    write: Callable[[Listing], Iterator[bytes]]
    has_outlines: bool = False


def _rows(listing: Listing) -> Iterator[list[Cell]]:
    for block in listing.blocks:
        for parcel in block:
            yield [column.cell(parcel) for column in listing.columns]


def _csv(listing: Listing) -> Iterator[bytes]:
    yield "\ufeff".encode()
    yield _csv_line([column.title for column in listing.columns])
    for row in _rows(listing):
        yield _csv_line([inert(_plain(cell, listing.language)) for cell in row])


def _csv_line(cells: list[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator=LINE_END).writerow(cells)
    return line.getvalue().encode()


def _workbook(listing: Listing) -> Iterator[bytes]:
    with _temporary("list.xlsx") as path:
        with new_workbook(path) as workbook:
            sheets = Sheets(workbook, listing.language)
            widths = [_WIDTHS[column.kind] for column in listing.columns]
            heads = [column.title for column in listing.columns]
            sheet = sheets.sheet("list", widths, heads)
            sheets.write(sheet, _rows(listing), 1, listing.row_count)
            sheets.write(sheets.sheet("about", [24, 80]), listing.about)
        yield from _pieces(path)


def _geojson(listing: Listing) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    joint = b""
    for block in listing.blocks:
        for parcel in block:
            feature = {
                "type": "Feature",
                "properties": {
                    column.key: _plain(column.cell(parcel), listing.language)
                    for column in listing.columns
                },
                "geometry": None if parcel.geometry is None else mapping(parcel.geometry),
            }
            yield joint + json.dumps(feature, ensure_ascii=False).encode()
            joint = b",\n"
    yield b"]}\n"


def _geopackage(listing: Listing) -> Iterator[bytes]:
    with _temporary("list.gpkg") as path:
        for block in listing.blocks:
            pyogrio.write_arrow(
                _table(listing, block),
                path,
                layer="contracts",
                driver="GPKG",
                geometry_name=_GEOMETRY,
                geometry_type="MultiPolygon",
                crs=f"EPSG:{STORAGE_EPSG}",
                append=path.exists(),
            )
        yield from _pieces(path)


def _parquet(listing: Listing) -> Iterator[bytes]:
    with _temporary("list.parquet") as path:
        schema = _schema(listing).with_metadata({"geo": _geo_metadata()})
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for block in listing.blocks:
                writer.write_table(_table(listing, block).cast(schema))
        yield from _pieces(path)


FORMATS: Final[Mapping[str, ListFormat]] = {
    each.suffix: each
    for each in (
        ListFormat("xlsx", "Excel (XLSX)", _XLSX, _workbook),
        ListFormat("csv", "CSV", "text/csv; charset=utf-8", _csv),
        ListFormat(
            "gpkg",
            "GeoPackage",
            "application/geopackage+sqlite3",
            _geopackage,
            has_outlines=True,
        ),
        ListFormat("geojson", "GeoJSON", "application/geo+json", _geojson, has_outlines=True),
        ListFormat(
            "parquet",
            "GeoParquet",
            "application/vnd.apache.parquet",
            _parquet,
            has_outlines=True,
        ),
    )
}
"""Every kind of file a list can be had as."""


def _plain(cell: Cell, language: str) -> Any:
    """The value as a text or a number with as many decimals as are shown."""
    match cell:
        case Codelist():
            return cell.label(language)
        case None | "":
            return None
        case date():
            return cell.isoformat()
        case str() | int():
            return cell
        case _:
            return float(grouped(cell, 2).replace(",", ""))


def _schema(listing: Listing) -> pa.Schema:
    fields = [(column.key, _ARROW.get(column.kind, pa.string())) for column in listing.columns]
    return pa.schema([*fields, (_GEOMETRY, pa.binary())])


def _table(listing: Listing, block: Block) -> pa.Table:
    """Typed columns and outlines (WKB, EPSG:4490)."""
    cells = {
        column.key: [_typed(column.cell(parcel), listing.language) for parcel in block]
        for column in listing.columns
    }
    shapes = np.array([parcel.geometry for parcel in block], dtype=np.object_)
    return pa.table(cells | {_GEOMETRY: shapely.to_wkb(shapes)}, schema=_schema(listing))


def _typed(cell: Cell, language: str) -> Any:
    return cell if isinstance(cell, date) else _plain(cell, language)


def _geo_metadata() -> str:
    """What GeoParquet says of the column with the outlines."""
    column = {
        "encoding": "WKB",
        "geometry_types": ["MultiPolygon"],
        "crs": CRS.from_user_input(STORAGE_EPSG).to_json_dict(),
    }
    return json.dumps(
        {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
    )


@contextmanager
def _temporary(name: str) -> Iterator[Path]:
    """A file that is gone afterwards."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / name


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, _CHUNK), b"")
