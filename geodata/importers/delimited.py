"""Comma, tab, semicolon or bar separated text in the encodings met in Chinese offices."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError
from geodata.importers.tables import Knows, RawTable, from_grid, known_headers

_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE_LINES: Final = 40
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path, knows: Knows) -> RawTable | None:
    """Table of a text file; None when it has no text.

    Parameters
    ----------
    path
        The file.
    knows
        Recognises column headers: the delimiter that shows most of them is the right one.

    Raises
    ------
    InputFileError
        When the bytes are no text in UTF-8, UTF-16 or GB18030, or quotes never close.
    """
    text = decoded(path, path.read_bytes())
    sample = text.splitlines()[:_SAMPLE_LINES]
    best = max(_DELIMITERS, key=lambda mark: known_headers(_split(sample, mark), knows))
    grid, lines = _rows(path, text, best)
    return from_grid("", grid, lines, knows)


def decoded(path: Path, raw: bytes) -> str:
    """Text of a file: by its byte order mark, else UTF-8, else GB18030 (which contains GBK).

    Raises
    ------
    InputFileError
        When none of them fits.
    """
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            reason = error
    raise InputFileError(
        "The file {path} is not text in UTF-8 or GBK/GB18030: byte {position} fits neither.",
        "Save it again as “CSV UTF-8”, or as XLSX.",
        path=path,
        position=reason.start + 1,
    )


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    """Cells of the lines; none when the delimiter leaves cells too long to be cells."""
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []


def _rows(path: Path, text: str, delimiter: str) -> tuple[list[list[object]], list[int]]:
    """Rows of cells, and the line each begins on (a quoted cell may hold line breaks)."""
    rows: list[list[object]] = []
    lines: list[int] = []
    # Strict, or a quotation mark that never closes would swallow the rest of the rows unseen.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for row in reader:
            rows.append(list(row))
            lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputFileError(
            "The file {path} is not a table: line {line}: {reason}.",
            "Check the quotation marks near that line.",
            path=path,
            line=reader.line_num,
            reason=str(error),
        ) from error
    return rows, lines
