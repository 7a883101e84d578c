"""Inefficient land disposed of against quota of new land used, year by year (增减挂钩)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from geodata.model.columns import LedgerColumns, as_date
from geodata.model.units import MU_PER_M2
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.progress import Movement
from service.compliance.indicators.renewal import YearLinkage, linkage
from service.compliance.law import LawBook
from service.operations.tallying import tally_report

_SHOWN: Final = 5


def linkage_years(
    engine: Engine,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
) -> tuple[YearLinkage, ...]:
    """The last years up to a day, and their sum.

    The land of contracts counts as quota used in the year in which they were signed.
    """
    moved = tally_report(engine, law, as_of, known_at, scope=scope).movements
    with unit_of_work(engine, scope) as connection:
        columns = read_contracts(connection, known_at=known_at).columns
    return balanced(moved, columns, law, as_of)


def balanced(
    movements: Iterable[Movement], columns: LedgerColumns, law: LawBook, as_of: date
) -> tuple[YearLinkage, ...]:
    """The same of movements of the tally, and of contracts."""
    years = range(as_of.year - _SHOWN + 1, as_of.year + 1)
    disposed: dict[int, Fraction] = defaultdict(Fraction)
    for each in movements:
        disposed[each.year] += (each.gained_mu - each.withdrawn_mu) / MU_PER_M2
    used: dict[int, Fraction] = defaultdict(Fraction)
    unknown: dict[int, int] = defaultdict(int)
    area = columns.exact["area_m2"]
    for row, day in enumerate(map(as_date, columns.days["signed_on"].tolist())):
        if day and day <= as_of:
            land = area.fraction(row)
            used[day.year] += land or 0
            unknown[day.year] += land is None
    all_disposed, all_used = (
        sum((part[year] for year in years), Fraction(0)) for part in (disposed, used)
    )
    return (
        *(
            YearLinkage(
                year,
                linkage(disposed[year], used[year], law, min(date(year, 12, 31), as_of)),
                unknown[year],
            )
            for year in years
        ),
        YearLinkage(
            None, linkage(all_disposed, all_used, law, as_of), sum(unknown[year] for year in years)
        ),
    )
