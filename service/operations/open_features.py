"""Features for other programs: collections of what an actor sees, as they stand on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from geodata.errors import NothingFoundError, UsageError
from geodata.geometry.published_crs import PublishedCrs
from geodata.model.feature_collections import Published
from geodata.model.roles import Actor, Permission
from geodata.store.queries.collection_sources import Moment
from geodata.store.queries.collection_tiles import collection_tile
from geodata.store.queries.collections import (
    Asked,
    FeaturePage,
    count_features,
    read_feature,
    read_page,
)
from geodata.store.queries.map_page import Bounds, parcel_bounds
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from geodata.tiles.catalogue import Layer
from geodata.tiles.matrix import TileAddress
from service.maps.places import SHANGHAI
from service.operations.land_map import LandMap


@dataclass(frozen=True, slots=True)
class OpenFeatures:
    """Answers what a program asks of the collections.

    Attributes
    ----------
    land
        The map of the same land.
    moment
        The day contracts are judged on, and what is known by now.
    """

    land: LandMap
    actor: Actor
    moment: Moment

    @classmethod
    def as_of(cls, land: LandMap, actor: Actor, as_of: date) -> Self:
        """What an actor sees on a day.

        Raises
        ------
        NotAllowedError
            When the actor sees no land.
        """
        actor.require(Permission.VIEW)
        return cls(land, actor, Moment(as_of, land.published()))

    @property
    def scope(self) -> Scope:
        """Whose rows are seen."""
        return Scope.of(self.actor)

    @property
    def version(self) -> str:
        """What an answer depends on beside its question: it is another one when this is."""
        return f"{self.moment.revision.version}-{self.moment.as_of:%Y%m%d}-{self.scope.mark}"

    def page(self, collection: Published, asked: Asked) -> FeaturePage:
        """One page of a collection; see `geodata.store.queries.collections.read_page`.

        Raises
        ------
        UsageError
            When the filter cannot be answered, or contracts are not judged so far ahead.
        """
        moment = self._moment_of(collection)
        with unit_of_work(self.land.engine, self.scope) as connection:
            return read_page(connection, collection, moment, asked)

    def count(self, collection: Published, asked: Asked) -> int:
        """How many features pass the filters; see `page`."""
        moment = self._moment_of(collection)
        with unit_of_work(self.land.engine, self.scope) as connection:
            return count_features(connection, collection, moment, asked)

    def feature(self, collection: Published, number: str, crs: PublishedCrs) -> str:
        """One feature as JSON.

        Raises
        ------
        NothingFoundError
            When the actor sees none of that number.
        """
        moment = self._moment_of(collection)
        with unit_of_work(self.land.engine, self.scope) as connection:
            found = read_feature(connection, collection, moment, number, crs)
        if found is None:
            raise NothingFoundError(
                "There is no feature {number} in the collection {collection}.",
                "Ask for its items: they name their numbers.",
                number=number[:80],
                collection=str(collection),
            )
        return found

    def tile(self, collection: Published, tile: TileAddress) -> bytes:
        """One vector tile, not compressed; that of contracts is the one of the map."""
        moment = self._moment_of(collection)
        if collection is Published.CONTRACTS:
            return self.land.tile(self.actor, Layer.PARCELS, tile, moment.as_of)
        with unit_of_work(self.land.engine, self.scope) as connection:
            return collection_tile(connection, collection, moment, tile)

    def bounds(self) -> Bounds:
        """Where the parcels seen lie."""
        with unit_of_work(self.land.engine, self.scope) as connection:
            return parcel_bounds(connection) or SHANGHAI

    def _moment_of(self, collection: Published) -> Moment:
        """The moment with what the collection is made from."""
        as_of = self.moment.as_of
        if collection is Published.CONTRACTS and not self.land.tells_of(as_of):
            raise UsageError(
                "It is not told how contracts stand on {day}.",
                "Choose another day, or have the daily audit run first.",
                day=as_of,
            )
        if collection is Published.TALLY_PARTITION:
            return replace(self.moment, credits=self.land.credits(self.actor, as_of))
        return self.moment
