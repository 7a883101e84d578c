"""What the site reads: the database judged as of any day, kept while its facts do not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock

from geodata.errors import NothingFoundError
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.imports import last_import_at
from geodata.store.queries.parcels import read_features
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.maps.overview import Overview, overview
from service.maps.selection import ContractPage, Order, Selection, select
from service.maps.view import ContractKey, JudgedParcel, MapView
from service.operations.database import require_schema
from service.operations.importing import layers_from
from service.operations.land import district_name
from service.operations.mapping import map_of_database
from service.operations.views import contract_key, facts_of

_KEPT_VIEWS = 8

_Revision = tuple[datetime | None, ...]


@dataclass(slots=True)
class DatabaseReadings:
    """Answers the pages' questions from the database.

    A judged district is kept per day and language until something is imported.
    """

    engine: Engine
    law: LawBook
    _views: OrderedDict[tuple[_Revision, date, str], MapView] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def map_view(self, as_of: date, language: str) -> MapView:
        """Everything the map shows."""
        key = (self._revision(), as_of, language)
        return self._kept(key, lambda: map_of_database(self.engine, self.law, as_of, language))

    def overview(self, as_of: date, language: str) -> Overview:
        """Totals of the day."""
        view = self.map_view(as_of, language)
        return overview(view.parcels, as_of, view.tally)

    def contracts(
        self, as_of: date, language: str, selection: Selection, order: Order, page: int
    ) -> ContractPage:
        """One page of the contracts that pass the filters."""
        return select(self.map_view(as_of, language).parcels, selection, order, page)

    def contract(self, key: ContractKey, as_of: date, language: str) -> JudgedParcel:
        """One contract with its facts and whatever else its ledger says.

        Raises
        ------
        NothingFoundError
            When there is no such contract.
        """
        for parcel in self.map_view(as_of, language).parcels:
            if parcel.key == key:
                return replace(parcel, facts=self._facts(key, as_of))
        raise NothingFoundError(
            "There is no contract {contract_no} {phase} on parcel {parcel_code}.",
            "Look for it in the list of contracts.",
            contract_no=key.contract_no,
            phase=key.phase,
            parcel_code=key.parcel_code,
        )

    def district(self, language: str) -> str:
        """Name of the district."""
        with unit_of_work(self.engine) as connection:
            layers = layers_from(read_features(connection))
        return district_name(layers, self.law, language)

    def check_health(self) -> None:
        """Return when the database answers and has the schema this version needs."""
        require_schema(self.engine)

    def _revision(self) -> _Revision:
        with unit_of_work(self.engine) as connection:
            return tuple(last_import_at(connection, kind) for kind in ("ledger", "claims"))

    def _kept(self, key: tuple[_Revision, date, str], make: Callable[[], MapView]) -> MapView:
        with self._lock:
            if key not in self._views:
                self._views[key] = make()
                while len(self._views) > _KEPT_VIEWS:
                    self._views.popitem(last=False)
            self._views.move_to_end(key)
            return self._views[key]

    def _facts(self, key: ContractKey, as_of: date) -> tuple[tuple[str, str], ...]:
        with unit_of_work(self.engine) as connection:
            stored = read_contracts(connection, as_of=as_of)
        columns = stored.columns
        row = next(row for row in range(len(columns)) if contract_key(columns, row) == key)
        return *facts_of(columns, row), *stored.extras[row].items()
