"""Rating enterprises and parks by a scheme of the law book, from the facts of the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from geodata.errors import LawBookError
from geodata.model.rating_lists import RatingState, SchemeSubject
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.attainment import park_figures
from service.compliance.indicators.rating import rate, supervision
from service.compliance.indicators.rating_report import Enterprise, Rated, RatingReport
from service.compliance.indicators.rating_results import Ratings
from service.compliance.law import LawBook
from service.compliance.law.schemes import Scheme, SchemeVersion
from service.operations.enterprises import Enterprises, read_enterprises

_SUPERVISED: Final = {RatingState.RATED.position: True, RatingState.OUT_OF_SCOPE.position: False}


def usual_scheme(law: LawBook) -> str:
    """The scheme of enterprises that a book names first.

    Raises
    ------
    LawBookError
        When it has none.
    """
    found = next((one for one in law.schemes.values() if one.rates is not SchemeSubject.PARK), None)
    if found is None:
        raise LawBookError(
            "The law book {book} has no rating scheme.",
            "Enter the official one in ratings.yaml of the pack.",
            book=law.code,
        )
    return found.scheme_id


def rating_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    scheme_id: str | None = None,
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
) -> RatingReport:
    """Everybody rated against each other by the scheme in force on a day.

    Parameters
    ----------
    scheme_id
        By default that of enterprises.
    scope
        Whose land and figures are seen; by default what the engine was made for.

    Raises
    ------
    LawBookError
        When the book has no such scheme.
    """
    scheme = law.scheme(scheme_id or usual_scheme(law))
    with unit_of_work(engine, scope) as connection:
        columns = read_contracts(connection, known_at=known_at).columns
        everybody = read_enterprises(connection, columns, as_of, known_at)
    if scheme.rates is SchemeSubject.PARK:
        return parks_rated(everybody, scheme, law, as_of)
    return _enterprises_rated(_whom(everybody, scheme), scheme, law, as_of)


def group_of(everybody: Enterprises, law: LawBook, as_of: date) -> Ratings | None:
    """The rating of enterprises by the usual scheme; None where nobody is rated by it."""
    try:
        scheme = law.scheme(usual_scheme(law))
        return rate(_whom(everybody, scheme).figures, scheme, law, as_of)
    except LawBookError:
        return None


def _enterprises_rated(
    group: Enterprises, scheme: Scheme, law: LawBook, as_of: date
) -> RatingReport:
    inside = supervision(group.figures, law, as_of).tolist()
    ratings, obstacle = _attempt(group, scheme, law, as_of)
    rated = [
        Rated(who, _SUPERVISED.get(inside[row]), ratings.result(row) if ratings else None)
        for row, who in enumerate(group.members)
    ]
    return _report(group.year, scheme, as_of, rated, obstacle)


def parks_rated(everybody: Enterprises, scheme: Scheme, law: LawBook, as_of: date) -> RatingReport:
    """Parks rated by the sums of their enterprises; who is in no single park is left out."""
    placed = [row for row, who in enumerate(everybody.members) if who.park]
    group = everybody.take(placed)
    try:
        needed = {key for one in scheme.indicators_on(as_of) for key in one.formula.figures}
    except LawBookError as error:
        return _report(everybody.year, scheme, as_of, [], error)
    sums = park_figures([who.park for who in group.members], group.figures, sorted(needed))
    ratings = rate(sums.figures, scheme, law, as_of)
    rated = [
        Rated(Enterprise("", name, name, None), None, ratings.result(row))
        for row, name in enumerate(ratings.names)
    ]
    outside = len(everybody.members) - len(placed)
    return _report(everybody.year, scheme, as_of, rated, None, sum(sums.left_out) + outside)


def _attempt(
    group: Enterprises, scheme: Scheme, law: LawBook, as_of: date
) -> tuple[Ratings | None, LawBookError | None]:
    try:
        return rate(group.figures, scheme, law, as_of), None
    except LawBookError as error:
        return None, error


def _report(
    year: int,
    scheme: Scheme,
    as_of: date,
    rated: Iterable[Rated],
    obstacle: LawBookError | None,
    left_out: int = 0,
) -> RatingReport:
    try:
        version: SchemeVersion | None = scheme.on(as_of)
    except LawBookError:
        version = None
    ordered = tuple(sorted(rated, key=lambda each: each.order))
    return RatingReport(as_of, year, scheme, version, ordered, obstacle, left_out)


def _whom(everybody: Enterprises, scheme: Scheme) -> Enterprises:
    """Those whom a scheme is for: it may be one of enterprises above or below scale alone."""
    wanted = {SchemeSubject.ABOVE_SCALE: True, SchemeSubject.BELOW_SCALE: False}.get(scheme.rates)
    if wanted is None:
        return everybody
    rows = [row for row, who in enumerate(everybody.members) if who.above_scale is wanted]
    return everybody.take(rows)
