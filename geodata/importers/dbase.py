"""The encoding of a Shapefile's attributes, which the file itself often does not tell."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

import pyarrow as pa

from geodata.errors import InputFileError

RAW_BYTES: Final = "ISO-8859-1"
"""Reads every byte as one character, so that texts can be decoded afterwards."""

_LANGUAGE_BYTE: Final = 29
_CODE_PAGE_936: Final = 0x4D
_CHINESE: Final = "gb18030"  # contains GBK and GB2312


def decode_names_and_texts(path: Path, table: pa.Table) -> pa.Table:
    """The table with column names and texts decoded.

    Parameters
    ----------
    path
        The ``.shp`` file; the ``.cpg`` beside it and the ``.dbf`` header may name the encoding,
        else UTF-8 is tried and then GB18030.
    table
        Attributes in which every character stands for one byte of the file.

    Raises
    ------
    InputFileError
        When the bytes fit no encoding.
    """
    names = [name.encode(RAW_BYTES) for name in table.column_names]
    texts = {
        i: [cell and cell.encode(RAW_BYTES) for cell in column.to_pylist()]
        for i, column in enumerate(table.columns)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    }
    sample = [*names, *(cell for cells in texts.values() for cell in cells if cell)]
    encoding = next((e for e in _candidates(path) if all(_fits(raw, e) for raw in sample)), None)
    if encoding is None:
        raise InputFileError(
            "The attributes of {path} are text in no encoding that is known here.",
            "Put a file of the same name ending in .cpg beside it that names the encoding.",
            path=path,
        )
    for i, cells in texts.items():
        decoded = [cell and _decoded(cell, encoding) for cell in cells]
        table = table.set_column(i, table.column_names[i], pa.array(decoded, pa.string()))
    return table.rename_columns([_decoded(name, encoding) for name in names])


def _candidates(path: Path) -> list[str]:
    stated = _stated(path)
    return [stated] if stated else ["utf-8", _CHINESE]


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
    return _CHINESE if header.endswith(bytes([_CODE_PAGE_936])) else None


def _codec(name: str) -> str | None:
    """Python's name of a code page; every simplified Chinese one is read as GB18030."""
    digits = "".join(c for c in name if c.isdigit())
    if digits == "936" or name.upper().startswith("GB"):
        return _CHINESE
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
