"""What maps and pages show, made from judgements: the documents of a check as typed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from geodata.model.attributes import BY_KEY
from geodata.model.cells import CellError, write_cell
from geodata.model.codelists import (
    Confidence,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import Cell, LedgerColumns
from geodata.model.entities import Claim, Overlap
from geodata.model.judgements import Judgements
from geodata.model.rows import row_cells
from geodata.model.units import mu
from service.compliance.indicators.tally import Tally, counts_on, status_on
from service.maps.view import (
    ClaimView,
    ContractKey,
    FindingView,
    IdleView,
    JudgedParcel,
    MilestoneView,
    OverlapView,
    TallyLine,
    TallyView,
)
from service.reports.content import Document

Shapes = npt.NDArray[np.object_]


def judged_parcels(
    columns: LedgerColumns,
    judged: Judgements,
    documents: Sequence[Document],
    geometry: Shapes | None,
) -> Iterator[JudgedParcel]:
    """One value per contract, in ledger order."""
    members = {group: judged.group(group) for group in Group}
    texts = columns.texts
    for row, document in enumerate(documents):
        findings = tuple(_finding(item) for item in document["findings"])
        yield JudgedParcel(
            key=contract_key(columns, row),
            verdict=Verdict.of(document["verdict"]),
            project_name=texts["project_name"][row] or "",
            grantee=texts["grantee"][row] or "",
            town=texts["town"][row] or "",
            park=texts["park"][row] or "",
            area_m2=columns.exact["area_m2"].fraction(row),
            groups=frozenset(group for group, member in members.items() if member[row]),
            bucket=_bucket(document["findings"]),
            milestones=tuple(
                _milestone(kind, document["milestones"][kind.value]) for kind in MilestoneKind
            ),
            idle=_idle(document["idle"]),
            findings=findings,
            geometry=geometry[row] if geometry is not None else None,
        )


def contract_key(columns: LedgerColumns, row: int) -> ContractKey:
    """What identifies a row."""
    parts = (columns.texts[key][row] or "" for key in ("contract_no", "phase", "parcel_code"))
    return ContractKey(*parts)


def facts_of(columns: LedgerColumns, row: int) -> tuple[tuple[str, str], ...]:
    """Ledger column and its text for every fact of a contract that is known."""
    return tuple((key, _text(key, cell)) for key, cell in row_cells(columns, row).items())


def _text(key: str, cell: Cell) -> str:
    try:
        return write_cell(BY_KEY[key], cell)
    except CellError:
        return str(cell)  # an area in mu has no finite decimal form in m²: shown as a fraction


def claim_views(
    claims: Sequence[Claim],
    shapes: Sequence[BaseGeometry | None],
    overlaps: Sequence[Overlap],
    as_of: date,
) -> tuple[ClaimView, ...]:
    """The inefficient-land register as it stood on a day, each entry with those it overlaps."""
    partners: dict[str, list[str]] = {}
    for overlap in overlaps:
        partners.setdefault(overlap.claim_code, []).append(overlap.other_code)
        partners.setdefault(overlap.other_code, []).append(overlap.claim_code)
    return tuple(
        ClaimView(
            claim_code=claim.claim_code,
            kind=claim.kind,
            status=status,
            area_m2=claim.area_m2,
            town=claim.town,
            park=claim.park,
            done_on=claim.done_on if counts_on(claim, as_of) else None,
            overlaps_with=tuple(sorted(partners.get(claim.claim_code, ()))),
            geometry=shape,
        )
        for claim, shape in zip(claims, shapes, strict=True)
        if (status := status_on(claim, as_of)) is not None
    )


def tally_view(tally: Tally) -> TallyView:
    """The tally as values."""
    return TallyView(
        lines=tuple(
            TallyLine(
                kind=line.kind,
                target_mu=line.target.target_mu if line.target else None,
                done_mu=line.done_mu,
                in_progress_mu=line.in_progress_mu,
                planned_mu=line.planned_mu,
                share=line.share,
            )
            for line in tally.lines
        ),
        overlaps=tuple(
            OverlapView(o.claim_code, o.other_code, mu(o.area_m2)) for o in tally.overlaps
        ),
    )


def _milestone(kind: MilestoneKind, document: Document) -> MilestoneView:
    return MilestoneView(
        kind=kind,
        state=MilestoneState.of(document["state"]),
        agreed_on=_day(document["agreed_on"]),
        due_on=_day(document["due_on"]),
        done_on=_day(document["done_on"]),
        late_days=document["days"],
        damages_yuan=_yuan(document["damages_yuan"]),
    )


def _idle(document: Mapping[str, str | None]) -> IdleView | None:
    days = [_day(document[key]) for key in ("clock_from", "one_year_on", "two_years_on")]
    clock_from, one_year_on, two_years_on = days
    if clock_from is None or one_year_on is None or two_years_on is None:
        return None
    return IdleView(clock_from, one_year_on, two_years_on, _yuan(document["fee_yuan"]))


def _finding(document: Document) -> FindingView:
    milestone = document.get("milestone")
    return FindingView(
        code=FindingCode.of(document["code"]),
        since_on=_day(document["since_on"]),
        days=document["days"],
        amount_yuan=_yuan(document["amount_yuan"]),
        reason=document["reason"],
        basis=tuple(document["basis"]),
        confidence=Confidence.of(document["confidence"]),
        next_step=document["next_step"],
        milestone=MilestoneKind.of(milestone) if milestone else None,
    )


def _bucket(findings: Sequence[Document]) -> UnusedBucket | None:
    codes = [finding["bucket"] for finding in findings if "bucket" in finding]
    return UnusedBucket.of(codes[0]) if codes else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _yuan(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
