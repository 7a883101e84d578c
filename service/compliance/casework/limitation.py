"""Rights that lapse: the right to rescind (R2.9) and claims to damages by the day (R2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from geodata.model.codelists import DamagesScheme
from geodata.model.columns import Cell, as_date, day_number
from service.compliance.calendar import add_years
from service.compliance.casework.deadlines import years_after
from service.compliance.law import LawBook


@dataclass(frozen=True, slots=True)
class RescissionRight:
    """The right to rescind, from the day its ground was known.

    Attributes
    ----------
    known_on
        First record that shows the ground.
    lapses_on
        Last day of the right.
    alert_on, last_alert_on
        Days on which the bureau is told that the right is running out.
    """

    known_on: date
    lapses_on: date
    alert_on: date
    last_alert_on: date

    def days_left(self, as_of: date) -> int:
        """Days from `as_of` to the last day; negative once the right has lapsed."""
        return (self.lapses_on - as_of).days


@dataclass(frozen=True, slots=True)
class DailyClaim:
    """Damages that fall due day by day; that each day is barred by itself is to be confirmed.

    Attributes
    ----------
    late_days
        Days claimed.
    barred_days
        The oldest of them, for which the defence of limitation is open.
    next_barred_on
        The first day on which a further one is barred; None where no claim is left.
    """

    late_days: int
    barred_days: int
    next_barred_on: date | None


def rescission_right(known_on: date, law: LawBook) -> RescissionRight:
    """When the right to rescind lapses, by the law of the day its ground was known (Art. 564)."""
    lapses_on = years_after(known_on, law.count("rescission.lapse_years", known_on))
    first, last = (
        lapses_on - timedelta(days=law.count(number, known_on))
        for number in ("rescission.alert_days", "rescission.last_alert_days")
    )
    return RescissionRight(known_on, lapses_on, first, last)


def daily_claim(first_late_on: date, last_late_on: date, as_of: date, law: LawBook) -> DailyClaim:
    """How many days of damages are older than the limitation of civil claims (民法典 Art. 188).

    Raises
    ------
    ValueError
        When the last late day lies before the first.
    """
    if last_late_on < first_late_on:
        message = f"the late days end on {last_late_on}, before they begin on {first_late_on}"
        raise ValueError(message)
    years = law.count("claim.limitation_years", as_of)
    numbers = np.arange(day_number(first_late_on), day_number(last_late_on) + 1, dtype=np.int32)
    last_days = add_years(numbers, years)
    barred = int(np.count_nonzero(last_days < day_number(as_of)))
    following = as_date(int(last_days[barred]) + 1) if barred < len(numbers) else None
    return DailyClaim(len(numbers), barred, following)


def accrues_daily(cells: Mapping[str, Cell]) -> bool:
    """Whether damages for a late milestone fall due by the day, and not by tiers of the bond."""
    return cells.get("damages_scheme") != DamagesScheme.BOND_TIER.position
