"""The encoding of a Shapefile's attributes, which the file itself often does not tell."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from geodata.errors import InputFileError
from geodata.importers.encodings import CHINESE, codec_of

RAW_BYTES: Final = "ISO-8859-1"
"""Reads every byte as one character, so that texts can be decoded afterwards."""

_LANGUAGE_BYTE: Final = 29
_CODE_PAGE_936: Final = 0x4D


def decode_names_and_texts(path: Path, table: pa.Table, encoding: str | None = None) -> pa.Table:
    """The table with column names and texts decoded.

    Parameters
    ----------
    path
        The ``.shp`` file; the ``.cpg`` beside it and the ``.dbf`` header may name the encoding,
        else UTF-8 is tried and then GB18030.
    table
        Attributes in which every character stands for one byte of the file.
    encoding
        One of `geodata.importers.encodings.ENCODINGS`, which counts for more than the file.

    Raises
    ------
    InputFileError
        When the bytes fit no encoding, or not the one named.
    UsageError
        When there is no such encoding.
    """
    names = [name.encode(RAW_BYTES) for name in table.column_names]
    texts = {
        i: [cell and cell.encode(RAW_BYTES) for cell in column.to_pylist()]
        for i, column in enumerate(table.columns)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    }
    sample = [*names, *(cell for cells in texts.values() for cell in cells if cell)]
    candidates = [codec_of(encoding)] if encoding else _candidates(path)
    codec = next((c for c in candidates if all(_fits(raw, c) for raw in sample)), None)
    if codec is None and encoding:
        raise _misfit(path, encoding, candidates[0], texts.values())
    if codec is None:
        raise InputFileError(
            "The attributes of {path} are text in no encoding that is known here.",
            "Put a file of the same name ending in .cpg beside it that names the encoding.",
            path=path,
        )
    for i, cells in texts.items():
        decoded = [cell and _decoded(cell, codec) for cell in cells]
        table = table.set_column(i, table.column_names[i], pa.array(decoded, pa.string()))
    return table.rename_columns([_decoded(name, codec) for name in names])


def _misfit(
    path: Path, encoding: str, codec: str, columns: Iterable[Sequence[bytes | None]]
) -> InputFileError:
    """Which row is no text in the encoding named; the first when it is a column name."""
    misfits = (
        row
        for cells in columns
        for row, cell in enumerate(cells, start=1)
        if cell and not _fits(cell, codec)
    )
    return InputFileError(
        "Row {row} of {path} is no text in {encoding}.",
        "Leave the encoding out to have it found, or name another one.",
        path=path,
        encoding=encoding,
        row=min(misfits, default=1),
    )


def _candidates(path: Path) -> list[str]:
    stated = _stated(path)
    return [stated] if stated else ["utf-8", CHINESE]


def _stated(path: Path) -> str | None:
    """Encoding named in the ``.cpg`` or in the ``.dbf`` header."""
    for beside in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if beside.exists():
            return _codec(beside.read_text("ascii", errors="replace").strip())
    attributes = path.with_suffix(".dbf")
    if not attributes.exists():
        return None
    with attributes.open("rb") as file:
        header = file.read(_LANGUAGE_BYTE + 1)
    return CHINESE if header.endswith(bytes([_CODE_PAGE_936])) else None


def _codec(name: str) -> str | None:
    """Python's name of a code page; every simplified Chinese one is read as GB18030."""
    digits = "".join(c for c in name if c.isdigit())
    if digits == "936" or name.upper().startswith("GB"):
        return CHINESE
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        _decoded(raw, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, encoding: str) -> str:
    """Text of a field; a character cut in two by the field's width is left out."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end < len(raw) or not error.start:
            raise
        return raw[: error.start].decode(encoding)
