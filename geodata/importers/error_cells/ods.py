"""ODS: cells that LibreOffice marks as errors; other programs write the error as their text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.etree import ElementTree as ET

from geodata.importers.error_cells.marks import is_marked

_MARK: Final = re.compile(rb"""value-type\s*=\s*["']error["']""")
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def ods_errors(book: zipfile.ZipFile, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Places and texts of the error cells of a sheet."""
    with book.open("content.xml") as xml:
        if not is_marked(xml, b"error", _MARK):
            return
    with book.open("content.xml") as xml:
        yield from _errors(xml, sheet)


def _errors(xml: IO[bytes], sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    row, is_wanted = 0, False
    # Python's own parser bounds what entities may expand to, and opens no other file.
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 - see above
        if event == "start" and element.tag == f"{_TABLE}table":
            row, is_wanted = 0, element.get(f"{_TABLE}name") == sheet
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            times = _times(element, "rows")
            if is_wanted:
                found = list(_errors_of(element))
                rows = range(row, row + times if found else row)
                yield from (((each, column), text) for each in rows for column, text in found)
            row += times
            element.clear()


def _errors_of(row: ET.Element) -> Iterator[tuple[int, str]]:
    """Column and text of the error cells of a row."""
    column = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        times = _times(cell, "columns")
        if any(name.endswith("}value-type") and kind == "error" for name, kind in cell.items()):
            text = "".join(cell.itertext()) or "#"
            yield from ((column + n, text) for n in range(times))
        column += times


def _times(element: ET.Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
