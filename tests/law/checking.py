"""The two judgements the tests compare: the rules of the product, and the second reading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from hypothesis import settings

from geodata.model.attributes import BY_KEY
from geodata.model.cells import read_cell
from geodata.model.columns import Cell, from_rows
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.reports.documents import contract_documents

from . import peer
from .peer_calendar import WorkCalendar

Row = Mapping[str, Cell]
Document = dict[str, Any]

STEADY: Final = settings(derandomize=True, database=None, deadline=None)
"""Every run draws the same examples."""

_WORDING: Final = ("basis", "confidence", "reason", "next_step")
_UNSAID_BY_THE_PEER: Final = "next_change_on"


def read_row(cells: Mapping[str, object]) -> dict[str, Cell]:
    """A typed row from the cells of a file."""
    return {key: read_cell(BY_KEY[key], raw) for key, raw in cells.items()}


def by_rules(rows: Sequence[Row], as_of: date, law: LawBook) -> list[Document]:
    """Documents of the product's rules, wording left out."""
    columns = from_rows(rows)
    documents = contract_documents(columns, evaluate(columns, law, as_of), law)
    return [_bare(document) for document in documents]


def by_peer(rows: Sequence[Row], as_of: date, calendar: WorkCalendar) -> list[Document]:
    """Documents of the second reading."""
    judged = (peer.judge(row, as_of, calendar, number) for number, row in enumerate(rows, 1))
    return [_bare(document) for document in judged]


def codes(document: Document) -> set[str]:
    """Codes of the findings of a contract."""
    return {finding["code"] for finding in document["findings"]}


def _bare(document: Document) -> Document:
    """What both say, without wording; findings in an order that depends on nothing else."""
    findings = [
        {key: value for key, value in finding.items() if key not in _WORDING}
        for finding in document["findings"]
    ]
    said = {key: value for key, value in document.items() if key != _UNSAID_BY_THE_PEER}
    return {**said, "findings": sorted(findings, key=_text)}


def _text(finding: Document) -> str:
    return json.dumps(finding, sort_keys=True)
