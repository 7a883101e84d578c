"""What the documents of a case say: facts of the contract, its judgement, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from geodata.model.case_documents import CaseDocument, DocumentService
from geodata.model.case_lists import CaseAction, CasePath, DocumentKind
from geodata.model.cases import Case, CaseStep
from geodata.model.columns import Cell
from geodata.model.law_lists import Disposal
from geodata.model.rows import row_cells
from geodata.store.engine import Connection
from geodata.store.queries.contracts import StoredContracts
from geodata.store.queries.evidence import evidence_of
from service.compliance.casework.amounts import yuan
from service.compliance.casework.next_acts import disposal_of
from service.compliance.casework.recovery import recovery
from service.compliance.casework.what_if import late_damages
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.results import ContractResult, FindingResult
from service.operations.case_checks import judged_on
from service.reports.official.facts import Amount, CaseFacts, Grant, Holder, Land, Office, Paper
from service.reports.official.wording import cited
from service.wording import Wording

_DECIDED: Final[Mapping[CaseAction, Disposal]] = {
    CaseAction.APPROVE_FEE: Disposal.FEE,
    CaseAction.APPROVE_RECOVERY: Disposal.RECOVERY,
    CaseAction.ANNOUNCE_RECOVERY: Disposal.RECOVERY,
    CaseAction.NEGOTIATE: Disposal.NEGOTIATED,
}


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case, and what a document of it rests on."""

    case: Case
    stored: StoredContracts
    steps: Sequence[CaseStep]
    documents: Sequence[CaseDocument]
    services: Mapping[UUID, Sequence[DocumentService]]


def case_facts(connection: Connection, law: LawBook, record: CaseRecord, on: date) -> CaseFacts:
    """The facts of a case on a day; what is not on record is left out, and stays a blank."""
    cells = {**row_cells(record.stored.columns, 0), **record.stored.extras[0]}
    result = judged_on(law, record.stored, on)
    found = [finding for finding in result.findings if finding.code is record.case.ground]
    wording, ground = Wording(law, "zh"), law.findings[record.case.ground]
    grantor = _text(cells, "grantor")
    return CaseFacts(
        office=Office(name=grantor),
        holder=Holder(name=_text(cells, "grantee"), credit_code=_text(cells, "uscc")),
        land=_land(cells),
        grant=_grant(cells, result),
        matters=tuple(wording.finding(one, result).reason for one in found),
        basis=cited(ground.citations, ground.confidence),
        evidence=tuple(
            f"{one.kind.zh}（{one.title}）"
            for one in evidence_of(connection, record.case.contract_id)
        ),
        papers=dict(_papers(record)),
        disposal=_disposal(record, result),
        amount=_amount(law, record, result, found, on),
    )


def _land(cells: Mapping[str, Cell]) -> Land:
    area = cells.get("area_m2")
    return Land(
        parcel_code=_text(cells, "parcel_code"),
        location=_text(cells, "location"),
        use=_text(cells, "land_use"),
        area_m2=area if isinstance(area, Fraction) else None,
    )


def _grant(cells: Mapping[str, Cell], result: ContractResult) -> Grant:
    premium = cells.get("premium_yuan")
    return Grant(
        contract_no=_text(cells, "contract_no"),
        supervision_no=_text(cells, "supervision_no"),
        signed_on=_day(cells, "signed_on"),
        premium_yuan=yuan(premium) if isinstance(premium, Fraction) else None,
        delivered_on=_day(cells, "delivered_on"),
        start_due_on=result.milestones[0].due_on,
        completion_due_on=result.milestones[1].due_on,
    )


def _papers(record: CaseRecord) -> Iterator[tuple[DocumentKind, Paper]]:
    """What was issued before, each kind as it was issued last."""
    for document in record.documents:
        if document.issue is not None:
            days = [one.counts_on for one in record.services[document.document_id] if one.counts_on]
            yield (
                document.kind,
                Paper(number=document.issue.number, served_on=min(days, default=None)),
            )


def _disposal(record: CaseRecord, result: ContractResult) -> Disposal | None:
    """What was approved, else what the suspicion would lead to; none under the contract."""
    if record.case.path in (CasePath.RESCISSION, CasePath.DAMAGES):
        return None
    decided = [_DECIDED[s.taken.action] for s in record.steps if s.taken.action in _DECIDED]
    return decided[-1] if decided else disposal_of(result.verdict)


def _amount(
    law: LawBook,
    record: CaseRecord,
    result: ContractResult,
    found: Sequence[FindingResult],
    on: date,
) -> Amount | None:
    """What is claimed: what is left of what was decided, else what the rules make of the facts."""
    owed = recovery(record.steps).open_yuan
    if owed is not None:
        return Amount(yuan=owed)
    known = late_damages(result) if record.case.path is CasePath.DAMAGES else None
    if record.case.path is CasePath.IDLE_LAND and result.idle:
        known = result.idle.fee_yuan
    if known is None:
        return None
    (explained,) = explanations(record.stored.columns, law, on)
    pairs = zip(result.findings, explained.findings, strict=True)
    steps = [step for one, why in pairs if one in found for step in explained.chain(why)]
    ground = law.findings[record.case.ground]
    return Amount(
        yuan=known,
        steps=tuple(f"{one.title('zh')}：{one.arithmetic}" for one in steps if one.arithmetic),
        basis=cited(ground.citations, ground.confidence),
    )


def _text(cells: Mapping[str, Cell], key: str) -> str:
    cell = cells.get(key)
    return cell if isinstance(cell, str) else ""


def _day(cells: Mapping[str, Cell], key: str) -> date | None:
    cell = cells.get(key)
    return cell if isinstance(cell, date) else None
