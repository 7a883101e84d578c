"""What somebody wrote into a cell is shown again as text: no spreadsheet program runs it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from geodata.model.attributes import ATTRIBUTES, Kind
from geodata.model.columns import from_rows
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.operations.check import content_of
from service.reports.content import CheckContent
from service.reports.flat import inert, write_csv
from service.reports.sheets import Sheets, new_workbook
from service.reports.xlsx import write_workbook
from tests.conftest import PROJECT

AS_OF = date(2024, 6, 30)
HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "{=1+1}",
    "＝1+1",
    "\t=1",
    "\r=1",
    "\n=1",
    "http://127.0.0.1/x",
    r"external:\\127.0.0.1\x.xlsx",
    "=cmd|'/c calc'!A1",
)
RUN = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def content(law: LawBook) -> CheckContent:
    """Contracts of which every text is hostile."""
    keys = [attribute.key for attribute in ATTRIBUTES if attribute.kind is Kind.TEXT]
    rows = [
        dict.fromkeys(keys, text)
        | {"start_agreed_on": date(2022, 1, 1), "contract_no": f"{text}{n}"}
        for n, text in enumerate(HOSTILE)
    ]
    columns = from_rows(rows)
    return content_of(columns, evaluate(columns, law, AS_OF), law, AS_OF, "en")


def require_plain(path: Path) -> set[str]:
    """The texts of a workbook in which nothing is run and nothing leads elsewhere."""
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    return {cell.value for cell in cells if isinstance(cell.value, str)}


def test_a_workbook_shows_formulas_as_text(content: CheckContent, tmp_path: Path):
    write_workbook(content, tmp_path / "a.xlsx")
    shown = require_plain(tmp_path / "a.xlsx")
    assert all(any(text.strip() in each for each in shown) for text in HOSTILE)


def test_heads_of_a_sheet_are_texts_too(tmp_path: Path):
    with new_workbook(tmp_path / "a.xlsx") as workbook:
        sheets = Sheets(workbook, "en")
        sheets.write(sheets.sheet("a", [9] * len(HOSTILE), HOSTILE), [HOSTILE], 1)
    assert len(require_plain(tmp_path / "a.xlsx")) == len(HOSTILE)


def test_a_text_file_shows_formulas_as_text(content: CheckContent):
    stream = io.StringIO()
    write_csv(content, stream)
    rows = list(csv.reader(io.StringIO(stream.getvalue().removeprefix("\ufeff"), newline="")))
    assert len(rows) == 1 + len(HOSTILE)
    assert not [cell for row in rows for cell in row if cell.startswith(RUN)]
    assert inert("=1") == "'=1"
    assert inert(-1) == -1


def test_every_file_for_spreadsheets_is_written_in_this_way():
    """One place makes workbooks, and whoever writes rows of text makes them inert."""
    sources = {path: path.read_text("utf-8") for path in (PROJECT / "service").rglob("*.py")}
    makers = [path.name for path, text in sources.items() if "xlsxwriter.Workbook(" in text]
    assert makers == ["sheets.py"]
    assert not [p for p, text in sources.items() if "csv.writer(" in text and "inert" not in text]
