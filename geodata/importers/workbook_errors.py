"""Cells of an XLSX sheet that show an error, such as ``#N/A``: the reader leaves them blank."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree as ET

from geodata.errors import InputFileError

_MARK: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_CHUNK_BYTES: Final = 1 << 20
_OVERLAP_BYTES: Final = 16  # a mark may lie across the border of two chunks
_LETTERS: Final = 26


def has_xml_sheets(path: Path) -> bool:
    """Whether the sheets of a workbook are XML in which errors can be looked up."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as book:
        return "xl/workbook.xml" in book.namelist()


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """What the error cells of a sheet show, by row and column from 0.

    Raises
    ------
    InputFileError
        When the parts of the workbook do not fit together.
    """
    try:
        with zipfile.ZipFile(path) as book:
            part = _part_of(book, sheet)
            with book.open(part) as xml:
                if not _has_errors(xml):
                    return {}
            with book.open(part) as xml:
                return dict(_errors(xml))
    except (KeyError, ValueError, zipfile.BadZipFile, ET.ParseError) as error:
        raise InputFileError(
            "The file {path} is not a workbook that can be read: {reason}.",
            "Open it in a spreadsheet program and save it again as XLSX.",
            path=path,
            reason=str(error),
        ) from error


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


def _has_errors(xml: IO[bytes]) -> bool:
    """Whether any cell is marked as an error: nearly no sheet has one, and parsing takes long."""
    tail = b""
    for chunk in iter(partial(xml.read, _CHUNK_BYTES), b""):
        if _MARK.search(tail + chunk):
            return True
        tail = chunk[-_OVERLAP_BYTES:]
    return False


def _errors(xml: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    """Places are optional in the format: a cell without one follows the cell before it."""
    row, column = -1, -1
    for event, element in ET.iterparse(xml, ("start", "end")):  # noqa: S314 - as above
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and name == "c":
            place = element.get("r")
            column = _column(place) if place else column + 1
            if element.get("t") == "e":
                yield (row, column), element.findtext("{*}v") or "#"
            element.clear()
        elif event == "end" and name == "row":
            element.clear()


def _column(place: str) -> int:
    """Column from 0 of a place such as ``AB12``."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1
