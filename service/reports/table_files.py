"""Tables of typed cells as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

from geodata.model.codelist import Codelist
from service.maps.figures import grouped
from service.reports.flat import LINE_END, inert
from service.reports.sheets import Share, Sheets, new_workbook
from service.reports.tables import Table

_FEWEST_LETTERS: Final = 14
_NAME_LIMIT: Final = 31
"""Characters the name of a work sheet may have."""


def write_sheets(tables: Iterable[Table], path: Path | IO[bytes], language: str) -> None:
    """Write one sheet per table, named as the table is."""
    with new_workbook(path) as workbook:
        sheets = Sheets(workbook, language)
        for table in tables:
            widths = [max(_FEWEST_LETTERS, 2 * len(head)) for head in table.heads]
            sheets.write(
                sheets.sheet(table.title[:_NAME_LIMIT], widths, table.heads), table.rows, 1
            )


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], stream: IO[str]) -> None:
    """Write rows as data, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator=LINE_END)
    writer.writerow(heads)
    writer.writerows([inert(plain(cell)) for cell in row] for row in rows)


def plain(cell: Any) -> Any:
    """A cell as data: codes never translated, figures to two places, shares to four."""
    match cell:
        case Codelist():
            return cell.value
        case date():
            return cell.isoformat()
        case Share():
            return float(round(cell, 4))
        case Fraction() | Decimal():
            return float(grouped(cell, 2).replace(",", ""))
        case _:
            return cell
