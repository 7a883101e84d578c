"""What the site reads: the database judged as of any day, kept while its facts do not change."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from geodata.errors import LandError, NothingFoundError
from geodata.model.contract_key import ContractKey
from geodata.model.entities import AuditRun
from geodata.store.engine import Engine
from geodata.store.queries.identities import key_by_now
from geodata.store.queries.imports import last_import_at
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.maps.overview import Overview, overview
from service.maps.selection import ContractPage, Order, Selection, select
from service.maps.view import MapView
from service.operations.database import require_schema
from service.operations.dossier import Dossier, dossier
from service.operations.mapping import JudgedDistrict, judged_district
from service.operations.runs import compare_runs, recent_runs
from service.reports.comparison import ComparisonContent

_KEPT_VIEWS = 8

_Revision = tuple[datetime | None, ...]
_Key = tuple[_Revision, date, str]


@dataclass(slots=True)
class DatabaseReadings:
    """Answers the pages' questions from the database.

    A judged district is kept per day and language until something is imported. Who asks for one
    that is being judged waits for it; nobody else does.
    """

    engine: Engine
    law: LawBook
    _judged: OrderedDict[_Key, Future[JudgedDistrict]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def map_view(self, as_of: date, language: str) -> MapView:
        """Everything the map shows."""
        return self._district(as_of, language).view

    def overview(self, as_of: date, language: str) -> Overview:
        """Totals of the day."""
        view = self.map_view(as_of, language)
        return overview(view.parcels, as_of, view.tally)

    def contracts(
        self, as_of: date, language: str, selection: Selection, order: Order, page: int
    ) -> ContractPage:
        """One page of the contracts that pass the filters."""
        return select(self.map_view(as_of, language).parcels, selection, order, page)

    def dossier(self, key: ContractKey, as_of: date, language: str) -> Dossier:
        """Everything about one contract, also under a key it had before.

        Raises
        ------
        NothingFoundError
            When there is no such contract.
        """
        district = self._district(as_of, language)
        try:
            return dossier(district, self.law, key, as_of)
        except NothingFoundError:
            with unit_of_work(self.engine) as connection:
                by_now = key_by_now(connection, key)
            if by_now is None:
                raise
            return dossier(district, self.law, by_now, as_of)

    def runs(self, limit: int) -> list[AuditRun]:
        """The audits kept, newest first, at most `limit`."""
        return recent_runs(self.engine, limit)

    def difference(self, before: int, after: int, language: str) -> ComparisonContent:
        """What moved from one run to another.

        Raises
        ------
        NothingFoundError
            When there is no such run.
        """
        return compare_runs(self.engine, before, after, language)

    def check_health(self) -> None:
        """Return when the database answers and has the schema this version needs."""
        require_schema(self.engine)

    def _revision(self) -> _Revision:
        with unit_of_work(self.engine) as connection:
            kinds = ("ledger", "parcels", "claims", "district")
            return tuple(last_import_at(connection, kind) for kind in kinds)

    def _district(self, as_of: date, language: str) -> JudgedDistrict:
        key = (self._revision(), as_of, language)
        with self._lock:
            is_new = key not in self._judged
            promise = self._judged.setdefault(key, Future())
            self._judged.move_to_end(key)
            while len(self._judged) > _KEPT_VIEWS:
                self._judged.popitem(last=False)
        if is_new:
            self._judge(key, promise)
        return promise.result()

    def _judge(self, key: _Key, promise: Future[JudgedDistrict]) -> None:
        _, as_of, language = key
        try:
            promise.set_result(judged_district(self.engine, self.law, as_of, language))
        except LandError as error:
            promise.set_exception(error)
        finally:
            if not promise.done() or promise.exception():
                promise.cancel()
                with self._lock:
                    self._judged.pop(key, None)  # the next one tries again
