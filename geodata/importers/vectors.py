"""What GDAL reads, and Parquet: attributes as the file holds them, and shapes."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError

from geodata.errors import InputFileError, damaged
from geodata.geometry.repair import closed_shapes
from geodata.importers.dbase import RAW_BYTES, decode_names_and_texts
from geodata.importers.drawings import with_outlines
from geodata.importers.drivers import gdal_source, require_driver
from geodata.importers.issues import Issue
from geodata.importers.nesting import require_shallow
from geodata.importers.signatures import Format, format_of
from geodata.importers.tables import Knows, RawTable, require_size
from geodata.model.coded import Coded
from geodata.model.codelists import IssueSeverity
from geodata.model.scalars import Unreadable

_MOST_REMARKS: Final = 20
_BATCH_ROWS: Final = 2**12
_TOLD_ELSEWHERE: Final = "Non closed ring detected"
_GEO: Final = b"geo"  # key of the GeoParquet metadata
_USUAL_CRS: Final = "OGC:CRS84"  # of GeoParquet that names none
_ENTITIES: Final = "entities"  # the one layer that GDAL makes of a drawing
_BROKEN: Final = (
    *(CRSError, DataLayerError, DataSourceError, FeatureError),
    *(pa.ArrowException, shapely.errors.GEOSException),
    *(KeyError, OverflowError, RecursionError, TypeError, ValueError),
    UnboundLocalError,  # of pyogrio, for a reference system that is no text
)
"""What the libraries raise for a file whose inside is not what its outside says."""


def read_vector(
    path: Path,
    kind: Format,
    knows: Knows,
    layer: str | None = None,
    encoding: str | None = None,
) -> RawTable:
    """Table and shapes of a layer: the one named, else the one with most known columns.

    Parameters
    ----------
    path, kind, knows, layer
        As in `geodata.importers.readers.read_table`.
    encoding
        That of the attributes of a Shapefile; other formats tell it themselves.

    Raises
    ------
    InputFileError
        When the file is damaged, or has no layer of that name.
    MissingProgramError
        When the installed GDAL lacks the driver.
    """
    try:
        with gdal_source(path, kind) as source, _remarks() as said:
            if kind is Format.DXF:
                table = _drawing(path, source, layer)
            else:
                table = _layer(path, kind, source, _chosen(path, source, knows, layer), encoding)
                table = replace(table, layers=tuple(_layers(source)))
    except _BROKEN as error:
        raise _unreadable(path, error) from error
    told = dict.fromkeys(str(remark.message).replace(source, path.name) for remark in said)
    told = {text: None for text in told if not text.startswith(_TOLD_ELSEWHERE)}
    return replace(table, issues=(*table.issues, *map(_remark, islice(told, _MOST_REMARKS))))


@contextmanager
def _remarks() -> Iterator[list[warnings.WarningMessage]]:
    """What GDAL says of a file beside reading it, kept for the reader of the import."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", RuntimeWarning)
        yield said


def _remark(text: str) -> Issue:
    return Issue(
        IssueSeverity.NOTED, "The library that reads the format says: {remark}", {"remark": text}
    )


def _layer(path: Path, kind: Format, source: str, layer: str, encoding: str | None) -> RawTable:
    options: dict[str, Any] = {}
    if kind is Format.SHAPEFILE:
        options["encoding"] = RAW_BYTES
    elif kind is Format.GEOJSON:
        options["DATE_AS_STRING"] = "YES"  # a date-like contract number stays as it is written
    told = pyogrio.read_info(source, layer=layer, encoding=options.get("encoding"))
    require_driver(path, kind, told["driver"])
    require_size(path, told["features"], len(told["fields"]))
    options |= {"use_pyarrow": True, "batch_size": _BATCH_ROWS}
    with pyogrio.raw.open_arrow(source, layer=layer, **options) as (meta, reader):
        table, shapes, unclosed = _streamed(reader, meta["geometry_name"] or "wkb_geometry")
    if kind is Format.SHAPEFILE:
        table = decode_names_and_texts(path, table, encoding)
    raw = _raw(layer, table, None, names_cut=kind is Format.SHAPEFILE)
    if shapes is None:
        return raw
    return replace(raw, geometry=_shapes(shapes, meta["crs"]), unclosed=unclosed)


