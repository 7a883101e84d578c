"""Draws of what becomes done: open entries, each finished by a day or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from geodata.model.codelists import ClaimKind
from geodata.model.columns import Days, day_number
from geodata.model.entities import Claim
from service.compliance.indicators.delays import Beliefs, DelayRecord, Numbers
from service.compliance.indicators.goals import Goal, credited_units


@dataclass(frozen=True, slots=True)
class OpenEntries:
    """Open entries with a planned day.

    Attributes
    ----------
    planned
        Planned day.
    land
        Entry × kind of land: area in whole units, 0 for the other kinds.
    """

    codes: tuple[str, ...]
    planned: Days
    land: Numbers

    def land_of(self, goal: Goal) -> Numbers:
        """Area of each entry that counts for a goal."""
        return np.asarray(self.land[:, columns_of(goal)].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Draws:
    """Land that becomes done, in whole units.

    Attributes
    ----------
    land
        Draw × day × kind.
    in_time, decisive
        Goal × entry: share of draws in which the entry is done in time; in which it is not, and
        nothing but that entry is missing.
    """

    land: Numbers
    in_time: Numbers
    decisive: Numbers


def open_entries(
    claims: Sequence[Claim],
    record: DelayRecord,
    planned_on: Mapping[str, date],
    credited: Mapping[str, Fraction],
) -> OpenEntries:
    """The open ones of some entries, all of which have a planned day."""
    chosen = [claim for claim, is_open in zip(claims, record.is_open, strict=True) if is_open]
    land = np.zeros((len(chosen), len(ClaimKind)))
    for place, claim in enumerate(chosen):
        land[place, claim.kind.position] = credited_units(claim, credited)
    planned = [day_number(planned_on[claim.claim_code]) for claim in chosen]
    codes = tuple(claim.claim_code for claim in chosen)
    return OpenEntries(codes, np.array(planned, dtype=np.int32), land)


def columns_of(goal: Goal) -> list[int]:
    """Kinds of land that count for a goal."""
    return sorted(kind.position for kind in goal.kinds)


def place_of(goal: Goal, days: Days) -> int:
    """Place of a goal's day; that of the first day for a goal of the past."""
    return int(np.searchsorted(days, max(day_number(goal.until_on), int(days[0]))))


def draw(
    beliefs: Beliefs,
    entries: OpenEntries,
    goals: Sequence[Goal],
    done: Sequence[int],
    days: Days,
    draws: int,
    chance: np.random.Generator,
) -> Draws:
    """Draw what becomes done by some days, with one state of towns and years for each draw."""
    versions = len(beliefs.spread)
    land = np.zeros((draws, len(days), entries.land.shape[1]))
    in_time, decisive = (np.zeros((len(goals), len(entries.codes))) for _ in range(2))
    scores = beliefs.score(days[:, None] - entries.planned)
    for version, rows in enumerate(np.array_split(np.arange(draws), versions)):
        chances = beliefs.finished(version, scores)
        luck = chance.random((len(rows), len(entries.codes)))
        for place in range(len(days)):
            land[rows, place] = (luck < chances[place]) @ entries.land
        for number, goal in enumerate(goals):
            place = place_of(goal, days)
            is_done = luck < chances[place]
            reached = done[number] + land[rows, place][:, columns_of(goal)].sum(axis=1)
            missing = (goal.units - reached)[:, None]
            in_time[number] += is_done.sum(axis=0)
            is_enough = (missing > 0) & (missing <= entries.land_of(goal))
            decisive[number] += (is_enough & ~is_done).sum(axis=0)
    return Draws(land, in_time / draws, decisive / draws)
