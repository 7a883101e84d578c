"""How likely each goal is to be reached by its day, and which entries decide it.

Entries done count for certain. Each open one is finished or not by a day with the chance that the
record of delays leaves it (`delays`); the share of what is done is drawn anew 10,000 times, each
time with one possible state of towns and years for all entries together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.columns import Days, as_date, day_number
from geodata.model.entities import Claim
from service.compliance.indicators.delays import (
    FEWEST_FINISHED,
    DelayRecord,
    Numbers,
    learn,
)
from service.compliance.indicators.draws import (
    Draws,
    OpenEntries,
    columns_of,
    draw,
    open_entries,
    place_of,
)
from service.compliance.indicators.goals import (
    UNITS_PER_MU,
    Goal,
    done_units,
    mu_of,
    open_claims,
)
from service.compliance.indicators.outlooks import Band, Forecast, Lever, Outlook, Sample
from service.compliance.indicators.tally import counts_on

DRAWS: Final = 10_000
"""Draws of a forecast, unless fewer are asked for."""

_LEVERS: Final = 20
_VERSIONS: Final = 200
_BAND: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


def forecast(
    claims: Sequence[Claim],
    planned_on: Mapping[str, date],
    credited: Mapping[str, Fraction],
    goals: Sequence[Goal],
    as_of: date,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Forecast:
    """Tell how likely the goals are.

    Parameters
    ----------
    claims
        All entries of the register: what is done, withdrawn and open as of the day.
    planned_on
        Day on which each entry was to be done when it was taken up, by claim code. A date that
        was moved along with the delay would hide it.
    credited
        Share of the land credited to each entry, by claim code, so that no land counts twice; 1
        where it is missing.
    goals
        What is to be reached; changed ones answer “what if”.
    as_of
        Day up to which the record is known.
    draws, seed
        Number of draws, and where they start: the same seed gives the same forecast.
    """
    claims = sorted(claims, key=lambda claim: claim.claim_code)  # one order, one forecast
    dated = [claim for claim in claims if claim.claim_code in planned_on]
    record = _record(dated, planned_on, as_of)
    sample = _sample(record, claims, planned_on, as_of)
    if sample.finished_count < sample.needed_count:
        return Forecast(as_of, sample, None)
    chance = np.random.default_rng(seed)
    entries = open_entries(dated, record, planned_on, credited)
    days = _days(as_of, goals)
    done = [done_units(claims, credited, goal, as_of) for goal in goals]
    beliefs = learn(record, min(_VERSIONS, draws), chance)
    drawn = draw(beliefs, entries, goals, done, days, draws, chance)
    outlooks = (
        _outlook(goal, done[number], entries, days, drawn, number)
        for number, goal in enumerate(goals)
    )
    return Forecast(as_of, sample, tuple(outlooks))


def _record(claims: Sequence[Claim], planned_on: Mapping[str, date], as_of: date) -> DelayRecord:
    planned = [planned_on[claim.claim_code] for claim in claims]
    withdrawn = [c.reversed_on is not None and c.reversed_on <= as_of for c in claims]
    done = [counts_on(claim, as_of) for claim in claims]
    ended = [
        (claim.reversed_on if is_withdrawn else claim.done_on if is_done else as_of) or as_of
        for claim, is_withdrawn, is_done in zip(claims, withdrawn, done, strict=True)
    ]
    years = np.array([day.year for day in planned], dtype=np.intp)
    return DelayRecord(
        age=np.array(
            [(end - plan).days for end, plan in zip(ended, planned, strict=True)], dtype=np.int32
        ),
        is_done=np.array(done, dtype=np.bool_),
        is_withdrawn=np.array(withdrawn, dtype=np.bool_),
        town=np.unique([claim.town for claim in claims], return_inverse=True)[1],
        year=years - years.min(initial=9999),
    )


def _sample(
    record: DelayRecord, claims: Sequence[Claim], planned_on: Mapping[str, date], as_of: date
) -> Sample:
    finished = int(record.is_done.sum())
    undated = (c.claim_code for c in open_claims(claims, as_of) if c.claim_code not in planned_on)
    return Sample(
        finished_count=finished,
        withdrawn_count=int(record.is_withdrawn.sum()),
        open_count=int(record.is_open.sum()),
        needed_count=FEWEST_FINISHED,
        town_count=len(np.unique(record.town)),
        median_delay_days=float(np.median(record.age[record.is_done])) if finished else None,
        undated=tuple(undated),
    )


def _days(as_of: date, goals: Sequence[Goal]) -> Days:
    """The day itself, the ends of the months after it up to the last goal, and the goals' days."""
    first, last = (np.datetime64(day, "M") for day in (as_of, max(goal.until_on for goal in goals)))
    month_ends = np.arange(first + 1, last + 2).astype("datetime64[D]").astype(np.int32) - 1
    own = [day_number(day) for day in (as_of, *(goal.until_on for goal in goals))]
    days = np.unique(np.concatenate([month_ends, np.array(own, dtype=np.int32)]))
    return np.asarray(days[(days >= own[0]) & (days <= max(own))], dtype=np.int32)


def _outlook(
    goal: Goal, done: int, entries: OpenEntries, days: Days, drawn: Draws, number: int
) -> Outlook:
    until = place_of(goal, days) + 1
    land = done + drawn.land[:, :until, columns_of(goal)].sum(axis=2)
    gap = np.maximum(0, goal.units - land[:, -1])
    order = np.argsort(-drawn.decisive[number], kind="stable")[:_LEVERS]
    return Outlook(
        goal=goal,
        done_mu=mu_of(done),
        chance=float((gap == 0).mean()),
        expected_gap_mu=float(gap.mean() / UNITS_PER_MU),
        band=_band(days[:until], land),
        levers=tuple(
            Lever(
                entries.codes[entry],
                float(drawn.in_time[number, entry]),
                float(drawn.decisive[number, entry]),
            )
            for entry in order
            if drawn.decisive[number, entry]
        ),
    )


def _band(days: Days, land: Numbers) -> Band:
    # this way of placing quantiles keeps the interval honest with few draws, too
    quantiles = np.quantile(land, _BAND, axis=0, method="weibull") / UNITS_PER_MU
    on = tuple(day for number in days if (day := as_date(number)) is not None)
    return Band(on, *(tuple(row) for row in quantiles.tolist()))
