"""The days of a patrol: whom it visits, why, in which order, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shapely.geometry.base import BaseGeometry

from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.imagery_lists import ImageryNote
from geodata.model.scenes import ParcelChange
from service.maps.places import Place


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A parcel that is visited, with the reasons.

    Attributes
    ----------
    key, title
        The most urgent contract on the parcel, and its project.
    urgency
        Of `service.compliance.casework.patrol_plan`.
    note, change
        What imagery holds against what is reported, and the numbers of the two scenes.
    stake_yuan
        Money at stake that is known.
    seen_on
        Last day on which somebody looked; None = nobody did.
    outline
        Of the parcel in EPSG:4490.
    at
        Where to go.
    leg_m
        Metres from the visit before, as the crow flies.
    """

    key: ContractKey
    title: str
    verdict: Verdict
    urgency: float
    note: ImageryNote | None
    change: ParcelChange | None
    stake_yuan: Decimal
    seen_on: date | None
    outline: BaseGeometry
    at: Place
    leg_m: float


@dataclass(frozen=True, slots=True, eq=False)
class PatrolDay:
    """The visits of one day, in their order, all in one park."""

    park: str
    visits: tuple[Visit, ...]

    @property
    def length_m(self) -> float:
        """Metres from the first visit to the last, as the crow flies."""
        return sum(visit.leg_m for visit in self.visits)


@dataclass(frozen=True, slots=True, eq=False)
class PatrolPlan:
    """The days of a patrol, the most urgent first.

    Attributes
    ----------
    per_day
        Visits a day has time for.
    wanting_count
        Parcels that ask for a visit, planned or not.
    unplaced_count
        Contracts that ask for one and have no outline: nobody can be sent there.
    """

    as_of: date
    per_day: int
    days: tuple[PatrolDay, ...]
    wanting_count: int
    unplaced_count: int

    @property
    def visit_count(self) -> int:
        """Parcels that are visited."""
        return sum(len(day.visits) for day in self.days)
