"""Rating enterprises and parks by a scheme of the law book (金府办发〔2023〕24号, item 6; R5.4).

Scores are exact fractions. Two with the same score have the same rank and the same class; the
order of the rows changes nothing.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Exact, Flags, day_number
from geodata.model.judgements import NEVER
from geodata.model.rating_lists import CutBasis, MissingRule, RatingState
from service.compliance.calendar import add_years
from service.compliance.indicators.figures import Figures, mean
from service.compliance.indicators.rating_results import Ranks, Ratings, Scored
from service.compliance.law import LawBook
from service.compliance.law.schemes import Indicator, Scheme, SchemeVersion
from service.compliance.rules import exact
from service.compliance.rules.obligations import supervision_ends
from service.compliance.rules.parameters import Parameters

_YES = 1
_SCOPE_DAYS = ("signed_on", "lease_started_on")


def rate(figures: Figures, scheme: Scheme, law: LawBook, as_of: date) -> Ratings:
    """Rate everybody against each other.

    Parameters
    ----------
    figures
        The group: ranks, means and shares of classes are taken within it.
    scheme
        By which version: the one in force on the day.
    law
        Book with the years after which enterprises come under supervision.
    as_of
        Day of the rating.

    Raises
    ------
    LawBookError
        When the scheme does not hold on the day, its indicators are not known, or one needs a
        figure that is not there.
    """
    version = scheme.on(as_of)
    indicators = scheme.indicators_on(as_of)
    state = _left_out(figures, version, law, as_of)
    group = state == RatingState.RATED.position
    scored = tuple(_scored(one, figures.value(one.formula), group) for one in indicators)
    score = _sum([one.score for one in scored])
    state = np.where(group & ~score.known, RatingState.INCOMPLETE.position, state).astype(np.int8)
    ranks = ranked(score, state == RatingState.RATED.position)
    return Ratings(
        scheme=scheme,
        version=version,
        names=tuple(figures.names),
        state=state,
        indicators=scored,
        score=score,
        ranks=ranks,
        rated_class=classed(version, score, ranks),
    )


def ranked(score: Exact, rated: Flags) -> Ranks:
    """Ranks of those flagged; their scores are known."""
    rank, tied_count = (np.zeros(len(score), dtype=np.int32) for _ in range(2))
    rows = np.flatnonzero(rated)
    if len(rows):
        keys = -exact.order_keys(score.take(rows))
        _, place, shared = np.unique(keys, return_inverse=True, return_counts=True)
        rank[rows] = (np.cumsum(shared) - shared)[place] + 1
        tied_count[rows] = shared[place] - 1
    return Ranks(rank, tied_count, len(rows))


def classed(version: SchemeVersion, score: Exact, ranks: Ranks) -> Codes:
    """`RatingClass` codes of those ranked; `NO_CODE` for others, and where no limits are known.

    By share, a class holds everybody than whom less than its limit of those rated scored better:
    rounding never puts anybody into a worse class, and those with the same score stay together.
    """
    codes = np.full(len(score), NO_CODE, dtype=np.int8)
    if version.cuts is None:
        return codes
    better = exact.whole(ranks.rank - 1)
    places = [one.position for one in version.classes]
    reached = [
        exact.less(better, exact.constant(limit * ranks.rated_count, len(score)))
        if version.cuts.basis is CutBasis.SHARE
        else exact.at_least(score, exact.constant(limit, len(score)))
        for limit in version.cuts.limits
    ]
    chosen = np.select(reached, places[:-1], default=places[-1]) if reached else places[0]
    return np.where(ranks.rank > 0, chosen, codes).astype(np.int8)


def supervision(figures: Figures, law: LawBook, as_of: date) -> Codes:
    """`RatingState` codes: rated where under supervision, else out of scope or unknown.

    Land five years after signing, a plant three years after it was rented (R5.4, R0.4); the day
    on which the years are full is not over yet.
    """
    blank = np.full(len(figures), NO_DAY, dtype=np.int32)
    days = {key: figures.days.get(key, blank) for key in _SCOPE_DAYS}
    on = np.full(len(figures), day_number(as_of), dtype=np.int32)
    limit = np.full(len(figures), NEVER, dtype=np.int32)
    for _, _, ends in supervision_ends(days, Parameters(law, on, days["signed_on"])):
        limit = np.where(ends == NO_DAY, limit, np.minimum(limit, ends))
    return np.select(
        [on > limit, limit == NEVER],
        [RatingState.RATED.position, RatingState.SCOPE_UNKNOWN.position],
        default=RatingState.OUT_OF_SCOPE.position,
    ).astype(np.int8)


def _left_out(figures: Figures, version: SchemeVersion, law: LawBook, as_of: date) -> Codes:
    """Why somebody is not rated, before any figure is looked at."""
    state = np.full(len(figures), RatingState.RATED.position, dtype=np.int8)
    if version.supervised_only:
        state = supervision(figures, law, as_of)
    if version.production_years is not None:
        began = figures.days.get("production_on", np.full(len(figures), NO_DAY, dtype=np.int32))
        years = _produces(began, version.production_years, as_of)
        state = np.where(state == RatingState.RATED.position, years, state)
    for key in version.exempt:
        exempt = figures.codes.get(key, np.full(len(figures), NO_CODE)) == _YES
        state = np.where(exempt, RatingState.EXEMPT.position, state)
    return state.astype(np.int8)


def _produces(began: Days, years: int, as_of: date) -> Codes:
    full = day_number(as_of) > add_years(began, years)
    return np.select(
        [began == NO_DAY, full],
        [RatingState.PRODUCTION_UNKNOWN.position, RatingState.RATED.position],
        default=RatingState.RECENT.position,
    ).astype(np.int8)


def _scored(indicator: Indicator, value: Exact, group: Flags) -> Scored:
    """Value and score of one indicator in the group; unknown outside it."""
    value = exact.only(value, group)
    middle = mean(value)
    filled = np.zeros(len(value), dtype=np.bool_)
    if indicator.missing is MissingRule.GROUP_MEAN and middle is not None:
        filled = group & ~value.known
        value = exact.where(filled, exact.constant(middle, len(value)), value)
    base = indicator.base
    if indicator.base_means is not None and middle is not None:
        base = indicator.base_means * middle
    earned = _earned(indicator, base, value)
    score, capped = _bounded(earned, indicator.cap, above=True)
    score, floored = _bounded(score, indicator.floor, above=False)
    return Scored(indicator, base, value, score, filled, capped, floored)


def _earned(indicator: Indicator, base: Fraction | None, value: Exact) -> Exact:
    """Value over base times weight; the value itself where the scheme has points."""
    if base:
        return exact.scaled(value, indicator.weight / base)
    is_points = indicator.base is None and indicator.base_means is None
    return value if is_points else exact.only(value, np.zeros(len(value), dtype=np.bool_))


def _bounded(score: Exact, bound: Fraction | None, *, above: bool) -> tuple[Exact, Flags]:
    """The score held to a bound, and where it had to be."""
    if bound is None:
        return score, np.zeros(len(score), dtype=np.bool_)
    limit = exact.constant(bound, len(score))
    beyond = exact.less(limit, score) if above else exact.less(score, limit)
    return exact.where(beyond, limit, score), beyond


def _sum(scores: list[Exact]) -> Exact:
    total = scores[0]
    for score in scores[1:]:
        total = exact.plus(total, score)
    return total
