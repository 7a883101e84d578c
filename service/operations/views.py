"""What maps and pages show, made from judgements and from the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.geometry.faults import polygonal
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import LedgerColumns, as_date, day_number
from geodata.model.entities import Claim, Overlap
from service.compliance.indicators.registers import Subject, Watched
from service.compliance.indicators.tally import counts_on, status_on
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.facts import cut_off
from service.compliance.rules.results import contract_results
from service.compliance.rules.spans import first_open, next_due
from service.maps.view import JudgedParcel, PlacedClaim
from service.wording import Wording

Shapes = npt.NDArray[np.object_]

_NAMES: Final = (
    *("project_name", "grantee", "supervision_no", "uscc"),
    *("town", "park", "land_use"),
)


def judged_parcels(
    columns: LedgerColumns,
    wording: Wording,
    as_of: date,
    geometry: Shapes | None = None,
    watched: Watched | None = None,
) -> Iterator[JudgedParcel]:
    """Every contract judged as of a date, in ledger order, with what its grantee is held by."""
    judged = evaluate(columns, wording.law, as_of)
    days = np.full(len(columns), day_number(as_of), dtype=np.int32)
    milestones = map((*MilestoneKind, None).__getitem__, first_open(judged).tolist())
    due_on = map(as_date, next_due(judged, cut_off(columns, days).pausing).tolist())
    results = contract_results(columns, judged)
    for row, (result, milestone, due) in enumerate(zip(results, milestones, due_on, strict=True)):
        names: dict[str, Any] = {name: columns.texts[name][row] or "" for name in _NAMES}
        yield JudgedParcel(
            result=result,
            wording=wording,
            **names,
            area_m2=columns.exact["area_m2"].fraction(row),
            milestone=milestone,
            due_on=due,
            holds=watched.holds(Subject(names["grantee"], names["uscc"])) if watched else (),
            geometry=geometry[row] if geometry is not None else None,
        )


def placed_claims(
    claims: Sequence[Claim],
    shapes: Sequence[BaseGeometry | None],
    overlaps: Sequence[Overlap],
    as_of: date,
) -> tuple[PlacedClaim, ...]:
    """The inefficient-land register as it stood on a day, each entry with those it overlaps."""
    outlines = {claim.claim_code: shape for claim, shape in zip(claims, shapes, strict=True)}
    partners: defaultdict[str, list[str]] = defaultdict(list)
    credited: defaultdict[str, list[str]] = defaultdict(list)
    for overlap in overlaps:
        partners[overlap.claim_code].append(overlap.other_code)
        partners[overlap.other_code].append(overlap.claim_code)
        credited[overlap.other_code].append(overlap.claim_code)
    return tuple(
        PlacedClaim(
            replace(
                claim, status=status, done_on=claim.done_on if counts_on(claim, as_of) else None
            ),
            overlaps_with=tuple(sorted(partners[claim.claim_code])),
            geometry=outlines[claim.claim_code],
            taken=_shared(outlines[claim.claim_code], [outlines[code] for code in others]),
            taken_by=tuple(sorted(others)),
        )
        for claim in claims
        if (status := status_on(claim, as_of)) is not None
        for others in (credited[claim.claim_code],)
    )


def _shared(
    shape: BaseGeometry | None, others: Sequence[BaseGeometry | None]
) -> BaseGeometry | None:
    """The part of an outline that others cover; None where there are no others."""
    if not others:
        return None
    (shared,) = polygonal(np.array([shapely.intersection(shape, shapely.union_all(others))]))
    return shared
