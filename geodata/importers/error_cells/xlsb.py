"""XLSB: records of cells that hold an error, and of formulas that give one ([MS-XLSB] 2.4)."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from geodata.importers.error_cells.codes import SHOWN

_BOOK: Final = "xl/workbook.bin"
_ROW, _SHEET = 0, 156
_ERRORS: Final = (3, 11)


def xlsb_errors(book: zipfile.ZipFile, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Places and texts of the error cells of a sheet."""
    row = -1
    for kind, content in _records(book.read(_part_of(book, sheet))):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", content)
        elif kind in _ERRORS:
            column, code = struct.unpack_from("<I4xB", content)
            yield (row, column), SHOWN.get(code, "#")


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    links = ET.fromstring(book.read("xl/_rels/workbook.bin.rels"))  # noqa: S314 - as in `xlsx`
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for kind, content in _records(book.read(_BOOK)):
        if kind == _SHEET:
            key, rest = _text(content[8:])
            if _text(rest)[0] == sheet:
                return posixpath.join("/xl", targets[key]).lstrip("/")
    raise KeyError(sheet)


def _text(raw: bytes) -> tuple[str, bytes]:
    """A text that begins with its length, and what follows."""
    (length,) = struct.unpack_from("<I", raw)
    end = 4 + 2 * length
    return raw[4:end].decode("utf-16-le"), raw[end:]


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the records of a part."""
    place = 0
    while place < len(raw):
        kind, place = _number(raw, place, 2)
        size, place = _number(raw, place, 4)
        yield kind, raw[place : place + size]
        place += size


def _number(raw: bytes, place: int, most_bytes: int) -> tuple[int, int]:
    """A number in bytes of seven bits, of which the last has no high bit; and the place behind."""
    number = 0
    for step in range(most_bytes):
        byte = raw[place + step]
        number |= (byte & 0x7F) << 7 * step
        if byte < 1 << 7:
            break
    return number, place + step + 1
