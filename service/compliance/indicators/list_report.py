"""A list of land as of a day: who stands on it, by which conditions, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.content_lists import SupervisionField
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import ConditionState, LandList, ListCondition, ListState
from geodata.model.units import mu
from service.compliance.indicators.registers import Hold
from service.compliance.law.duties import Duty


@dataclass(frozen=True, slots=True)
class ListLine:
    """Land, or an enterprise, that stands on a list or may do so.

    Attributes
    ----------
    key
        The contract; None where an enterprise is listed.
    conditions
        How each condition stands.
    flags
        Fields of joint supervision with a record that is open on the day.
    holds
        What it is held by, since the bureau has entered it in a list.
    """

    key: ContractKey | None
    name: str
    uscc: str
    park: str
    town: str
    area_m2: Fraction | None
    conditions: Mapping[ListCondition, ConditionState]
    flags: tuple[SupervisionField, ...]
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class ListReport:
    """One list as of a day.

    Attributes
    ----------
    state, lines
        Who stands so.
    counts
        How many stand how.
    duty
        The bodies that answer for it; None where the book names none.
    """

    land_list: LandList
    as_of: date
    state: ListState
    lines: tuple[ListLine, ...]
    counts: Mapping[ListState, int]
    conditions: tuple[ListCondition, ...]
    duty: Duty | None

    @property
    def area_mu(self) -> Fraction:
        """Area of the lines, as far as it is known."""
        return sum((mu(each.area_m2) for each in self.lines if each.area_m2), Fraction(0))

    @property
    def unknown_area_count(self) -> int:
        """Lines without an area."""
        return sum(1 for each in self.lines if each.area_m2 is None)
