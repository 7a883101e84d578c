"""One flat row per contract, for CSV files and work sheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO, Any

from geodata.model.codelists import MilestoneKind
from service.reports.content import NAMES, CheckContent, Document

_MILESTONE = ("state", "agreed_on", "due_on", "done_on", "days", "damages_yuan")
_IDLE = ("clock_from", "paused_days", "one_year_on", "two_years_on", "fee_yuan")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_KEY = ("row", "parcel_code", "contract_no", "phase", "verdict")


def flat_headers() -> list[str]:
    """Column names: the key, the names, each milestone, the idle clock, the finding codes."""
    milestones = [f"{kind.value}_{part}" for kind in MilestoneKind for part in _MILESTONE]
    return [*_KEY, *NAMES, *milestones, *(f"idle_{part}" for part in _IDLE), "findings"]


def flat_rows(content: CheckContent) -> Iterator[list[Any]]:
    """The rows under `flat_headers`, in ledger order; unknown is an empty cell."""
    for position, document in enumerate(content.contracts):
        names = [content.columns.texts[key][position] for key in NAMES]
        yield [
            *(document[key] for key in _KEY),
            *names,
            *_milestones(document),
            *(document["idle"][part] for part in _IDLE),
            ";".join(finding["code"] for finding in document["findings"]),
        ]


def _milestones(document: Document) -> Iterator[Any]:
    for kind in MilestoneKind:
        for part in _MILESTONE:
            yield document["milestones"][kind.value][part]


def write_csv(content: CheckContent, stream: IO[str]) -> None:
    """Write CSV to a text stream, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(flat_headers())
    writer.writerows(map(_inert, row) for row in flat_rows(content))


def _inert(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
