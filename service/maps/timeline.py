"""What ``timeline.js`` draws: one lane per milestone, and the idle clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from geodata.model.codelists import Group, MilestoneKind, MilestoneState
from service.compliance.rules.results import ContractResult, IdleResult, MilestoneResult
from service.i18n import Translate
from service.maps.figures import Figures
from service.maps.styles import tone_class
from service.maps.summary import milestone_words

Json = dict[str, Any]


def timeline(result: ContractResult, language: str, translate: Translate) -> Json:
    """The lanes of one contract; what is absent or false is left out."""
    figures = Figures(translate)
    return {
        "lanes": [_lane(stone, language, figures) for stone in result.milestones],
        "idle": _idle(result.idle),
    }


def timeline_context(as_of: date, language: str, translate: Translate) -> Json:
    """What every strip of a page shares: the day, the words, the classes that carry colours."""
    _ = translate
    return {
        "as_of": as_of.isoformat(),
        "kinds": {kind.value: kind.label(language) for kind in MilestoneKind},
        "classes": {
            "late": tone_class(MilestoneState.OVERDUE),
            "idle": tone_class(Group.IDLE),
        },
        "words": {
            "timeline": _("Milestone timeline"),
            "as_of": _("as of"),
            "idle_clock": _("idle clock"),
            "agreed": _("agreed"),
            "due": _("due"),
            "done": _("done"),
            "one_year": _("one year"),
            "two_years": _("two years"),
        },
    }


def _lane(stone: MilestoneResult, language: str, figures: Figures) -> Json:
    lane = {
        "kind": stone.kind.value,
        "agreed": _iso(stone.agreed_on),
        "due": _iso(stone.due_on),
        "done": _iso(stone.done_on),
        "late": bool(stone.late_days),
        "words": milestone_words(stone, language, figures),
    }
    return {name: value for name, value in lane.items() if value}


def _idle(idle: IdleResult | None) -> list[str] | None:
    if idle is None:
        return None
    days = (idle.clock_from, idle.one_year_on, idle.two_years_on)
    return [day.isoformat() for day in days]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
