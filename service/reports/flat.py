"""One flat row per contract, for CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from operator import attrgetter
from typing import IO, Any, Final

from geodata.model.codelists import MilestoneKind
from service.compliance.rules.results import ContractResult, IdleResult
from service.reports.content import NAMES, CheckContent

_KEY = ("row", "parcel_code", "contract_no", "phase", "verdict")
_MILESTONE = {
    "state": "state",
    "agreed_on": "agreed_on",
    "due_on": "due_on",
    "done_on": "done_on",
    "days": "late_days",
    "damages_yuan": "damages_yuan",
}
"""Each column of a milestone, and the part of the result it holds."""
_IDLE = IdleResult.__slots__
LINE_END: Final = "\r\n"
"""With both signs, or a writer leaves a text with one of them unquoted: it would begin a row."""
_FORMULA_STARTS = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")

_milestone_cells = attrgetter(*_MILESTONE.values())


def flat_headers() -> list[str]:
    """Column names: the key, the names, each milestone, the idle clock, the finding codes."""
    milestones = [f"{kind.value}_{part}" for kind in MilestoneKind for part in _MILESTONE]
    return [*_KEY, *NAMES, *milestones, *(f"idle_{part}" for part in _IDLE), "findings"]


def flat_rows(content: CheckContent) -> Iterator[list[Any]]:
    """The rows under `flat_headers`, in ledger order; unknown is an empty cell."""
    names = zip(*(content.columns.texts[key] for key in NAMES), strict=True)
    for contract, named in zip(content.results(), names, strict=True):
        yield [*_key_cells(contract), *named, *_result_cells(contract)]


def _key_cells(contract: ContractResult) -> tuple[Any, ...]:
    key = contract.key
    return contract.row, key.parcel_code, key.contract_no, key.phase, contract.verdict


def _result_cells(contract: ContractResult) -> Iterator[Any]:
    for milestone in contract.milestones:
        yield from _milestone_cells(milestone)
    for part in _IDLE:
        yield getattr(contract.idle, part, None)
    yield ";".join(finding.code for finding in contract.findings)


def write_csv(content: CheckContent, stream: IO[str]) -> None:
    """Write CSV to a text stream, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator=LINE_END)
    writer.writerow(flat_headers())
    writer.writerows(map(inert, row) for row in flat_rows(content))


def inert(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
