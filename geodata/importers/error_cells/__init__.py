"""Cells of a workbook that show an error, such as ``#N/A``: the reader leaves them blank.

A blank cell is a fact nobody knows; an error is one that a formula lost.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from geodata.errors import InputFileError
from geodata.importers.error_cells.ods import ods_errors
from geodata.importers.error_cells.xls import xls_errors
from geodata.importers.error_cells.xlsb import xlsb_errors
from geodata.importers.error_cells.xlsx import xlsx_errors

_MOST: Final = 1_000_000  # cells of which some program says that they show an error


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """What the error cells of a sheet show, by row and column from 0.

    Raises
    ------
    InputFileError
        When the parts of the workbook do not fit together.
    """
    try:
        return dict(islice(_errors(path, sheet), _MOST))
    except (
        *(LookupError, ValueError, NotImplementedError),
        *(struct.error, zipfile.BadZipFile, ET.ParseError),
    ) as error:
        raise InputFileError(
            "The file {path} is not a workbook that can be read: {reason}.",
            "Open it in a spreadsheet program and save it again as XLSX.",
            path=path,
            reason=str(error),
        ) from error


def _errors(path: Path, sheet: str) -> Iterable[tuple[tuple[int, int], str]]:
    if not zipfile.is_zipfile(path):
        yield from xls_errors(path, sheet)
        return
    with zipfile.ZipFile(path) as book:
        names = set(book.namelist())
        if "xl/workbook.xml" in names:
            yield from xlsx_errors(book, sheet)
        elif "xl/workbook.bin" in names:
            yield from xlsb_errors(book, sheet)
        else:
            yield from ods_errors(book, sheet)
