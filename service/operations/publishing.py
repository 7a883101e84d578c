"""The contracts as they may be published: no person is told, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geodata.errors import DatabaseStateError
from geodata.store.engine import Engine
from geodata.store.scope import EVERYTHING, Scope
from service.compliance.law import LawBook
from service.maps.view import MapView
from service.operations.mapping import map_of_database
from service.reports.publication import TotalLine, total_lines

_WITHOUT_PERSONS = Scope(None, sees_persons=False)


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """What is published: the contracts without persons, and their sums."""

    view: MapView
    totals: tuple[TotalLine, ...]


def publication(
    engine: Engine, law: LawBook, as_of: date, language: str, known_at: datetime
) -> Publication:
    """Judge the contracts as the bureau sees them and as the public may; both add up to the same.

    Parameters
    ----------
    known_at
        Instant whose knowledge both are.

    Raises
    ------
    DatabaseStateError
        When a sum differs; then nothing may be published.
    """

    def judged(scope: Scope) -> MapView:
        return map_of_database(engine, law, as_of, language, scope=scope, known_at=known_at)

    totals = total_lines(judged(EVERYTHING).parcels)
    view = judged(_WITHOUT_PERSONS)
    for inside, outside in zip(totals, total_lines(view.parcels), strict=True):
        if inside != outside:
            raise DatabaseStateError(
                "Without persons, the sum of {about} {name} is another one: {count} contracts.",
                "Nothing was published. Report this: it is a fault of the program.",
                about=inside.about,
                name=inside.name,
                count=outside.totals.count,
            )
    return Publication(view, totals)
