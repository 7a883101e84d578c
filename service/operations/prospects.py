"""What the site tells of the way ahead: forecast, plan, growth, and which figure is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final

from geodata.model.contract_key import ContractKey
from geodata.model.entities import FigureChoice
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Engine
from geodata.store.queries.idle_claims import contracts_of_claims
from geodata.store.queries.imports import last_import_at
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.indicators.conflicts import Conflict
from service.compliance.indicators.development import Development
from service.compliance.indicators.outlooks import ForecastReport
from service.compliance.indicators.scenario import PlanReport
from service.compliance.law import LawBook
from service.operations.choosing import choices_in_force, choices_made, choose_figure, decided
from service.operations.developing import development_report
from service.operations.forecasting import forecast_report
from service.operations.keeping import Kept
from service.operations.planning import plan_report

_PATIENCE_S: Final = 2.0
"""How long a page waits for the cheapest plan, and as long again for why there is none."""


@dataclass(slots=True)
class Prospects:
    """Answers of the database, each kept until the register changes."""

    engine: Engine
    law: LawBook
    clock: Clock
    _forecasts: Kept[ForecastReport] = field(default_factory=partial(Kept, 16))
    _plans: Kept[PlanReport] = field(default_factory=partial(Kept, 64))

    def forecast(
        self,
        actor: Actor,
        as_of: date,
        known_at: datetime | None = None,
        until_year: int | None = None,
    ) -> ForecastReport:
        """How likely the targets are."""
        actor.require(Permission.TOTALS)
        scope = Scope.of(actor)

        def make() -> ForecastReport:
            asked = self.engine, self.law, as_of, known_at
            return forecast_report(*asked, until_year=until_year, scope=scope)

        question = (self._revision(scope), scope, as_of, known_at, until_year)
        return self._forecasts.answer(question, make)

    def plan(
        self,
        actor: Actor,
        as_of: date,
        fields: Mapping[str, str],
        known_at: datetime | None = None,
    ) -> PlanReport:
        """Which entries to take up.

        Raises
        ------
        UsageError
            When a field cannot be read, or time is up before any plan is found.
        """
        actor.require(Permission.TOTALS)
        scope = Scope.of(actor)

        def make() -> PlanReport:
            asked = self.engine, self.law, as_of, fields, known_at
            return plan_report(*asked, scope=scope, seconds=_PATIENCE_S)

        asked = tuple(sorted(fields.items()))
        return self._plans.answer((self._revision(scope), scope, as_of, known_at, asked), make)

    def development(
        self, actor: Actor, as_of: date, known_at: datetime | None = None
    ) -> Development:
        """Growth and counts of enterprises."""
        actor.require(Permission.TOTALS)
        scope = Scope.of(actor)
        return development_report(self.engine, self.law, as_of, known_at, scope=scope)

    def contracts_of_entries(self, actor: Actor) -> dict[str, ContractKey]:
        """The contract on most of the land of each entry, for who may look at contracts."""
        if not actor.may(Permission.VIEW):
            return {}
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            return contracts_of_claims(connection)

    def disagreements(self, actor: Actor, known_at: datetime | None = None) -> tuple[Conflict, ...]:
        """Where the papers disagree, with the figures chosen."""
        actor.require(Permission.TOTALS)
        with unit_of_work(self.engine) as connection:
            return decided(self.law, choices_in_force(connection, self.law, known_at))

    def choices(self, actor: Actor) -> tuple[FigureChoice, ...]:
        """Which figures were chosen to be shown first, the newest choice first."""
        actor.require(Permission.TOTALS)
        return choices_made(self.engine)

    def choose(self, actor: Actor, conflict_id: str, quantity_id: str, reason: str) -> None:
        """Let a figure be shown first.

        Raises
        ------
        UsageError
            When there is no such figure, or no reason.
        """
        choose_figure(self.engine, self.law, actor, conflict_id, quantity_id, reason, self.clock)

    def _revision(self, scope: Scope) -> datetime | None:
        with unit_of_work(self.engine, scope) as connection:
            return last_import_at(connection, "claims")
