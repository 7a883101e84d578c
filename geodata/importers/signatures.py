"""What a file is, told by its content; its name counts only where the content tells nothing.

GDAL chooses by content too. Some of its drivers follow what the content says to other files, or to
the network: a file handed in must not be able to do either, so it only gets to see what was
recognised here.
"""

from __future__ import annotations

import codecs
import zipfile
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final
from xml.parsers import expat

from geodata.importers.boundary_points import is_boundary_text

_HEAD_BYTES: Final = 1 << 16
_SHEET_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Marks at the beginning of a text."""


class Format(Enum):
    """A kind of file that can be read: its name, usual endings, and the driver that opens it."""

    XLSX = ("XLSX", (".xlsx", ".xlsm", ".xlsb"))
    XLS = ("XLS", (".xls",))
    ODS = ("ODS", (".ods",))
    TEXT = ("CSV", (".csv", ".tsv", ".txt"))
    BOUNDARY_POINTS = ("boundary points", (".txt",))
    GEOPACKAGE = ("GeoPackage", (".gpkg",), "GPKG")
    SHAPEFILE = ("Shapefile", (".shp",), "ESRI Shapefile")
    GEOJSON = ("GeoJSON", (".geojson", ".json"), "GeoJSON")
    FILE_GEODATABASE = ("FileGDB", (".gdb",), "OpenFileGDB")
    DXF = ("DXF", (".dxf",), "DXF")
    KML = ("KML", (".kml",))
    PARQUET = ("Parquet", (".parquet", ".geoparquet"))
    ARCHIVE = ("ZIP", (".zip", ".kmz"))

    def __init__(self, title: str, endings: tuple[str, ...], driver: str = "") -> None:
        self.title = title
        self.endings = endings
        self.driver = driver

    @property
    def is_workbook(self) -> bool:
        """Whether it is one of the spreadsheet formats."""
        return self in (Format.XLSX, Format.XLS, Format.ODS)


ENDINGS: Final = tuple(dict.fromkeys(ending for kind in Format for ending in kind.endings))
"""Usual endings of what can be read."""

_SIGNATURES: Final = (
    (b"PK\x05\x06", Format.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.XLS),
    (b"SQLite format 3\0", Format.GEOPACKAGE),
    ((9994).to_bytes(4, "big"), Format.SHAPEFILE),
    (b"PAR1", Format.PARQUET),
    (b"AutoCAD Binary DXF\r\n", Format.DXF),
)


def format_of(path: Path) -> Format | None:
    """The kind of a file or directory; None for what cannot be read.

    A text without any mark of a format is a table when its name ends like one of ours.
    """
    if path.is_dir():
        return Format.FILE_GEODATABASE if next(path.glob("*.gdbtable"), None) else None
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path, head)
    return _text(path, head)


def _zipped(path: Path, head: bytes) -> Format | None:
    """Workbooks are archives too; of a damaged one only the name is left to tell it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        ending = path.suffix.lower()
        return next((kind for kind in Format if ending in kind.endings), Format.ARCHIVE)
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return Format.XLSX
    if _SHEET_ODS in head:
        return Format.ODS
    return None if "[Content_Types].xml" in names else Format.ARCHIVE  # a letter, a presentation


def _text(path: Path, head: bytes) -> Format | None:
    text = _decoded(head)
    begins = text.lstrip("\ufeff \t\r\n")
    if begins.startswith("{"):
        return Format.GEOJSON
    if begins.startswith("<"):
        return Format.KML if _root(head) == "kml" else None
    if is_boundary_text(text):
        return Format.BOUNDARY_POINTS
    if _is_drawing(text):
        return Format.DXF
    ending = path.suffix.lower()
    is_table = ending in Format.TEXT.endings or (ending in ENDINGS and "\0" not in text)
    return Format.TEXT if is_table else None


def _decoded(head: bytes) -> str:
    """The beginning of a text; what fits no encoding is left for the reader to tell."""
    if head.startswith(UTF_16):
        return head.decode("utf-16", errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("gb18030", errors="replace")


def _root(head: bytes) -> str:
    """Name of the first element of an XML text; empty when it declares a document type before."""
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name.rpartition(" ")[2])
    # What is wrong behind the first element is the reader's to tell.
    with suppress(expat.ExpatError, LookupError):
        parser.Parse(head, False)  # noqa: FBT003 - expat takes no keywords
    return names[0] if names else ""


def _is_drawing(text: str) -> bool:
    """Whether a text is a DXF: pairs of lines, first comments (999), then a section (0)."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = zip(lines[::2], lines[1::2], strict=False)
    code, value = next(((code, value) for code, value in pairs if code != "999"), ("", ""))
    return code == "0" and value == "SECTION"
