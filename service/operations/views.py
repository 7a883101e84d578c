"""What maps and pages show, made from judgements and from the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from geodata.model.columns import LedgerColumns
from geodata.model.entities import Claim, Overlap
from geodata.model.judgements import Judgements
from geodata.model.rows import row_cells
from service.compliance.indicators.tally import counts_on, status_on
from service.compliance.rules.results import contract_results
from service.maps.view import JudgedParcel, PlacedClaim
from service.wording import Wording, fact_text

Shapes = npt.NDArray[np.object_]


def judged_parcels(
    columns: LedgerColumns, judged: Judgements, wording: Wording, geometry: Shapes | None
) -> Iterator[JudgedParcel]:
    """One value per contract, in ledger order."""
    texts = columns.texts
    for row, result in enumerate(contract_results(columns, judged)):
        yield JudgedParcel(
            result=result,
            wording=wording,
            project_name=texts["project_name"][row] or "",
            grantee=texts["grantee"][row] or "",
            town=texts["town"][row] or "",
            park=texts["park"][row] or "",
            area_m2=columns.exact["area_m2"].fraction(row),
            geometry=geometry[row] if geometry is not None else None,
        )


def facts_of(columns: LedgerColumns, row: int) -> tuple[tuple[str, str], ...]:
    """Ledger column and its text for every fact of a contract that is known."""
    return tuple((key, fact_text(key, cell)) for key, cell in row_cells(columns, row).items())


def placed_claims(
    claims: Sequence[Claim],
    shapes: Sequence[BaseGeometry | None],
    overlaps: Sequence[Overlap],
    as_of: date,
) -> tuple[PlacedClaim, ...]:
    """The inefficient-land register as it stood on a day, each entry with those it overlaps."""
    partners: dict[str, list[str]] = {}
    for overlap in overlaps:
        partners.setdefault(overlap.claim_code, []).append(overlap.other_code)
        partners.setdefault(overlap.other_code, []).append(overlap.claim_code)
    return tuple(
        PlacedClaim(
            replace(
                claim, status=status, done_on=claim.done_on if counts_on(claim, as_of) else None
            ),
            overlaps_with=tuple(sorted(partners.get(claim.claim_code, ()))),
            geometry=shape,
        )
        for claim, shape in zip(claims, shapes, strict=True)
        if (status := status_on(claim, as_of)) is not None
    )
