"""The documents of the ledger contract: dictionaries ready for JSON (`docs/ledger.md`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from service.compliance.law import LawBook
from service.compliance.rules.oddities import Oddity
from service.compliance.rules.results import (
    ContractResult,
    FindingResult,
    IdleResult,
    MilestoneResult,
    contract_results,
)
from service.wording import Wording

Document = dict[str, Any]


def contract_documents(
    columns: LedgerColumns, judged: Judgements, law: LawBook, language: str = "zh"
) -> Iterator[Document]:
    """One document per row, in row order."""
    wording = Wording(law, language)
    for contract in contract_results(columns, judged):
        yield contract_document(contract, wording)


def contract_document(contract: ContractResult, wording: Wording) -> Document:
    """The judgement of one contract."""
    key = contract.key
    return {
        "row": contract.row,
        "parcel_code": key.parcel_code or None,
        "contract_no": key.contract_no or None,
        "phase": key.phase or None,
        "verdict": contract.verdict.value,
        "milestones": {each.kind.value: _milestone(each) for each in contract.milestones},
        "idle": _idle(contract.idle),
        "findings": [_finding(each, contract, wording) for each in contract.findings],
        "next_change_on": _day(contract.next_change_on),
    }


def warning_document(oddity: Oddity, row: int, wording: Wording) -> Document:
    """What is odd in the row with a number."""
    return {
        "row": row,
        "columns": list(oddity.columns),
        "code": oddity.code.value,
        "reason": wording.warning(oddity),
    }


def _milestone(milestone: MilestoneResult) -> Document:
    return {
        "state": milestone.state.value,
        "agreed_on": _day(milestone.agreed_on),
        "due_on": _day(milestone.due_on),
        "done_on": _day(milestone.done_on),
        "days": milestone.late_days,
        "damages_yuan": _yuan(milestone.damages_yuan),
        "rescission_option": milestone.rescission_option,
    }


def _idle(idle: IdleResult | None) -> Document:
    if idle is None:
        return dict.fromkeys(IdleResult.__slots__)
    return {
        "clock_from": _day(idle.clock_from),
        "paused_days": idle.paused_days,
        "one_year_on": _day(idle.one_year_on),
        "two_years_on": _day(idle.two_years_on),
        "fee_yuan": _yuan(idle.fee_yuan),
    }


def _finding(finding: FindingResult, contract: ContractResult, wording: Wording) -> Document:
    words = wording.finding(finding, contract)
    document: Document = {
        "code": finding.code.value,
        "since_on": _day(finding.since_on),
        "days": finding.days,
        "amount_yuan": _yuan(finding.amount_yuan),
        "basis": list(words.basis),
        "confidence": words.confidence.value,
    }
    if finding.milestone:
        document["milestone"] = finding.milestone.value
    if finding.bucket:
        document["bucket"] = finding.bucket.value
    if finding.rescission is not None:
        document["rescission"] = finding.rescission
    document["reason"] = words.reason
    document["next_step"] = words.next_step
    return document


@cache
def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
