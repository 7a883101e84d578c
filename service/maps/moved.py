"""Contracts whose verdict or money moved between two judgements, as lists and maps show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shapely.geometry.base import BaseGeometry

from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.movements import Movement
from service.maps.view import Backdrop, Stake


@dataclass(frozen=True, slots=True, eq=False)
class MovedParcel:
    """One contract before and after.

    Attributes
    ----------
    area_m2
        Contract area; None = unknown.
    before, after
        Verdicts; None where the judgement does not hold the contract.
    stake_before, stake_after
        Money at stake in the three groups.
    geometry
        Outline in EPSG:4490; None = no outline is known.
    """

    key: ContractKey
    movement: Movement
    before: Verdict | None
    after: Verdict | None
    stake_before: Stake
    stake_after: Stake
    project_name: str = ""
    grantee: str = ""
    town: str = ""
    park: str = ""
    area_m2: Fraction | None = None
    geometry: BaseGeometry | None = None

    @property
    def title(self) -> str:
        """What people call it: project, else grantee, else contract number."""
        return self.project_name or self.grantee or self.key.contract_no

    @property
    def moved_yuan(self) -> Decimal | None:
        """By how much the money at stake grew; None where some of it is unknown."""
        if self.stake_before.missing_count or self.stake_after.missing_count:
            return None
        return self.stake_after.yuan - self.stake_before.yuan


@dataclass(frozen=True, slots=True, eq=False)
class MovementView:
    """Everything a map of movements shows.

    Attributes
    ----------
    title
        What is compared with what.
    """

    language: str
    district: str
    title: str
    as_of: date
    parcels: tuple[MovedParcel, ...]
    backdrop: Backdrop = field(default_factory=Backdrop)
