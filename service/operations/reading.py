"""What the site reads: lists and totals from the cards, whatever they do not tell by judging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final

from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from geodata.model.entries import EntryState
from geodata.model.roles import Actor, Permission
from geodata.model.selection import Order, Selection
from geodata.store.engine import Engine
from geodata.store.queries.backdrop import BACKDROP_KIND
from geodata.store.queries.claims import read_claims
from geodata.store.queries.entries import list_entries
from geodata.store.queries.imports import last_import_at
from geodata.store.queries.map_page import district_name, district_outline, place_outlines
from geodata.store.queries.views import SavedView
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.report import TallyReport
from service.compliance.indicators.tally import Tally
from service.compliance.law import LawBook
from service.maps.overview import Overview, overview
from service.maps.selection import ContractPage, arranged, select
from service.maps.small_map import Ground, PlaceOutline
from service.maps.view import MapView
from service.notices.reminders import Reminder, in_order
from service.operations.browsing import CardReading, Sheets, usable_cards
from service.operations.database import require_schema
from service.operations.dossier import Dossier, dossier
from service.operations.exporting import Listed, listed
from service.operations.keeping import Kept
from service.operations.land import tally_claims
from service.operations.mapping import map_of_database
from service.operations.reminding import near, near_among, near_in_cases
from service.operations.runs import RunReport, compare_runs, recent_runs, run_report
from service.operations.saved_views import forget_view, keep_view, views_of
from service.operations.tallying import tally_report
from service.operations.upkeep import Upkeep, upkeep
from service.reports.comparison import ComparisonContent

_WAITING: Final = 100
"""Entries that wait are counted so far."""
_KINDS: Final = ("ledger", "parcels", "government_periods", "claims", "district")


@dataclass(slots=True)
class DatabaseReadings:
    """Answers the pages' questions from the database, as far as an actor may see it.

    Lists and totals come from the cards as they were last brought up to date. Where these do not
    tell of a day, or of what was known at an instant, the whole district is judged.
    """

    engine: Engine
    law: LawBook
    _sheets: Sheets = field(default_factory=Sheets.none)
    _views: Kept[MapView] = field(default_factory=partial(Kept, 4))
    _tallies: Kept[Tally] = field(default_factory=partial(Kept, 16))
    _grounds: Kept[Ground] = field(default_factory=partial(Kept, 1))

    def overview(
        self, actor: Actor, as_of: date, language: str, known_at: datetime | None = None
    ) -> Overview:
        """Totals of the day."""
        actor.require(Permission.TOTALS)
        with self._cards(actor, as_of, language, known_at) as cards:
            if cards:
                return cards.overview(self._tally(cards))
        view = self._view(actor, as_of, language, known_at)
        return overview(view.parcels, as_of, view.tally)

    def ground(self, actor: Actor) -> Ground:
        """The district, its parks and its towns in simple outlines, whoever looks after them."""
        actor.require(Permission.TOTALS)
        with unit_of_work(self.engine) as connection:
            imported_at = last_import_at(connection, BACKDROP_KIND)

            def read() -> Ground:
                places = [PlaceOutline(*row) for row in place_outlines(connection)]
                return Ground(places, district_outline(connection))

            return self._grounds.answer(imported_at, read)

    def targets(self, actor: Actor, as_of: date, known_at: datetime | None = None) -> TallyReport:
        """The inefficient-land tally in full."""
        actor.require(Permission.TOTALS)
        scope = Scope.of(actor)
        return tally_report(self.engine, self.law, as_of, known_at, scope=scope)

    def contracts(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        page: int,
        known_at: datetime | None = None,
    ) -> ContractPage:
        """One page of the contracts that pass the filters."""
        actor.require(Permission.VIEW)
        with self._cards(actor, as_of, language, known_at) as cards:
            if cards:
                return cards.page(selection, order, page)
        parcels = self._view(actor, as_of, language, known_at).parcels
        return select(parcels, selection, as_of, order, page)

    def listed(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        known_at: datetime | None = None,
        *,
        with_outlines: bool = False,
    ) -> Listed:
        """All contracts that pass the filters, for a file."""
        actor.require(Permission.EXPORT)
        with self._cards(actor, as_of, language, known_at) as cards:
            if cards:
                contracts = cards.ordered(selection, order)
                return listed(self.engine, cards, contracts, with_outlines=with_outlines)
        parcels = self._view(actor, as_of, language, known_at).parcels
        return Listed.of(arranged(parcels, selection, as_of, order))

    def dossier(
        self,
        actor: Actor,
        key: ContractKey,
        as_of: date,
        language: str,
        known_at: datetime | None = None,
    ) -> Dossier:
        """Everything about one contract, also under a key it had before.

        Raises
        ------
        NothingFoundError
            When there is no such contract.
        """
        actor.require(Permission.VIEW)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            cards = usable_cards(connection, self.law, as_of)
            moment = known_at or (cards.known_at if cards else None)
            asked = (connection, self.law, key, as_of, language)
            return dossier(*asked, moment, asked_at=known_at)

    def reminders(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        reach_days: int,
        known_at: datetime | None = None,
    ) -> tuple[Reminder, ...]:
        """What falls due within some days, and what is new since as many, the nearest first.

        Of cases, which are no facts about land, as they stand by now.
        """
        actor.require(Permission.VIEW)
        with self._cards(actor, as_of, language, known_at) as cards:
            found = near(cards, reach_days) if cards else None
        if found is None:
            parcels = self._view(actor, as_of, language, known_at).parcels
            found = near_among(parcels, as_of, reach_days)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            due = near_in_cases(connection, self.law, as_of, reach_days)
        return in_order([*found, *due])

    def views(self, actor: Actor) -> list[SavedView]:
        """The lists the account keeps, by title."""
        return views_of(self.engine, actor)

    def keep_view(self, actor: Actor, title: str, query: str) -> None:
        """Keep a list under a title; one of the same title is replaced."""
        keep_view(self.engine, actor, title, query)

    def forget_view(self, actor: Actor, view_id: int) -> None:
        """Forget a list of the account."""
        forget_view(self.engine, actor, view_id)

    def waiting_count(self, actor: Actor) -> int:
        """Entries that wait for a second person."""
        actor.require(Permission.VIEW)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            return len(list_entries(connection, [EntryState.WAITING], _WAITING))

    def upkeep(self, actor: Actor) -> Upkeep:
        """Accounts and tasks, counted, for an administrator."""
        return upkeep(self.engine, actor)

    def runs(self, actor: Actor, limit: int) -> list[AuditRun]:
        """The audits kept, newest first, at most `limit`."""
        actor.require(Permission.RUNS)
        return recent_runs(self.engine, limit, Scope.of(actor))

    def run(self, actor: Actor, run_id: int, language: str) -> RunReport:
        """One audit with its totals, and what moved since the one before.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
        actor.require(Permission.RUNS)
        scope = Scope.of(actor)
        return run_report(self.engine, run_id, self.law, language, scope)

    def difference(self, actor: Actor, before: int, after: int, language: str) -> ComparisonContent:
        """What moved from one run to another.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
        actor.require(Permission.RUNS)
        scope = Scope.of(actor)
        return compare_runs(self.engine, before, after, language, scope)

    def district(self, language: str) -> str:
        """What the land calls itself, else the district of the law book."""
        with unit_of_work(self.engine) as connection:
            return district_name(connection) or self.law.title(language)

    def check_health(self) -> None:
        """Return when the database answers and has the schema this version needs."""
        require_schema(self.engine)

    @contextmanager
    def _cards(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        known_at: datetime | None = None,
    ) -> Iterator[CardReading | None]:
        """The cards of a day; None where they do not tell of it."""
        scope = Scope.of(actor)
        with unit_of_work(self.engine, scope) as connection:
            state = None if known_at else usable_cards(connection, self.law, as_of)
            yield (
                CardReading(connection, state, scope, self.law, as_of, language, self._sheets)
                if state
                else None
            )

    def _view(self, actor: Actor, as_of: date, language: str, known_at: datetime | None) -> MapView:
        """The whole district judged, kept until something is imported."""
        scope = Scope.of(actor)
        with unit_of_work(self.engine, scope) as connection:
            imports = tuple(last_import_at(connection, kind) for kind in _KINDS)

        def make() -> MapView:
            return map_of_database(
                self.engine, self.law, as_of, language, scope=scope, known_at=known_at
            )

        return self._views.answer((imports, scope, as_of, language, known_at), make)

    def _tally(self, cards: CardReading) -> Tally:
        def make() -> Tally:
            claims, shapes = read_claims(cards.connection)
            return tally_claims(claims, shapes, self.law, cards.as_of)

        imported_at = last_import_at(cards.connection, "claims")
        return self._tallies.answer((imported_at, cards.scope, cards.as_of), make)