def _streamed(
    reader: pa.RecordBatchReader, name: str
) -> tuple[pa.Table, npt.NDArray[np.object_] | None, dict[int, bytes]]:
    """The attributes of a layer, its shapes, and those with a ring that is not closed as given.

    Their well-known binary is let go batch by batch: it takes as much memory as the shapes.
    """
    if name not in reader.schema.names:
        return reader.read_all(), None, {}
    batches, shapes = [], [np.empty(0, dtype=np.object_)]
    unclosed: dict[int, bytes] = {}
    for batch in reader:
        blobs = batch[name].to_pylist()
        require_shallow(blobs)
        read, rows = closed_shapes(blobs)
        unclosed |= {sum(map(len, shapes)) + int(row): blobs[row] for row in rows}
        shapes.append(read)
        # A copy, since what is left of a batch keeps all of it.
        batches.append(batch.drop_columns([name]).take(pa.array(np.arange(len(batch)))))
    schema = reader.schema.remove(reader.schema.get_field_index(name))
    return pa.Table.from_batches(batches, schema), np.concatenate(shapes), unclosed


def _drawing(path: Path, source: str, layer: str | None) -> RawTable:
    """Lines and areas of a drawing, or of one of its layers; drawings have no reference system."""
    require_driver(path, Format.DXF, pyogrio.read_info(source, layer=_ENTITIES)["driver"])
    meta, table = pyogrio.raw.read_arrow(source, layer=_ENTITIES)
    name = meta["geometry_name"] or "wkb_geometry"
    blobs = table[name].to_pylist()
    require_shallow(blobs)
    shapes = np.asarray(shapely.from_wkb(blobs), dtype=np.object_)
    table, shapes, issues = with_outlines(table.drop_columns(name), shapes, layer)
    return _raw(layer or "", table, _shapes(shapes, None), issues=issues)


def layers_of(path: Path) -> list[str]:
    """Names of the layers of a vector file.

    Raises
    ------
    InputFileError
        When the file is no vector file.
    """
    try:
        kind = format_of(path)
        if kind is None or not kind.driver:
            raise _unreadable(path, ValueError("it has no layers"))
        with gdal_source(path, kind) as source, _remarks():
            return _layers(source)
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


def _shapes(shapes: npt.NDArray[np.object_], crs: str | None) -> gpd.GeoSeries:
    """Shapes in their system; one that the file itself calls undefined is none."""
    named = crs is not None and "undefined" not in crs.casefold()
    return gpd.GeoSeries(shapes, crs=crs if named else None)


def read_parquet(path: Path) -> RawTable:
    """Table of a Parquet file, with its shapes when it is GeoParquet.

    Raises
    ------
    InputFileError
        When the file is not Parquet.
    """
    try:
        about = pq.read_metadata(path)
        require_size(path, about.num_rows, about.num_columns)
        described = json.loads((about.metadata or {}).get(_GEO, b"{}"))
        if not isinstance(described, dict):
            raise _unreadable(path, TypeError("its geo metadata is no object"))
        table = pq.read_table(path)
        if not described:
            return _raw("", table, None)
        geometry, unclosed = _parquet_shapes(path, table, described)
        raw = _raw("", table.drop_columns(list(described["columns"])), geometry)
        return replace(raw, unclosed=unclosed)
    except _BROKEN as error:
        raise _unreadable(path, error) from error


def _parquet_shapes(
    path: Path, table: pa.Table, described: dict[str, Any]
) -> tuple[gpd.GeoSeries, dict[int, bytes]]:
    """The shapes of GeoParquet, and those with a ring that is not closed as given."""
    name = described["primary_column"]
    about = described["columns"][name]
    blobs = table[name].to_pylist()
    require_shallow(blobs)
    with np.errstate(invalid="ignore", over="ignore"):  # found by what checks the shapes
        if about["encoding"] != "WKB":
            return gpd.read_parquet(path, columns=[name]).geometry, {}
        shapes, rows = closed_shapes(blobs)
        shapely.from_wkb([blobs[row] for row in np.flatnonzero(shapely.is_missing(shapes))])
    crs = about.get("crs", _USUAL_CRS)
    return gpd.GeoSeries(shapes, crs=crs), {int(row): blobs[row] for row in rows}


def _raw(
    name: str,
    table: pa.Table,
    geometry: gpd.GeoSeries | None,
    *,
    names_cut: bool = False,
    issues: tuple[Issue, ...] = (),
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
        issues=issues,
    )


def _cells(column: pa.ChunkedArray) -> Sequence[object]:
    """Python values; those of most types are made once for each different one."""
    if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return [None if cell is None else str(cell) for cell in column.to_pylist()]
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return Coded(list(map(_cell, encoded.dictionary.to_pylist())), encoded.indices.to_numpy())


def _cell(value: object) -> object:
    """A value; "not a number" is how data frames write a blank cell."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return _text(value) if isinstance(value, bytes) else value


def _text(raw: bytes) -> str:
    """Bytes as UTF-8 text; in hexadecimal, and not to be taken as a value, when they are none."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Unreadable(f"0x{raw.hex()}")


def _unreadable(path: Path, error: Exception) -> InputFileError:
    return damaged(path, str(error).partition(";")[0])
