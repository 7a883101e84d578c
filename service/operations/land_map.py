"""The map of the database: its page, tiles, cards and counts, of the land an actor sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import numpy as np

from geodata.errors import NothingFoundError
from geodata.model.card_counts import CardCount, MonthlyChanges
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection, Engine
from geodata.store.queries.backdrop import BACKDROP_KIND
from geodata.store.queries.browse import Hit, read_hits
from geodata.store.queries.cards import CardState, read_card_state
from geodata.store.queries.cells import are_counted, card_counts, count_cells
from geodata.store.queries.claims import read_claims
from geodata.store.queries.collection_sources import Credit
from geodata.store.queries.collection_sources import Revision as PublishedRevision
from geodata.store.queries.collections import read_revision
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.imports import last_import_at
from geodata.store.queries.map_page import (
    Bounds,
    card_place,
    district_bounds,
    district_name,
    monthly_changes,
    parcel_bounds,
    park_names,
    water_names,
)
from geodata.store.queries.scenes import list_scenes
from geodata.store.queries.search import search
from geodata.store.queries.tiles import ground_tile, parcel_tile
from geodata.store.scope import EVERYTHING, Scope
from geodata.store.session import unit_of_work
from geodata.tiles.catalogue import CELLS, FORMAT, Layer, details
from geodata.tiles.matrix import TileAddress
from service.clock import Clock
from service.compliance.indicators.tally import Tally
from service.compliance.law import LawBook
from service.maps.frame import MapFrame, Name, ShownScene
from service.maps.places import SHANGHAI
from service.maps.view import JudgedParcel, MapView, PlacedClaim
from service.operations.browsing import tells_of
from service.operations.keeping import Kept
from service.operations.land import Register, tally_claims
from service.operations.mapping import map_of_database
from service.operations.rolls import watched
from service.operations.views import judged_parcels, placed_claims
from service.wording import Wording

KEPT_FOR: Final = timedelta(seconds=5)
"""So long it is not asked again whether the land has changed."""
_HITS: Final = 8
_LAST_NUMBER: Final = np.iinfo(np.int64).max
_Register = tuple[Tally, tuple[PlacedClaim, ...]]


@dataclass(frozen=True, slots=True)
class Revision:
    """What the map is made from.

    Attributes
    ----------
    cards
        None before there are any.
    ground_at
        Instant of the last import of what lies around the parcels.
    published
        What the collections for other programs depend on.
    """

    cards: CardState | None
    ground_at: datetime | None
    published: PublishedRevision


@dataclass(slots=True)
class LandMap:
    """Answers what a map asks of the database."""

    engine: Engine
    law: LawBook
    clock: Clock
    _revision: tuple[datetime, Revision] | None = None
    _changes: Kept[MonthlyChanges | None] = field(default_factory=partial(Kept, 64))
    _registers: Kept[_Register] = field(default_factory=partial(Kept, 16))
    _credits: Kept[Sequence[Credit]] = field(default_factory=partial(Kept, 16))

    def tells_of(self, as_of: date) -> bool:
        """Whether the map can show a day."""
        cards = self._latest().cards
        return cards is not None and tells_of(cards, self.law, as_of)

    def published(self) -> PublishedRevision:
        """What the collections for other programs depend on, at most `KEPT_FOR` old."""
        return self._latest().published

    def version(self, actor: Actor, layer: Layer, as_of: date) -> str:
        """What a tile of the layer depends on: it is another one when this is.

        Costs no query more often than every `KEPT_FOR`.
        """
        scope = _scope(actor)
        if layer is Layer.GROUND:
            ground_at = self._latest().ground_at
            return f"{FORMAT}-{ground_at.timestamp() if ground_at else 0}"
        return f"{FORMAT}-{self._cards(as_of).revision}-{as_of:%Y%m%d}-{scope.mark}"

    def tile(self, actor: Actor, layer: Layer, tile: TileAddress, as_of: date) -> bytes:
        """One vector tile, not compressed."""
        scope = _scope(actor)
        if layer is Layer.GROUND:
            with unit_of_work(self.engine, scope) as connection:
                return ground_tile(connection, tile)
        revision = self._cards(as_of).revision
        if details(layer, tile.zoom) == (CELLS,):
            self._count(as_of, revision)
        with unit_of_work(self.engine, scope) as connection:
            return parcel_tile(connection, tile, as_of, revision)

    def counts(self, actor: Actor, as_of: date) -> list[CardCount]:
        """How many contracts stand how on a day."""
        scope, revision = _scope(actor), self._cards(as_of).revision
        self._count(as_of, revision)
        with unit_of_work(self.engine, scope) as connection:
            return card_counts(connection, as_of, revision)

    def changes(self, actor: Actor, as_of: date) -> MonthlyChanges | None:
        """Changes of verdicts month by month; None before the first contract."""
        scope, revision = _scope(actor), self._cards(as_of).revision

        def make() -> MonthlyChanges | None:
            with unit_of_work(self.engine, scope) as connection:
                return monthly_changes(connection)

        return self._changes.answer((revision, scope), make)

    def frame(
        self, actor: Actor, as_of: date, language: str, parks: Sequence[str] = ()
    ) -> MapFrame:
        """What the page is made of; some parks can be what is shown first."""
        counts = self.counts(actor, as_of)
        with unit_of_work(self.engine, _scope(actor)) as connection:
            tally, claims = self._register(connection, _scope(actor), as_of)
            named, waters = park_names(connection), water_names(connection)
            bounds, name = _shown_first(connection, actor, parks), district_name(connection)
            scenes = list_scenes(connection)
        return MapFrame(
            as_of=as_of,
            last_on=self._cards(as_of).until_on,
            language=language,
            district=name or self.law.title(language),
            bounds=bounds,
            counts=counts,
            tally=tally,
            claims=claims,
            park_names=[
                Name(zh if language == "zh" else en, (lon, lat), zh) for zh, en, lon, lat in named
            ],
            water_names=[Name(water, (lon, lat)) for water, lon, lat in waters],
            scenes=[ShownScene(one.scene_id, f"{one.taken_on} {one.name}") for one in scenes],
        )

    def view(
        self, actor: Actor, as_of: date, language: str, known_at: datetime | None = None
    ) -> MapView:
        """The whole land judged: for what the cards do not tell of."""
        scope = _scope(actor)
        return map_of_database(
            self.engine,
            self.law,
            as_of,
            language,
            scope=scope,
            known_at=known_at,
            through_time=True,
        )

    def card(self, actor: Actor, contract_id: int, as_of: date, language: str) -> JudgedParcel:
        """One contract judged as of a day.

        Raises
        ------
        NothingFoundError
            When the actor sees no such contract.
        """
        asked = np.array([min(contract_id, _LAST_NUMBER)], dtype=np.int64)
        with unit_of_work(self.engine, _scope(actor)) as connection:
            stored = read_contracts(connection, as_of=as_of, contract_ids=asked)
            held = watched(connection, self.law, as_of)
        if not len(stored.contract_id):
            raise NothingFoundError(
                "There is no contract with the number {number} on the map.",
                "Reload the map: its contracts have changed meanwhile.",
                number=contract_id,
            )
        wording = Wording(self.law, language)
        return next(judged_parcels(stored.columns, wording, as_of, watched=held))

    def hits(self, actor: Actor, as_of: date, text: str) -> list[Hit]:
        """The contracts that fit a text best."""
        self._cards(as_of)
        with unit_of_work(self.engine, _scope(actor)) as connection:
            found = search(connection, text)
            return read_hits(connection, as_of, found, _HITS) if found else []

    def credits(self, actor: Actor, as_of: date) -> Sequence[Credit]:
        """What the entries of the inefficient-land register an actor sees are credited with."""
        scope = _scope(actor)
        with unit_of_work(self.engine, scope) as connection:

            def make() -> Sequence[Credit]:
                return Register.of(*read_claims(connection)).credits(as_of)

            return self._credits.answer((last_import_at(connection, "claims"), scope, as_of), make)

    def place(self, actor: Actor, key: ContractKey) -> tuple[int, Bounds]:
        """Number of a contract on the map, and where it lies.

        Raises
        ------
        NothingFoundError
            When the actor sees no such contract, or no outline of it is known.
        """
        with unit_of_work(self.engine, _scope(actor)) as connection:
            found = card_place(connection, key)
        if found is None:
            raise NothingFoundError(
                "The contract {contract_no} has no outline on the map.",
                "Look for it in the list of contracts.",
                contract_no=key.contract_no,
            )
        return found

    def _latest(self) -> Revision:
        now = self.clock()
        if self._revision is None or now >= self._revision[0] + KEPT_FOR:
            with unit_of_work(self.engine, EVERYTHING) as connection:
                ground_at = last_import_at(connection, BACKDROP_KIND)
                cards, published = read_card_state(connection), read_revision(connection)
                self._revision = now, Revision(cards, ground_at, published)
        return self._revision[1]

    def _cards(self, as_of: date) -> CardState:
        cards = self._latest().cards
        if cards is None or not tells_of(cards, self.law, as_of):
            raise NothingFoundError(
                "The map does not tell of {day}.",
                "Choose another day, or have the daily audit run first.",
                day=as_of,
            )
        return cards

    def _count(self, as_of: date, revision: int) -> None:
        with unit_of_work(self.engine, EVERYTHING) as connection:
            if not are_counted(connection, as_of, revision):
                count_cells(connection, as_of, revision)

    def _register(self, connection: Connection, scope: Scope, as_of: date) -> _Register:
        """The inefficient-land register as it stood on a day."""

        def make() -> _Register:
            claims, shapes = read_claims(connection)
            tally = tally_claims(claims, shapes, self.law, as_of)
            return tally, placed_claims(claims, shapes.to_numpy(), tally.overlaps, as_of)

        return self._registers.answer((last_import_at(connection, "claims"), scope, as_of), make)


def _scope(actor: Actor) -> Scope:
    actor.require(Permission.VIEW)
    return Scope.of(actor)


def _shown_first(connection: Connection, actor: Actor, parks: Sequence[str]) -> Bounds:
    """The parks asked for; the district for who sees all of it, else the parcels."""
    found = parcel_bounds(connection, parks) if parks else None
    if found is None and actor.sees_all:
        found = district_bounds(connection)
    return found or parcel_bounds(connection) or SHANGHAI
