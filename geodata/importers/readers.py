"""Any file a ledger or layer may come in, read into one neutral table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError, LandError
from geodata.importers.archives import require_harmless, unpacked
from geodata.importers.boundary_points import boundary_table, read_boundary_points
from geodata.importers.delimited import read_delimited
from geodata.importers.encodings import codec_of
from geodata.importers.kml import read_kml
from geodata.importers.places import without_absurd_shapes
from geodata.importers.signatures import ENDINGS, Format, format_of
from geodata.importers.tables import Knows, RawTable
from geodata.importers.vectors import read_parquet, read_vector
from geodata.importers.workbooks import read_workbook
from geodata.importers.written_shapes import with_written_shapes
from geodata.settings import USUAL, Tolerances

_ONE_TABLE: Final = (Format.TEXT, Format.BOUNDARY_POINTS, Format.KML, Format.PARQUET)
_SHAPEFILE_PARTS: Final = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def read_table(
    path: Path,
    knows: Knows,
    layer: str | None = None,
    *,
    encoding: str | None = None,
    tolerances: Tolerances = USUAL,
) -> RawTable:
    """Table of a file, recognised by its content.

    Parameters
    ----------
    path
        XLSX, XLSM, XLSB, XLS, ODS, delimited text, boundary points, GeoPackage, Shapefile,
        GeoJSON, KML, DXF, (Geo)Parquet, a FileGDB directory, or a ZIP archive of one of them.
    knows
        Recognises column headers; it finds the header row, the sheet, the layer, the delimiter.
    layer
        Sheet or layer to read instead of the one with most known headers.
    encoding
        One of `geodata.importers.encodings.ENCODINGS` for delimited text, boundary points and the
        attributes of a Shapefile; other formats tell it themselves. None to find it.
    tolerances
        From when on the area a block of boundary points states differs from that of its points.

    Raises
    ------
    InputFileError
        When the file is missing, empty, of another kind, or cannot be read, or when a layer is
        named in a file of one table.
    CoordinateError
        When boundary points are in a system without a public way to CGCS2000.
    MissingProgramError
        When the installed GDAL lacks the driver.
    UsageError
        When there is no such encoding.
    """
    if encoding:
        codec_of(encoding)
    how = _How(knows, layer, encoding, tolerances)
    try:
        kind = _kind_of(path)
        if kind is not Format.ARCHIVE:
            return _read(path, kind, how)
        with unpacked(path) as inside:
            return _read_inside(path, inside, how)
    except OSError as error:
        raise InputFileError(
            "The file {path} cannot be opened: {reason}.",
            "Check that you may read it and that no other program holds it.",
            path=path,
            reason=error.strerror or str(error),
        ) from error


@dataclass(frozen=True, slots=True)
class _How:
    """The parameters of `read_table`."""

    knows: Knows
    layer: str | None
    encoding: str | None
    tolerances: Tolerances


def _kind_of(path: Path) -> Format:
    """Kind of the file; what cannot be a table is refused before a library hides the reason."""
    if not path.exists():
        raise InputFileError("The file {path} does not exist.", "Check the path.", path=path)
    if path.is_file() and not path.stat().st_size:
        raise _empty(path)
    kind = format_of(path)
    if kind is None and path.is_dir():
        raise InputFileError(
            "{path} is a directory, not a file.", "Name the file in it that is meant.", path=path
        )
    if kind is None:
        raise InputFileError(
            "The file {path} is of a kind that cannot be read ({ending}).",
            "Save it as one of: {endings}.",
            path=path,
            ending=path.suffix or "–",
            endings=", ".join(ENDINGS),
        )
    return kind


def _read(path: Path, kind: Format, how: _How) -> RawTable:
    if how.layer and kind in _ONE_TABLE:
        raise InputFileError(
            "The file {path} is one table and has no layer {layer}.",
            "Leave the layer out, or name another file.",
            path=path,
            layer=how.layer,
        )
    if kind.is_workbook:
        require_harmless(path)
        table = with_written_shapes(read_workbook(path, how.knows, how.layer))
    elif kind is Format.TEXT:
        table = with_written_shapes(read_delimited(path, how.knows, how.encoding))
    elif kind is Format.BOUNDARY_POINTS:
        blocks = read_boundary_points(path, encoding=how.encoding, tolerances=how.tolerances)
        table = boundary_table(blocks)
    elif kind is Format.KML:
        table = read_kml(path)
    elif kind is Format.PARQUET:
        table = read_parquet(path)
    else:
        table = read_vector(path, kind, how.knows, how.layer, how.encoding)
    if table is None:
        raise _empty(path)
    return without_absurd_shapes(table)


def _read_inside(path: Path, inside: Path, how: _How) -> RawTable:
    """Table of what an archive holds; messages name the archive, which the reader knows."""
    try:
        return _read(inside, _kind_of(inside), how)
    except LandError as error:
        named = {**error.values, "path": path / inside.name}
        raise type(error)(error.template, error.next_step, **named) from error


def _empty(path: Path) -> InputFileError:
    return InputFileError(
        "The file {path} is empty.", "Check that it was saved completely.", path=path
    )


def sha256_of(path: Path) -> str:
    """Digest of what was read, in hexadecimal; a dataset of several files counts as a whole."""
    parts = list(_parts_of(path))
    if len(parts) == 1:
        return _digest(parts[0])
    digests = "".join(_digest(part) for part in parts)
    return hashlib.sha256(digests.encode()).hexdigest()


def _parts_of(path: Path) -> Iterator[Path]:
    """The files a dataset consists of, always in the same order."""
    if path.is_dir():
        yield from sorted(p for p in path.iterdir() if p.is_file() and p.suffix != ".lock")
    elif path.suffix.lower() == ".shp":
        parts = (path.with_suffix(ending) for ending in _SHAPEFILE_PARTS)
        yield from (part for part in parts if part.exists())
    else:
        yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
