"""Any file a ledger or layer may come in, read into one neutral table."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError
from geodata.importers.delimited import read_delimited
from geodata.importers.tables import Knows, RawTable
from geodata.importers.vectors import read_parquet, read_vector
from geodata.importers.workbooks import read_workbook
from geodata.importers.written_shapes import with_written_shapes

_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TEXTS: Final = (".csv", ".tsv", ".txt")
_VECTORS: Final = (".gpkg", ".shp", ".geojson", ".json")
_PARQUETS: Final = (".parquet", ".geoparquet")
ENDINGS: Final = (*_WORKBOOKS, *_TEXTS, *_VECTORS, *_PARQUETS)
"""File endings that can be read."""


def read_table(path: Path, knows: Knows, layer: str | None = None) -> RawTable:
    """Table of a file.

    Parameters
    ----------
    path
        XLSX, XLSM, XLSB, XLS, ODS, CSV, TSV, GeoPackage, Shapefile, GeoJSON or (Geo)Parquet.
    knows
        Recognises column headers; it finds the header row, the sheet, the layer, the delimiter.
    layer
        Sheet or layer to read instead of the one with most known headers.

    Raises
    ------
    InputFileError
        When the file is missing, a directory, empty, of another kind, or cannot be read, or when
        a layer is named in a file of one table.
    """
    ending = path.suffix.lower()
    try:
        _require_table(path)
        if layer and ending in (*_TEXTS, *_PARQUETS):
            raise InputFileError(
                "The file {path} is one table and has no layer {layer}.",
                "Leave the layer out, or name another file.",
                path=path,
                layer=layer,
            )
        if ending in _WORKBOOKS:
            table = with_written_shapes(read_workbook(path, knows, layer))
        elif ending in _TEXTS:
            table = with_written_shapes(read_delimited(path, knows))
        elif ending in _PARQUETS:
            table = read_parquet(path)
        else:
            table = read_vector(path, knows, layer)
    except OSError as error:
        raise InputFileError(
            "The file {path} cannot be opened: {reason}.",
            "Check that you may read it and that no other program holds it.",
            path=path,
            reason=error.strerror or str(error),
        ) from error
    if table is None:
        raise _empty(path)
    return table


def _require_table(path: Path) -> None:
    """Refuse what cannot be a table before a library's message hides the reason."""
    if path.is_dir():
        raise InputFileError(
            "{path} is a directory, not a file.", "Name the file in it that is meant.", path=path
        )
    if not path.exists():
        raise InputFileError("The file {path} does not exist.", "Check the path.", path=path)
    if path.suffix.lower() not in ENDINGS:
        raise InputFileError(
            "The file {path} is of a kind that cannot be read ({ending}).",
            "Save it as one of: {endings}.",
            path=path,
            ending=path.suffix or "–",
            endings=", ".join(ENDINGS),
        )
    if not path.stat().st_size:
        raise _empty(path)


def _empty(path: Path) -> InputFileError:
    return InputFileError(
        "The file {path} is empty.", "Check that it was saved completely.", path=path
    )


def sha256_of(path: Path) -> str:
    """Digest of what was read, in hexadecimal; a Shapefile counts with the files beside it."""
    if path.suffix.lower() != ".shp":
        return _digest(path)
    parts = (path.with_suffix(ending) for ending in (".shp", ".dbf", ".shx", ".prj", ".cpg"))
    digests = "".join(_digest(part) for part in parts if part.exists())
    return hashlib.sha256(digests.encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
