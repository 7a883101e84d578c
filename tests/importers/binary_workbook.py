"""The smallest XLSB: one sheet of texts, numbers and errors, which no library at hand writes."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"'
    '/><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships'
    ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}"/></Relationships>'
)

# Numbers of the records, as in the open specification [MS-XLSB] 2.3.
_ROW, _ERROR, _REAL, _TEXT = 0, 3, 5, 6
_SHEET, _SIZE, _DATA = (129, 130), 148, (145, 146)
_BOOK, _BUNDLE, _ENTRY = (131, 132), (143, 144), 156


def write_binary_workbook(
    path: Path, rows: Sequence[Sequence[str | float | bytes | None]], name: str = "台账"
) -> Path:
    """Write a workbook of one sheet; None is a blank cell, one byte the code of an error."""
    entry = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)
    book = _enclosed(_BOOK, _enclosed(_BUNDLE, _record(_ENTRY, entry)))
    width = max(map(len, rows), default=0)
    size = struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, max(width - 1, 0))
    sheet = _record(_SIZE, size) + _enclosed(_DATA, b"".join(_rows(rows)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        office = _RELATIONS.format(kind="officeDocument", target="xl/workbook.bin")
        archive.writestr("_rels/.rels", office)
        archive.writestr("xl/workbook.bin", book)
        sheets = _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.bin")
        archive.writestr("xl/_rels/workbook.bin.rels", sheets)
        archive.writestr("xl/worksheets/sheet1.bin", _enclosed(_SHEET, sheet))
    return path


def _rows(rows: Sequence[Sequence[str | float | bytes | None]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield _record(_ROW, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for place, cell in enumerate(row):
            where = struct.pack("<II", place, 0)
            if isinstance(cell, str):
                yield _record(_TEXT, where + _wide(cell))
            elif isinstance(cell, bytes):
                yield _record(_ERROR, where + cell)
            elif cell is not None:
                yield _record(_REAL, where + struct.pack("<d", cell))


def _enclosed(ends: tuple[int, int], inside: bytes) -> bytes:
    return _record(ends[0]) + inside + _record(ends[1])


def _record(number: int, content: bytes = b"") -> bytes:
    kind = bytes([number]) if number < 1 << 7 else bytes([number & 0x7F | 0x80, number >> 7])
    return kind + _length(len(content)) + content


def _length(size: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that another byte follows."""
    low, rest = size & 0x7F, size >> 7
    return bytes([low | 0x80]) + _length(rest) if rest else bytes([low])


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw
