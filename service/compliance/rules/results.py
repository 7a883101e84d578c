"""Judgements as the documents of the ledger contract: dictionaries ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from geodata.model.codelists import (
    FindingCode,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import NO_CODE, LedgerColumns, as_date
from geodata.model.judgements import NO_COUNT, Amounts, Judgements
from service.compliance.law import LawBook

Document = dict[str, Any]

_RESCISSION_OPEN = {"zh": ("尚未成就", "已成就"), "en": ("is not open", "is open")}


def contract_documents(
    columns: LedgerColumns, judged: Judgements, law: LawBook, language: str = "zh"
) -> Iterator[Document]:
    """One document per row, in row order (`docs/ledger.md`, section 2)."""
    bounds = np.searchsorted(judged.findings.row, np.arange(len(judged) + 1))
    for row in range(len(judged)):
        document: Document = {
            "row": int(columns.row_no[row]),
            "parcel_code": columns.texts["parcel_code"][row],
            "contract_no": columns.texts["contract_no"][row],
            "phase": columns.texts["phase"][row],
            "verdict": Verdict.at(int(judged.verdict[row])).value,
            "milestones": {kind.value: _milestone(judged, kind, row) for kind in MilestoneKind},
            "idle": _idle(judged, row),
        }
        document["findings"] = [
            _finding(judged, law, entry, document, language)
            for entry in range(bounds[row], bounds[row + 1])
        ]
        yield document


def _milestone(judged: Judgements, kind: MilestoneKind, row: int) -> Document:
    milestone = judged.milestones[kind]
    option = int(milestone.rescission_option[row])
    return {
        "state": MilestoneState.at(int(milestone.state[row])).value,
        "agreed_on": _day(milestone.agreed_on[row]),
        "due_on": _day(milestone.due_on[row]),
        "done_on": _day(milestone.done_on[row]),
        "days": _count(milestone.late_days[row]),
        "damages_yuan": _yuan(milestone.damages, row),
        "rescission_option": None if option == NO_CODE else bool(option),
    }


def _idle(judged: Judgements, row: int) -> Document:
    idle = judged.idle
    return {
        "clock_from": _day(idle.clock_from[row]),
        "paused_days": _count(idle.paused_days[row]),
        "one_year_on": _day(idle.one_year_on[row]),
        "two_years_on": _day(idle.two_years_on[row]),
        "fee_yuan": _yuan(idle.fee, row),
    }


def _finding(
    judged: Judgements, law: LawBook, entry: int, contract: Document, language: str
) -> Document:
    findings = judged.findings
    code = FindingCode.at(int(findings.code[entry]))
    basis = law.findings[code]
    document: Document = {
        "code": code.value,
        "since_on": _day(findings.since_on[entry]),
        "days": _count(findings.days[entry]),
        "amount_yuan": _yuan(findings.amount, entry),
        "basis": [citation.text(language) for citation in basis.citations],
        "confidence": basis.confidence.value,
    }
    if findings.milestone[entry] != NO_CODE:
        document["milestone"] = MilestoneKind.at(int(findings.milestone[entry])).value
    if findings.bucket[entry] != NO_CODE:
        document["bucket"] = UnusedBucket.at(int(findings.bucket[entry])).value
    if findings.rescission[entry] != NO_CODE:
        document["rescission"] = bool(findings.rescission[entry])
    fields = _reason_fields(document, contract, language)
    document["reason"] = basis.reason[language].format(**fields)
    document["next_step"] = basis.next_step[language]
    return document


def _reason_fields(finding: Document, contract: Document, language: str) -> dict[str, Any]:
    milestone = contract["milestones"].get(finding.get("milestone"), {})
    bucket = finding.get("bucket")
    return {
        **contract["idle"],
        "due_on": milestone.get("due_on"),
        "since_on": finding["since_on"],
        "days": finding["days"],
        "bucket": UnusedBucket.of(bucket).label(language) if bucket else "",
        "rescission": _RESCISSION_OPEN[language][finding.get("rescission", False)],
    }


def _day(number: int) -> str | None:
    day = as_date(int(number))
    return None if day is None else day.isoformat()


def _count(number: int) -> int | None:
    return None if number == NO_COUNT else int(number)


def _yuan(amounts: Amounts, row: int) -> str | None:
    amount: Decimal | None = amounts.yuan(row)
    return None if amount is None else f"{amount:.2f}"
