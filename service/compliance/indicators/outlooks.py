"""What a forecast says: its sample, and for each goal a chance, a band and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.entities import Claim
from service.compliance.indicators.goals import Goal
from service.compliance.law.targets import Target


@dataclass(frozen=True, slots=True)
class Sample:
    """What the forecast has learned from.

    Attributes
    ----------
    finished_count, withdrawn_count, open_count
        Entries with a planned day, by how they stand.
    needed_count
        Finished entries from which on a forecast is made.
    town_count
        Towns among them.
    median_delay_days
        Middle delay of the finished ones, early being negative; None without any.
    undated
        Open entries without a planned day: they are not forecast, and counted as not done.
    """

    finished_count: int
    withdrawn_count: int
    open_count: int
    needed_count: int
    town_count: int
    median_delay_days: float | None
    undated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Land done at the end of each month in mu: five quantiles of the draws.

    Attributes
    ----------
    on
        The day of the forecast, the month ends that follow, and the day of the goal.
    low_90, low_50, median, high_50, high_90
        The 90 % interval, the 50 % interval within it, and the middle.
    """

    on: tuple[date, ...]
    low_90: tuple[float, ...]
    low_50: tuple[float, ...]
    median: tuple[float, ...]
    high_50: tuple[float, ...]
    high_90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lever:
    """An open entry and what it means for a goal.

    Attributes
    ----------
    claim_code
        The entry.
    chance_in_time
        Its own chance of being done by the day of the goal.
    gain
        By how much the chance of the goal grows if the entry is certain to be done in time.
    """

    claim_code: str
    chance_in_time: float
    gain: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast for one goal.

    Attributes
    ----------
    done_mu
        Done by the day of the forecast.
    chance
        Share of the draws in which the goal is reached.
    expected_gap_mu
        What is missing on the day of the goal, on average over all draws.
    levers
        The entries that move the chance most; those without any effect are left out.
    """

    goal: Goal
    done_mu: Fraction
    chance: float
    expected_gap_mu: float
    band: Band
    levers: tuple[Lever, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Land done by a day of the past, in mu."""

    on: date
    done_mu: Fraction


@dataclass(frozen=True, slots=True)
class Forecast:
    """All goals, and what the forecast rests on.

    Attributes
    ----------
    outlooks
        One for each goal; None where the delays on record are too few to tell.
    """

    as_of: date
    sample: Sample
    outlooks: tuple[Outlook, ...] | None


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """A forecast with what it is told with.

    Attributes
    ----------
    forecast
        The forecast.
    targets
        The target of each goal, by its id.
    entries
        The entries that decide it, by code.
    promised
        Day on which each of these was to be done as first promised.
    past
        What was done at the ends of the years before, and on the day itself, by goal.
    draws, seed
        How often chance was asked, and where it started.
    """

    forecast: Forecast
    targets: Mapping[str, Target]
    entries: Mapping[str, Claim]
    promised: Mapping[str, date]
    past: Mapping[str, tuple[Reached, ...]]
    draws: int
    seed: int

    @property
    def as_of(self) -> date:
        """Day up to which the record is known."""
        return self.forecast.as_of
