"""A contract judged otherwise: without any deduction, with claims granted, by another scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from geodata.model.codelists import DamagesScheme, MilestoneKind, PeriodStatus
from geodata.model.columns import Cell, LedgerColumns, from_rows
from geodata.model.rows import row_cells
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import ContractResult, contract_results

_DEDUCTED = ("government_periods", "delivery_agreed_on", "delivery_agreed_after")
"""What clocks stand still for: without an agreed day the land was not handed over late either."""


class Supposed(Enum):
    """What is supposed of government causes."""

    NOTHING_DEDUCTED = "nothing_deducted"
    CLAIMS_VERIFIED = "claims_verified"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the rules would make of a contract.

    Attributes
    ----------
    undeducted
        If no day of government cause were deducted.
    if_verified
        If the periods that are only claimed were verified; None where none is.
    damages_yuan
        Damages for late milestones by each scheme the contract has the figures for.
    """

    undeducted: ContractResult
    if_verified: ContractResult | None = None
    damages_yuan: Mapping[DamagesScheme, Decimal] = field(default_factory=dict)


def late_damages(result: ContractResult) -> Decimal | None:
    """Damages for late milestones in all; None where none is known."""
    known = [one.damages_yuan for one in result.milestones if one.damages_yuan is not None]
    return sum(known, Decimal(0)) if known else None


def what_ifs(columns: LedgerColumns, law: LawBook, as_of: date) -> list[WhatIf]:
    """What the rules would make of each row, in row order; all of it is judged together."""
    trials = [
        (row, supposed, cells)
        for row in range(len(columns))
        for supposed, cells in _trials(row_cells(columns, row))
    ]
    changed = from_rows([cells for _row, _supposed, cells in trials])
    results = contract_results(changed, evaluate(changed, law, as_of))
    found: list[dict[Supposed | DamagesScheme, ContractResult]] = [{} for _ in range(len(columns))]
    for (row, supposed, _cells), result in zip(trials, results, strict=True):
        found[row][supposed] = result
    return [_what_if(one) for one in found]


def _what_if(found: Mapping[Supposed | DamagesScheme, ContractResult]) -> WhatIf:
    damages = {
        scheme: owed
        for scheme in DamagesScheme
        if scheme in found and (owed := late_damages(found[scheme])) is not None
    }
    return WhatIf(found[Supposed.NOTHING_DEDUCTED], found.get(Supposed.CLAIMS_VERIFIED), damages)


def _trials(
    cells: dict[str, Cell],
) -> Iterator[tuple[Supposed | DamagesScheme, dict[str, Cell]]]:
    kept = {key: cell for key, cell in cells.items() if key not in _DEDUCTED}
    yield Supposed.NOTHING_DEDUCTED, kept
    periods = cells.get("government_periods")
    if isinstance(periods, list):
        granted = [_granted(period) for period in periods]
        if granted != periods:
            yield Supposed.CLAIMS_VERIFIED, {**cells, "government_periods": granted}
    for scheme in DamagesScheme:
        if scheme.position == cells.get("damages_scheme") or _has_figures(scheme, cells):
            yield scheme, {**cells, "damages_scheme": scheme.position}


def _has_figures(scheme: DamagesScheme, cells: dict[str, Cell]) -> bool:
    """Whether the contract states what a scheme counts with."""
    daily = any(f"{kind.value}_permille" in cells for kind in MilestoneKind)
    tiers = "bond_yuan" in cells and "bond_split" in cells
    return {DamagesScheme.DAILY_PERMILLE: daily, DamagesScheme.BOND_TIER: tiers}.get(
        scheme, daily and tiers
    )


def _granted(period: tuple[object, ...]) -> tuple[object, ...]:
    *rest, status = period
    return (
        (*rest, PeriodStatus.VERIFIED.position)
        if status == PeriodStatus.CLAIMED.position
        else period
    )
