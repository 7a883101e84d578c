"""When things were agreed and when they happened: a story turned into dates.

Every date is drawn back from one milestone's due date, so that a story such as "the start is
overdue by less than a year" holds on whatever day the district is built for.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from geodata.demo.chance import Chance
from geodata.model.codelists import MilestoneKind

if TYPE_CHECKING:
    from geodata.demo.stories import Story

START, COMPLETION, PRODUCTION, TARGET_OUTPUT = MilestoneKind

DAYS_PER_MONTH: Final = 30.4375
_FOUR_MILESTONES_FROM: Final = date(2014, 4, 1)
_RELATIVE_TERMS_FROM: Final = date(2021, 9, 20)


class Terms(Enum):
    """How a contract of its time fixes its milestones."""

    TWO_DATES = "start and completion as dates"
    FOUR_DATES = "all four as dates"
    AFTER_DELIVERY = "all four so many months after delivery"
    CHAINED = "production after completion, target output after production"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dates of one contract.

    Attributes
    ----------
    terms
        How the contract fixes its milestones.
    signed_on, paid_on, delivered_on
        The way from signing to delivery.
    months
        Months after delivery by which each milestone is due.
    due_on, done_on
        Due date of every milestone, and the day it was reached where it was.
    """

    terms: Terms
    signed_on: date
    paid_on: date
    delivered_on: date
    months: Mapping[MilestoneKind, int]
    due_on: Mapping[MilestoneKind, date]
    done_on: Mapping[MilestoneKind, date]


def add_months(day: date, count: int) -> date:
    """The corresponding day so many months on, or the last of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def on_weekday(day: date) -> date:
    """The day itself, or the Friday before it: nobody signs at the weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def draw_timeline(story: Story, as_of: date, chance: Chance) -> Timeline:
    """Draw the dates of one contract for a story."""
    months = _draw_months(chance)
    pivot_on = as_of + timedelta(days=round(chance.between(*story.due_in_months) * DAYS_PER_MONTH))
    delivered_on = on_weekday(add_months(pivot_on, -months[story.pivot]))
    paid_on = on_weekday(delivered_on - timedelta(days=chance.whole(20, 55)))
    signed_on = on_weekday(paid_on - timedelta(days=chance.whole(12, 36)))
    terms = _terms(story, signed_on, chance)
    due_on, done_on = _draw_milestones(story, terms, months, delivered_on, as_of, chance)
    return Timeline(terms, signed_on, paid_on, delivered_on, months, due_on, done_on)


def _draw_months(chance: Chance) -> dict[MilestoneKind, int]:
    start = chance.pick((6, 6, 6, 9, 12))
    completion = start + chance.pick((18, 24, 24, 30))
    production = completion + chance.pick((3, 6, 6))
    return {
        START: start,
        COMPLETION: completion,
        PRODUCTION: production,
        TARGET_OUTPUT: production + chance.pick((12, 24, 24)),
    }


def _terms(story: Story, signed_on: date, chance: Chance) -> Terms:
    """The story's own terms, else those in use when the contract was signed."""
    if story.terms:
        return story.terms
    if signed_on >= _RELATIVE_TERMS_FROM:
        return chance.pick((Terms.AFTER_DELIVERY, Terms.AFTER_DELIVERY, Terms.CHAINED))
    return Terms.FOUR_DATES if signed_on >= _FOUR_MILESTONES_FROM else Terms.TWO_DATES


def _draw_milestones(
    story: Story,
    terms: Terms,
    months: Mapping[MilestoneKind, int],
    delivered_on: date,
    as_of: date,
    chance: Chance,
) -> tuple[dict[MilestoneKind, date], dict[MilestoneKind, date]]:
    """Due dates of all milestones, and the days on which those of the story were reached."""
    due_on: dict[MilestoneKind, date] = {}
    done_on: dict[MilestoneKind, date] = {}
    previous: MilestoneKind | None = None
    for milestone in MilestoneKind:
        anchor, count = delivered_on, months[milestone]
        if terms is Terms.CHAINED and previous in done_on and previous is not START:
            anchor, count = done_on[previous], count - months[previous]
        due_on[milestone] = add_months(anchor, count)
        if milestone.position < story.reached_count:
            late = story.late.get(milestone)
            shift = chance.whole(*late) if late else -chance.whole(4, 55)
            done = due_on[milestone] + timedelta(days=shift)
            if previous is not None:
                done = max(done, done_on[previous] + timedelta(days=chance.whole(16, 40)))
            done_on[milestone] = min(done, as_of - timedelta(days=chance.whole(1, 6)))
        previous = milestone
    return due_on, done_on
