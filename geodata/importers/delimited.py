"""Comma, tab, semicolon or bar separated text in the encodings met in Chinese offices."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from pathlib import Path
from typing import Final

from geodata.errors import InputFileError
from geodata.importers.encodings import CHINESE, decoded_as
from geodata.importers.tables import MOST_ROWS, Grid, Knows, RawTable, from_grid, known_headers

_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE_LINES: Final = 40
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path, knows: Knows, encoding: str | None = None) -> RawTable | None:
    """Table of a text file; None when it has no text.

    Parameters
    ----------
    path
        The file.
    knows
        Recognises column headers: the delimiter that shows most of them is the right one.
    encoding
        As in `decoded`.

    Raises
    ------
    InputFileError
        When the bytes are no text in UTF-8, UTF-16 or GB18030, or in the encoding named, or quotes
        never close.
    UsageError
        When there is no such encoding.
    """
    text = decoded(path, path.read_bytes(), encoding)
    sample = text.splitlines()[:_SAMPLE_LINES]
    best = max(_DELIMITERS, key=lambda mark: known_headers(_split(sample, mark), knows))
    grid, lines = _rows(path, text, best)
    return from_grid(path, "", Grid.of(grid), lines, knows)


def decoded(path: Path, raw: bytes, encoding: str | None = None) -> str:
    """Text of a file: by its byte order mark, else UTF-8, else GB18030 (which contains GBK).

    Parameters
    ----------
    path, raw
        The file, for messages, and its bytes.
    encoding
        One of `geodata.importers.encodings.ENCODINGS`; it counts for more than a mark.

    Raises
    ------
    InputFileError
        When none of them fits, or not the one named.
    UsageError
        When there is no such encoding.
    """
    if encoding:
        return decoded_as(path, raw, encoding)
    marked = next((codec for mark, codec in _MARKS if raw.startswith(mark)), None)
    for codec in (marked,) if marked else ("utf-8", CHINESE):
        try:
            return raw.decode(codec)
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
        for row in islice(reader, MOST_ROWS + 1):
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
