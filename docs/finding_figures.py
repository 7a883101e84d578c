"""The figures of life-of-a-finding.md: run ``python docs/finding_figures.py`` to write them anew.

One contract of the demonstration, the first whose land was idle for two years and came back, is
read from the ledger the demonstration writes and judged as of every day on which its verdict was
another one.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geodata.importers.ledger import read_ledger
from geodata.model.codelists import ClosedAs, Verdict
from geodata.model.columns import LedgerColumns
from service.compliance.law import LawBook, load_book
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import contract_results
from service.compliance.rules.spans import Span, life_of
from service.operations.demonstration import DEMO_AS_OF, demo_files
from service.wording import Wording

PAGE: Final = Path(__file__).with_name("life-of-a-finding.md")
_BLOCK: Final = re.compile(r"(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    """Write the figures into the page."""
    law = load_book("310116")
    with TemporaryDirectory() as folder:
        ledger = demo_files(Path(folder)).ledger
        columns = read_ledger(ledger).columns
        row, spans = _chosen(columns, law)
        told = "\n".join(
            _told(_cells(ledger, columns.row_no[row]), columns.take([row]), spans, law)
        )
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda _: f"\n{told}\n\n", page), encoding="utf-8")


def _chosen(columns: LedgerColumns, law: LawBook) -> tuple[int, tuple[Span, ...]]:
    recovered = columns.codes["closed_as"] == ClosedAs.RECOVERED.position
    for row in recovered.nonzero()[0].tolist():
        spans = life_of(columns.take([row]), law, DEMO_AS_OF)
        if Verdict.SUSPECT_IDLE_2Y in {span.verdict for span in spans}:
            return row, spans
    message = "the demonstration has no contract that was idle for two years and recovered"
    raise LookupError(message)


def _cells(ledger: Path, row_no: int) -> list[tuple[str, str]]:
    """What the file says of a data row, counted from 1: headers and filled cells."""
    with ledger.open(encoding="utf-8-sig", newline="") as file:
        row = next(islice(csv.DictReader(file), row_no - 1, None))
    return [(header, cell) for header, cell in row.items() if cell]


def _told(
    cells: list[tuple[str, str]], contract: LedgerColumns, spans: tuple[Span, ...], law: LawBook
) -> Iterator[str]:
    yield "| column of the ledger | cell |\n| --- | --- |"
    yield from (f"| `{header}` | {cell} |" for header, cell in cells)
    yield "\n| from | to | verdict | findings of the last day | what they rest on |"
    yield "| --- | --- | --- | --- | --- |"
    for span in spans:
        days = f"{span.from_on} | {span.to_on or ''}"
        yield f"| {days} | {span.verdict.en} | {_found(contract, span, law)} |"


def _found(contract: LedgerColumns, span: Span, law: LawBook) -> str:
    """The findings of the last day of a span, and what they rest on."""
    day, wording = span.to_on or DEMO_AS_OF, Wording(law, "en")
    (result,) = contract_results(contract, evaluate(contract, law, day))
    lines, bases = [], []
    for found in result.findings:
        amount = None if found.amount_yuan is None else f"{found.amount_yuan:,} yuan"
        since = found.since_on and f"since {found.since_on}"
        days = None if found.days is None else f"{found.days} days"
        lines.append(", ".join(filter(None, (f"**{found.code.en}**", since, days, amount))))
        bases += wording.finding(found, result).basis
    return f"{'<br>'.join(lines)} | {'<br>'.join(dict.fromkeys(bases))}"


if __name__ == "__main__":
    main()
