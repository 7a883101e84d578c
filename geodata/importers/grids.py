"""The sheets of a workbook as columns of cells, read in a process of its own.

The reader of workbooks makes room for every cell between the first and the last, filled or not: one
stray cell at the end of a sheet asks for half a terabyte. On that, and on some damaged files, it
ends the process it runs in. Here this is one that holds nothing else, may take only so much memory
and time, and is missed by nobody. It imports little, because it starts for every workbook.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from geodata.errors import InputFileError
from geodata.importers.error_cells import error_cells
from geodata.model.encoding import encoded
from geodata.model.scalars import Unreadable

Columns: TypeAlias = "list[tuple[list[object], array[int]]]"
"""Each column as `geodata.model.encoding.encoded` tells it."""

_MOST_BYTES: Final = 4 << 30
_MOST_SECONDS: Final = 1_800  # of computing
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_BLANK: Final = ""
_END: Final = None


def columns_of(path: Path, sheet: str | None = None) -> dict[str, Columns]:
    """The cells of each sheet, or of the one named; blank columns at its end are left out.

    Raises
    ------
    InputFileError
        When the file is no workbook, is encrypted, has no sheet of that name, or asks for more
        memory or time than any table needs.
    """
    sheets: dict[str, Columns] = {}
    try:
        for name, columns in _told_apart(path, sheet):
            sheets.setdefault(name, []).extend(columns)
    except (EOFError, pickle.UnpicklingError) as error:
        raise InputFileError(
            "The workbook {path} cannot be read: its sheet {sheet} is damaged, or a cell far from"
            " the table asks for more than {most} GiB of memory.",
            "Delete the rows and columns beyond the table and save it again as XLSX, or name"
            " another sheet.",
            path=path,
            sheet=list(sheets)[-1] if sheets else "1",
            most=_MOST_BYTES >> 30,
        ) from error
    return sheets


def _told_apart(path: Path, sheet: str | None) -> Iterator[tuple[str, Columns]]:
    """Columns as the other process tells them; EOFError when it ended before."""
    program = [sys.executable, "-P", "-m", __name__, str(path)]
    with subprocess.Popen(  # noqa: S603 - Python itself, without a shell
        [*program, *([] if sheet is None else [sheet])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        try:
            while (told := pickle.load(process.stdout)) is not _END:  # noqa: S301 - our own process
                if isinstance(told, InputFileError):
                    raise told
                yield told
        finally:
            process.kill()


def load_columns(path: Path, sheet: str | None) -> Iterator[tuple[str, Columns]]:
    """The same in this process, column by column; each sheet begins with none.

    Raises
    ------
    InputFileError
        As above.
    """
    try:
        with _opened(path) as book, ThreadPoolExecutor(1) as beside:
            tables = [s.name for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
            for name in _chosen(path, tables, sheet):
                yield name, []
                errors = beside.submit(error_cells, path, name)
                table = book.get_sheet_by_name(name)
                _require_extent(path, name, *(table.end or (0, 0)))
                rows = table.to_python(skip_empty_area=False)
                yield from _columns(name, rows, errors.result())
    except PasswordError as error:
        raise InputFileError(
            "The workbook {path} is protected by a password.",
            "Save a copy without the password.",
            path=path,
        ) from error
    except CalamineError as error:
        raise InputFileError(
            "The file {path} is not a workbook that can be read: {reason}.",
            "Open it in a spreadsheet program and save it again as XLSX.",
            path=path,
            reason=str(error),
        ) from error


def _opened(path: Path) -> CalamineWorkbook:
    """The workbook, by its content where its name tells another kind."""
    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError:
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)


def _chosen(path: Path, names: list[str], sheet: str | None) -> list[str]:
    if sheet is None:
        return names
    if sheet not in names:
        raise InputFileError(
            "The workbook {path} has no sheet {sheet}; it has: {names}.",
            "Name one of its sheets.",
            path=path,
            sheet=sheet,
            names=", ".join(names),
        )
    return [sheet]


def _require_extent(path: Path, sheet: str, last_row: int, last_column: int) -> None:
    if last_row >= _MOST_ROWS or last_column >= _MOST_COLUMNS:
        raise InputFileError(
            "The sheet {sheet} of {path} reaches to row {row} and column {column}; at most {rows}"
            " rows and {columns} columns are read.",
            "Delete the rows and columns beyond the table, or name another sheet.",
            path=path,
            sheet=sheet,
            row=last_row + 1,
            column=last_column + 1,
            rows=_MOST_ROWS,
            columns=_MOST_COLUMNS,
        )


def _columns(
    name: str, rows: Sequence[list[Any]], errors: Mapping[tuple[int, int], str]
) -> Iterator[tuple[str, Columns]]:
    """Columns of rows; cells that show an error, which the reader leaves blank, say so."""
    for (row, column), shown in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = Unreadable(shown)
    columns: Columns = []
    for cells in zip(*rows, strict=True):
        columns.append(encoded(cells))
        if columns[-1][0] != [_BLANK]:
            yield name, columns
            columns = []


def main(arguments: Sequence[str], stream: IO[bytes]) -> None:
    """Tell the sheets of a workbook to another process; raises nothing that is about the file."""
    _bounded()
    gc.disable()  # cells refer to nothing, and the process ends soon
    path, sheet = arguments[0], next(iter(arguments[1:]), None)
    try:
        for block in load_columns(Path(path), sheet):
            pickle.dump(block, stream, pickle.HIGHEST_PROTOCOL)
        pickle.dump(_END, stream)
    except InputFileError as error:
        pickle.dump(error, stream)


def _bounded() -> None:
    """Take no more memory and time than any table needs; on Windows there is no such bound."""
    with suppress(ImportError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdout.buffer)
