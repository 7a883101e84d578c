"""What would remove a shortfall: the figure that is needed, to the hundredth."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Final

from geodata.model.codelists import FindingCode
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import Case, Cells, Proposal

_HUNDREDTHS: Final = 100
_SHORTFALLS: Final = {
    FindingCode.SHORTFALL_INVESTMENT: ("investment_actual_yuan", "investment_agreed_yuan"),
    FindingCode.SHORTFALL_FAR: ("far_actual", "far_min"),
    FindingCode.EXCESS_FAR: ("far_actual", "far_max"),
    FindingCode.SHORTFALL_OUTPUT: ("output_actual", "output_agreed"),
    FindingCode.SHORTFALL_TAX: ("tax_actual", "tax_agreed"),
}


def shortfall(case: Case, code: FindingCode) -> Iterator[Proposal]:
    """The actual figure as agreed (GF-2008-2601 Arts. 34, 35)."""
    actual, agreed = _SHORTFALLS[code]
    kind = RemedyKind.LOWER if code is FindingCode.EXCESS_FAR else RemedyKind.REACH
    yield Proposal(kind, {actual: case.number(agreed)})


def used_not_full(case: Case, _code: FindingCode) -> Iterator[Proposal]:
    """So much more built that too little is left unbuilt, and the floor area ratio reached."""
    changes: dict[str, Fraction] = {}
    area, developed = case.number("area_m2"), case.number("developed_m2")
    if area is not None and developed is not None:
        share = case.legal("used_not_full.area_share")
        limit = max(area * (1 - share), area - case.legal("used_not_full.area_m2"))
        if developed <= limit:
            changes["developed_m2"] = _just_above(limit)
    least, actual = case.number("far_min"), case.number("far_actual")
    if least is not None and actual is not None and actual < least:
        changes["far_actual"] = least
    yield Proposal(RemedyKind.REACH, changes)


def ratio_figures(case: Case) -> Cells:
    """The figures of type 2 that are too low, as high as they must be (Art. 2, R1.4)."""
    area = "developable_m2" if case.number("developable_m2") is not None else "area_m2"
    arms = (
        ("developed_m2", area, "idle.developed_share"),
        ("invested_yuan", "investment_total_yuan", "idle.invested_share"),
    )
    changes: dict[str, Fraction] = {}
    for part, whole, number_id in arms:
        reached, base = case.number(part), case.number(whole)
        if reached is not None and base is not None and reached < base * case.legal(number_id):
            changes[part] = at_least(base * case.legal(number_id))
    return changes


def at_least(value: Fraction) -> Fraction:
    """The value, rounded up to the hundredth."""
    return Fraction(ceil(value * _HUNDREDTHS), _HUNDREDTHS)


def _just_above(value: Fraction) -> Fraction:
    return Fraction(floor(value * _HUNDREDTHS) + 1, _HUNDREDTHS)
