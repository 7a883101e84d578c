"""Where a district stands on a day, gathered for the reports on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from geodata.model.roles import Actor
from service.compliance.indicators.report import TallyReport
from service.maps.overview import Overview
from service.operations.prospects import Prospects
from service.reports.standing import DistrictStanding


class Readings(Protocol):
    """Who answers for contracts and entries."""

    def district(self, language: str) -> str:
        """Name of the district."""
        ...

    def overview(
        self, actor: Actor, as_of: date, language: str, known_at: datetime | None = None
    ) -> Overview:
        """Totals of the contracts."""
        ...

    def targets(self, actor: Actor, as_of: date, known_at: datetime | None = None) -> TallyReport:
        """The tally in full."""
        ...


def district_standing(
    readings: Readings,
    prospects: Prospects,
    actor: Actor,
    as_of: date,
    language: str,
    known_at: datetime | None = None,
) -> DistrictStanding:
    """Contracts, inefficient land, its way ahead and the enterprises, of what an actor sees."""
    return DistrictStanding(
        language=language,
        district=readings.district(language),
        overview=readings.overview(actor, as_of, language, known_at),
        tally=readings.targets(actor, as_of, known_at),
        forecast=prospects.forecast(actor, as_of, known_at),
        development=prospects.development(actor, as_of, known_at),
    )
