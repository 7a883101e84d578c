"""Work sheets of typed cells: real dates and numbers, statuses in the colours of meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from geodata.errors import OutputFileError
from geodata.model.codelist import Codelist
from geodata.model.codelists import FindingCode, Verdict

_DATE: Final = "yyyy-mm-dd"
_NUMBER: Final = "#,##0.00"
_MOST_ROWS: Final = 1_048_576


class Share(Fraction):
    """A fraction to be shown in per cent."""


class Sheets:
    """The sheets of one workbook; unknown cells are empty."""

    def __init__(self, workbook: Any, language: str) -> None:
        self.workbook = workbook
        self.language = language
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, name: str, widths: Sequence[int], heads: Sequence[str] = ()) -> Any:
        """A new sheet; its heads are filtered and stay in sight."""
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if heads:
            self.head(sheet, heads)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, 0, len(heads) - 1)
        return sheet

    def head(self, sheet: Any, heads: Sequence[str], row: int = 0) -> None:
        """Write the heads of a table."""
        bold = self._format({"bold": True, "bottom": 1, "text_wrap": True})
        sheet.write_row(row, 0, heads, bold)

    def write(
        self,
        sheet: Any,
        rows: Iterable[Sequence[Any]],
        first_row: int = 0,
        row_count: int | None = None,
    ) -> None:
        """Write rows of typed cells.

        Parameters
        ----------
        row_count
            How many there are, where they are made while they are written.

        Raises
        ------
        OutputFileError
            When the sheet cannot hold them.
        """
        if row_count is None:
            rows = list(rows)
            row_count = len(rows)
        if first_row + row_count > _MOST_ROWS:
            raise OutputFileError(
                "A work sheet holds {most} rows; the result has {rows}.",
                "Ask for --format csv or json.",
                most=_MOST_ROWS,
                rows=row_count,
            )
        for row, cells in enumerate(rows, start=first_row):
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        match cell:
            case None | "":
                return
            case Codelist():
                sheet.write_string(row, column, cell.label(self.language), self._status(cell))
            case date():
                sheet.write_datetime(row, column, cell, self._plain(_DATE))
            case Share():
                sheet.write_number(row, column, float(cell), self._plain("0.00%"))
            case Fraction() | Decimal():
                sheet.write_number(row, column, float(cell), self._plain(_NUMBER))
            case int():
                sheet.write_number(row, column, cell)
            case _:
                sheet.write_string(row, column, str(cell))

    def _plain(self, number_format: str) -> Any:
        return self._format({"num_format": number_format})

    def _status(self, member: Codelist) -> Any:
        tone = member.tone
        frame = {"border": 1, "border_color": tone.line}
        suspected = isinstance(member, Verdict | FindingCode) and member.is_suspected
        fill = {} if suspected else {"bg_color": tone.fill, "font_color": tone.ink}
        return self._format(frame | fill)

    def _format(self, properties: dict[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(properties)
        return self.formats[key]


@contextmanager
def new_workbook(path: Path | IO[bytes]) -> Iterator[Any]:
    """A workbook that is written row by row, in which a text is never a formula or a link."""
    options = {
        "constant_memory": True,
        "default_date_format": _DATE,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    try:
        with xlsxwriter.Workbook(path, options) as workbook:
            yield workbook
    except FileCreateError as error:
        raise error.args[0] from error  # the library hides a full disk in an error of its own
