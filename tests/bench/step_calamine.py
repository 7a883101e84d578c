"""The first sheet of a workbook, read by the library alone; tells its rows."""

from __future__ import annotations

import sys

from python_calamine import CalamineWorkbook

from .steps import tell


def _rows() -> int:
    sheet = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
    return len(sheet.to_python(skip_empty_area=False))


if __name__ == "__main__":
    tell(_rows)
