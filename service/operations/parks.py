"""Parks: attainment of their projects, who makes most of a mu, and their evaluation."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.columns import NO_DAY, LedgerColumns, as_date, day_number
from geodata.model.rating_lists import SchemeSubject
from geodata.model.units import MU_PER_M2
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.attainment import Attainment, attainment, by_park, champions
from service.compliance.indicators.rating_report import ParkReport
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.operations.enterprises import read_enterprises
from service.operations.rating import parks_rated

_YUAN_PER_WAN: Final = Fraction(10_000)


def park_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
) -> ParkReport:
    """How far the projects of each park have come, and how parks compare.

    Parameters
    ----------
    scope
        Whose land is seen; by default what the engine was made for. Figures of enterprises are
        seen by who sees the whole district.
    """
    with unit_of_work(engine, scope) as connection:
        columns = read_contracts(connection, known_at=known_at).columns
        everybody = read_enterprises(connection, columns, as_of, known_at)
    scheme = next((s for s in law.schemes.values() if s.rates is SchemeSubject.PARK), None)
    attainments = attained(columns, as_of)
    placed = everybody.take([row for row, who in enumerate(everybody.members) if who.park])
    return ParkReport(
        as_of=as_of,
        year=everybody.year,
        totals=by_park(attainments),
        attainments=attainments,
        champions=champions([who.park for who in placed.members], placed.named_figures),
        evaluation=None if scheme is None else parks_rated(everybody, scheme, law, as_of),
    )


def attained(columns: LedgerColumns, as_of: date) -> tuple[Attainment, ...]:
    """达纲率 of the projects in production on a day, by park and year of production.

    Output is what contracts state of a mu and year, times their area: reached against agreed.
    """
    began = columns.days["production_on"]
    rows = np.flatnonzero((began != NO_DAY) & (began <= day_number(as_of)))
    land = exact.scaled(columns.exact["area_m2"].take(rows), MU_PER_M2 * _YUAN_PER_WAN)
    reached, agreed = (
        exact.times(columns.exact[key].take(rows), land)
        for key in ("output_actual", "output_agreed")
    )
    days = map(as_date, began[rows].tolist())
    return attainment(
        [columns.texts["park"][row] or "" for row in rows],
        [day.year for day in days if day],
        reached,
        agreed,
    )
