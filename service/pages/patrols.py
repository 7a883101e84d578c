"""Patrols planned: whom to visit first, and the way of each day."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from geodata.errors import UsageError
from geodata.model.roles import Permission
from service.maps.patrol_days import PatrolPlan
from service.maps.route_map import route_map
from service.operations.patrol_plans import MOST_VISITS, patrol_plan
from service.reports.patrol_routes import FORMS, note_text, plan_file
from service.web.land_pages import asked_day, land, sent
from service.web.permissions import requires
from service.web.question import current_question

_PER_DAY: Final = 8
_DAYS: Final = 5

blueprint = Blueprint("patrols", __name__)


@blueprint.get("/patrols/plan")
@requires(Permission.VIEW)
def plan() -> str:
    """The days of a patrol, each with its map and the reasons of its visits."""
    return render_template(
        "patrols.html",
        plan=_plan(),
        park=request.args.get("park", ""),
        day_count=_number("days", _DAYS),
        most=MOST_VISITS,
        forms=FORMS,
        route_map=route_map,
        note_text=note_text,
    )


@blueprint.get("/patrols/plan.<form>")
@requires(Permission.EXPORT)
def download(form: str) -> Response:
    """The same plan as a file."""
    content = plan_file(_plan(), form, current_question().language)
    return sent("patrol", form, content)


def _plan() -> PatrolPlan:
    engine, law, _ = land()
    return patrol_plan(
        engine,
        law,
        per_day=_number("per_day", _PER_DAY),
        day_count=_number("days", _DAYS),
        park=request.args.get("park", ""),
        **asked_day(),
    )


def _number(name: str, usual: int) -> int:
    """A number of the address.

    Raises
    ------
    UsageError
        When it is none from 1 to `MOST_VISITS`.
    """
    asked = request.args.get(name) or str(usual)
    if not asked.isascii() or not asked.isdecimal() or not 1 <= int(asked[:3]) <= MOST_VISITS:
        raise UsageError(
            "{value} is no number from 1 to {most}.",
            "Write how many visits a day, or how many days.",
            value=asked,
            most=MOST_VISITS,
        )
    return int(asked)
