"""XLSX: cells of the type ``e``."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.etree import ElementTree as ET

from geodata.importers.error_cells.marks import is_marked

_MARK: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_PLACE: Final = re.compile("([A-Z]+)([0-9]+)")
_LETTERS: Final = 26


def xlsx_errors(book: zipfile.ZipFile, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Places and texts of the error cells of a sheet."""
    part = _part_of(book, sheet)
    with book.open(part) as xml:
        if not is_marked(xml, b"e", _MARK):
            return
    with book.open(part) as xml:
        yield from _errors(xml)


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Part of the archive that holds a sheet; spreadsheet programs ignore the case of names."""
    parts = {name.lower(): name for name in book.namelist()}
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in _elements(book, parts["xl/_rels/workbook.xml.rels"], "Relationship")
    }
    for element in _elements(book, parts["xl/workbook.xml"], "sheet"):
        if element.get("name") == sheet:
            key = next(value for name, value in element.items() if name.endswith("}id"))
            return parts[posixpath.join("/xl", targets[key]).lstrip("/").lower()]
    raise KeyError(sheet)


def _elements(book: zipfile.ZipFile, part: str, name: str) -> Iterator[ET.Element]:
    # Python's own parser bounds what entities may expand to, and opens no other file.
    root = ET.fromstring(book.read(part))  # noqa: S314 - see above
    return root.iterfind(f".//{{*}}{name}")


def _errors(xml: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    """Places are optional in the format: a cell without one follows the cell before it."""
    row, column = -1, -1
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 - as above
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and name == "c":
            place = _PLACE.fullmatch(element.get("r", ""))
            row, column = (int(place[2]) - 1, _column(place[1])) if place else (row, column + 1)
            if element.get("t") == "e":
                yield (row, column), element.findtext("{*}v") or "#"
            element.clear()
        elif event == "end" and name == "row":
            element.clear()


def _column(letters: str) -> int:
    """Column from 0 of letters such as ``AB``."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1
