"""XLS: records of cells that hold an error, and of formulas that give one ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geodata.importers.error_cells.codes import SHOWN
from geodata.importers.error_cells.compound import stream_of

_STREAMS: Final = ("Workbook", "Book")  # since 1997, and before
_BEGIN, _END, _SHEET, _CODE_PAGE = 0x0809, 0x000A, 0x0085, 0x0042
_FORMULA, _ERROR = 0x0006, 0x0205
_SINCE_1997: Final = 0x0600
_NO_NUMBER: Final = b"\xff\xff"
_IS_ERROR: Final = 2


def xls_errors(path: Path, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Places and texts of the error cells of a sheet."""
    raw = stream_of(path.read_bytes(), _STREAMS)
    begins = {name: place for place, name in _sheets(raw)}
    for kind, content in _records(raw, begins[sheet]):
        if kind == _END:
            return
        if kind == _ERROR:
            row, column, code, is_error = struct.unpack_from("<HH2xBB", content)
        elif kind == _FORMULA and content[12:14] == _NO_NUMBER and content[6] == _IS_ERROR:
            row, column, code, is_error = *struct.unpack_from("<HH4xB", content), True
        else:
            continue
        if is_error:
            yield (row, column), SHOWN.get(code, "#")


def _sheets(raw: bytes) -> Iterator[tuple[int, str]]:
    """Place and name of the sheets."""
    version, encoding = _SINCE_1997, "latin-1"
    for kind, content in _records(raw, 0):
        if kind == _BEGIN:
            (version,) = struct.unpack_from("<H", content)
        elif kind == _CODE_PAGE:
            encoding = f"cp{struct.unpack_from('<H', content)[0]}"
        elif kind == _SHEET:
            place, length = struct.unpack_from("<I2xB", content)
            yield place, _name(content[7:], length, version, encoding)
        elif kind == _END:
            return


def _name(raw: bytes, length: int, version: int, encoding: str) -> str:
    if version < _SINCE_1997:
        return raw[:length].decode(encoding)
    is_wide = raw[0] & 1
    return raw[1 : 1 + length * (1 + is_wide)].decode("utf-16-le" if is_wide else "latin-1")


def _records(raw: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the records from a place on."""
    while place + 4 <= len(raw):
        kind, size = struct.unpack_from("<HH", raw, place)
        place += 4
        yield kind, raw[place : place + size]
        place += size
