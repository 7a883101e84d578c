"""GeoPackage, Shapefile, GeoJSON and Parquet: attributes as the file holds them, and shapes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError

from geodata.errors import InputFileError
from geodata.importers.dbase import RAW_BYTES, decode_names_and_texts
from geodata.importers.signatures import gdal_source, require_driver
from geodata.importers.tables import Knows, RawTable
from geodata.model.scalars import Unreadable

_GEO: Final = b"geo"  # key of the GeoParquet metadata
_BROKEN: Final = (
    *(CRSError, DataLayerError, DataSourceError, FeatureError),
    *(pa.ArrowException, shapely.errors.GEOSException),
    *(KeyError, OverflowError, TypeError, ValueError),
)
"""What the libraries raise for a file whose inside is not what its outside says."""


def read_vector(path: Path, knows: Knows, layer: str | None = None) -> RawTable:
    """Table and shapes of a layer: the one named, else the one with most known columns.

    Raises
    ------
    InputFileError
        When the file is no vector file, or has no layer of that name.
    """
    shapefile = path.suffix.lower() == ".shp"
    options: dict[str, Any] = {}
    if shapefile:
        options["encoding"] = RAW_BYTES
    elif path.suffix.lower() in (".geojson", ".json"):
        options["DATE_AS_STRING"] = "YES"  # a date-like contract number stays as it is written
    try:
        source = gdal_source(path)
        chosen = _chosen(path, source, knows, layer)
        told = pyogrio.read_info(source, layer=chosen, encoding=options.get("encoding"))
        require_driver(path, told["driver"])
        meta, table = pyogrio.raw.read_arrow(source, layer=chosen, **options)
        shapes = meta["geometry_name"] or "wkb_geometry"
        geometry = None
        if shapes in table.column_names:
            geometry = _shapes(table[shapes], meta["crs"])
            table = table.drop_columns(shapes)
        if shapefile:
            table = decode_names_and_texts(path, table)
        return _raw(chosen, table, geometry, names_cut=shapefile)
    except _BROKEN as error:
        raise _unreadable(path, error) from error


def layers_of(path: Path) -> list[str]:
    """Names of the layers of a vector file.

    Raises
    ------
    InputFileError
        When the file is no vector file.
    """
    try:
        return _layers(gdal_source(path))
    except (OSError, *_BROKEN) as error:
        raise _unreadable(path, error) from error


def _layers(source: str) -> list[str]:
    return [str(name) for name, _ in pyogrio.list_layers(source)]


def _chosen(path: Path, source: str, knows: Knows, layer: str | None) -> str:
    names = _layers(source)
    if layer is None and len(names) > 1:
        return max(names, key=lambda name: _known_fields(source, name, knows))
    if layer in names or (layer is None and names):
        return layer or names[0]
    raise InputFileError(
        "The file {path} has no layer {layer}; it has: {names}.",
        "Name one of its layers.",
        path=path,
        layer=layer,
        names=", ".join(names),
    )


def _known_fields(source: str, layer: str, knows: Knows) -> int:
    return sum(map(knows, pyogrio.read_info(source, layer=layer)["fields"]))


def _shapes(column: pa.ChunkedArray, crs: str | None) -> gpd.GeoSeries:
    """Shapes from well-known binary; a system the file itself calls undefined is none."""
    named = crs is not None and "undefined" not in crs.casefold()
    return gpd.GeoSeries(shapely.from_wkb(column.to_pylist()), crs=crs if named else None)


def read_parquet(path: Path) -> RawTable:
    """Table of a Parquet file, with its shapes when it is GeoParquet.

    Raises
    ------
    InputFileError
        When the file is not Parquet.
    """
    try:
        described = json.loads((pq.read_schema(path).metadata or {}).get(_GEO, b"{}"))
        if not isinstance(described, dict):
            raise _unreadable(path, TypeError("its geo metadata is no object"))
        table = pq.read_table(path)
        geometry = None
        if described:
            geometry = gpd.read_parquet(path, columns=[described["primary_column"]]).geometry
            table = table.drop_columns(list(described["columns"]))
        return _raw("", table, geometry)
    except _BROKEN as error:
        raise _unreadable(path, error) from error


def _raw(
    name: str, table: pa.Table, geometry: gpd.GeoSeries | None, *, names_cut: bool = False
) -> RawTable:
    numbers = range(1, table.num_rows + 1)
    columns = tuple(_cells(column) for column in table.columns)
    return RawTable(
        name,
        tuple(table.column_names),
        columns,
        numbers,
        numbers,
        geometry=geometry,
        names_cut=names_cut,
    )


def _cells(column: pa.ChunkedArray) -> Sequence[object]:
    """Python values; "not a number" is how data frames write a blank cell."""
    cells: list[object] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if cell is None or math.isnan(cell) else cell for cell in cells]  # type: ignore[arg-type]  # floats by the column's type
    if isinstance(next((cell for cell in cells if cell is not None), None), bytes):
        return [None if cell is None else _text(cell) for cell in cells]  # type: ignore[arg-type]  # bytes as the first
    if pa.types.is_nested(column.type):
        return [None if cell is None else str(cell) for cell in cells]
    return cells


def _text(raw: bytes) -> str:
    """Bytes as UTF-8 text; in hexadecimal, and not to be taken as a value, when they are none."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Unreadable(f"0x{raw.hex()}")


def _unreadable(path: Path, error: Exception) -> InputFileError:
    return InputFileError(
        "The file {path} cannot be read: {reason}",
        "Check that it is complete and that its ending tells its format.",
        path=path,
        reason=str(error).partition(";")[0],
    )
