"""Patrols planned: who stands how on a day, what imagery holds against it, and where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.geometry.crs import STORAGE_EPSG, plane_for
from geodata.model.codelists import Verdict
from geodata.model.columns import (
    NO_DAY,
    Codes,
    Days,
    Flags,
    LedgerColumns,
    Whole,
    as_date,
    day_number,
)
from geodata.model.contract_key import ContractKey
from geodata.model.imagery_lists import ImageryNote
from geodata.model.judgements import Judgements
from geodata.model.rows import row_cells
from geodata.model.scenes import ParcelChange
from geodata.store.engine import Connection, Engine
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.scenes import outlines_of_contracts, told_changes
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.casework.imagery_notes import note_of, reported
from service.compliance.casework.patrol_plan import (
    Numbers,
    Route,
    Stop,
    day_routes,
    doubt_of,
    leg_m,
    urgency_of,
)
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.maps.patrol_days import PatrolDay, PatrolPlan, Visit
from service.maps.places import point_in
from service.maps.view import is_outline
from service.operations.stakes import Stakes

MOST_VISITS: Final = 30
"""A day; a plan has at most as many days."""
_FEN: Final = Decimal("0.01")
_Noted = tuple[ImageryNote, ParcelChange]


def patrol_plan(
    engine: Engine,
    law: LawBook,
    as_of: date,
    *,
    per_day: int,
    day_count: int | None = None,
    park: str = "",
    scope: Scope | None = None,
    known_at: datetime | None = None,
) -> PatrolPlan:
    """The days of a patrol.

    Parameters
    ----------
    per_day, day_count
        Visits a day, and days: 1 to `MOST_VISITS`; None for as many days as that.
    park
        The one to stay in; empty for all.
    scope
        Whose land is seen; by default what the engine was made for.
    known_at
        Instant whose knowledge is wanted, that of imagery included; None for what is known by now.
    """
    most = min(day_count or MOST_VISITS, MOST_VISITS)
    with unit_of_work(engine, scope) as connection:
        parks = [park] if park else None
        stored = read_contracts(connection, known_at=known_at, parks=parks)
        wanting = _wanting(connection, stored, law, as_of, known_at)
        near = wanting.nearest_to_top(per_day * most)
        outlines = read_outlines(connection, stored.contract_id[near], known_at)
    places = dict(zip(near, outlines, strict=True))
    drawn = {row: shape for row, shape in places.items() if is_outline(shape)}
    stops = dict(_stops(wanting, drawn))
    routes = day_routes(stops, per_day, most)
    days = [
        PatrolDay(route[0].park, tuple(_visits(wanting, route, stops, drawn))) for route in routes
    ]
    return PatrolPlan(
        as_of=as_of,
        per_day=per_day,
        days=tuple(days),
        wanting_count=wanting.parcel_count,
        unplaced_count=int((wanting.is_wanted & ~wanting.is_placed).sum()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Wanting:
    """Contracts as they stand, and how urgent a visit of each is; 0 = none is wanted."""

    columns: LedgerColumns
    verdict: Codes
    urgency: Numbers
    stake_yuan: Numbers
    is_placed: Flags
    noted: Mapping[int, _Noted]

    @property
    def is_wanted(self) -> Flags:
        return self.urgency > 0

    @property
    def parcel_count(self) -> int:
        """Parcels with an outline that ask for a visit."""
        rows = np.flatnonzero(self.is_wanted & self.is_placed).tolist()
        return len({self.key(row).parcel_code or self.key(row) for row in rows})

    def key(self, row: int) -> ContractKey:
        return ContractKey.of_row(self.columns, row)

    def park(self, row: int) -> str:
        return self.columns.texts["park"][row] or ""

    def nearest_to_top(self, most: int) -> list[int]:
        """Rows of the parcels that can come into the plan: of each park the most urgent ones."""
        rows = np.flatnonzero(self.is_wanted & self.is_placed).tolist()
        parcels: defaultdict[str, set[object]] = defaultdict(set)
        found = []
        for row in sorted(rows, key=lambda row: (-self.urgency[row], self.key(row))):
            key, of_park = self.key(row), parcels[self.park(row)]
            parcel = key.parcel_code or key
            if parcel not in of_park and len(of_park) < most:
                of_park.add(parcel)
                found.append(row)
        return found


def _wanting(
    connection: Connection,
    stored: StoredContracts,
    law: LawBook,
    as_of: date,
    known_at: datetime | None,
) -> _Wanting:
    columns, judged = stored.columns, evaluate(stored.columns, law, as_of)
    noted = dict(_noted(stored, told_changes(connection, as_of, known_at)))
    is_noted = np.isin(np.arange(len(columns)), list(noted))
    stake_yuan = _stake_yuan(stored.contract_id, judged)
    placed = [one for ids in outlines_of_contracts(connection, known_at).values() for one in ids]
    doubt = doubt_of(judged.verdict, is_noted)
    return _Wanting(
        columns=columns,
        verdict=judged.verdict,
        urgency=urgency_of(doubt, stake_yuan, _unseen_days(columns.days["observed_on"], as_of)),
        stake_yuan=stake_yuan,
        is_placed=np.isin(stored.contract_id, placed),
        noted=noted,
    )


def _noted(
    stored: StoredContracts, changes: Mapping[int, ParcelChange]
) -> Iterator[tuple[int, _Noted]]:
    """Rows of which imagery shows something else than is reported."""
    row_of = {contract: row for row, contract in enumerate(stored.contract_id.tolist())}
    for contract, change in changes.items():
        if (row := row_of.get(contract)) is not None:
            said = reported(row_cells(stored.columns, row))
            if note := note_of(change.told, change.from_on, change.to_on, said):
                yield row, (note, change)


def _stake_yuan(contract_id: Whole, judged: Judgements) -> Numbers:
    stakes = Stakes.of(contract_id, judged)
    known, total = stakes.amount.known, np.zeros(len(contract_id))
    rows = np.searchsorted(contract_id, stakes.contract_id[known])
    np.add.at(total, rows, stakes.amount.fen[known].astype(np.float64) / 100)
    return total


def _unseen_days(seen: Days, as_of: date) -> Numbers:
    days = day_number(as_of) - seen.astype(np.float64)
    return np.where(seen == NO_DAY, np.nan, days)


def _stops(wanting: _Wanting, outlines: Mapping[int, BaseGeometry]) -> Iterator[tuple[Stop, int]]:
    """The parcels in a plane in metres, with their rows."""
    if not outlines:
        return
    inside = [shape.representative_point() for shape in outlines.values()]
    places = gpd.GeoSeries(inside, crs=STORAGE_EPSG)
    plane = places.to_crs(plane_for(places))
    for row, x_m, y_m in zip(outlines, plane.x, plane.y, strict=True):
        urgency = float(wanting.urgency[row])
        yield Stop(wanting.key(row), wanting.park(row), urgency, x_m, y_m), row


def _visits(
    wanting: _Wanting,
    route: Route,
    rows: Mapping[Stop, int],
    outlines: Mapping[int, BaseGeometry],
) -> Iterator[Visit]:
    columns = wanting.columns
    for before, stop in zip((None, *route), route, strict=False):
        row = rows[stop]
        note, change = wanting.noted.get(row, (None, None))
        yield Visit(
            key=stop.key,
            title=columns.texts["project_name"][row] or stop.key.contract_no,
            verdict=Verdict.at(int(wanting.verdict[row])),
            urgency=stop.urgency,
            note=note,
            change=change,
            stake_yuan=Decimal(wanting.stake_yuan[row]).quantize(_FEN),
            seen_on=as_date(int(columns.days["observed_on"][row])),
            outline=outlines[row],
            at=point_in(outlines[row]),
            leg_m=leg_m(before, stop) if before else 0.0,
        )
