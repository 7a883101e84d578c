"""The first page: the day in figures, and what it asks of the one who looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Blueprint, render_template

from geodata.model.codelists import Group
from geodata.model.roles import Actor, Permission
from geodata.model.selection import Order, Selection
from service.maps.small_map import small_map
from service.maps.view import JudgedParcel
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_OWN_COUNT: Final = 10

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class OwnLand:
    """What somebody looks after who is given parks.

    Attributes
    ----------
    next
        The contracts with the nearest dates.
    late
        Those that are overdue, for longest first: did it happen, and was it not reported?
    """

    next: list[JudgedParcel]
    late: list[JudgedParcel]


@blueprint.get("/")
@requires(Permission.TOTALS)
def home() -> str:
    """Totals, targets, and what needs attention; more of it the more a role may see."""
    question, actor, site = current_question(), current_actor(), current_site()
    readings, prospects = site.readings, site.prospects
    overview = readings.overview(actor, question.as_of, question.language, question.known_at)
    return render_template(
        "home.html",
        overview=overview,
        district_map=small_map(readings.ground(actor), overview.parks, question.language),
        own=_own_land(actor),
        conflicts=prospects.disagreements(actor, question.known_at) if prospects else (),
        waiting_count=readings.waiting_count(actor) if actor.may(Permission.VIEW) else 0,
        upkeep=readings.upkeep(actor) if actor.may(Permission.ADMINISTER) else None,
    )


def _own_land(actor: Actor) -> OwnLand | None:
    if actor.sees_all or not actor.may(Permission.VIEW):
        return None
    question = current_question()
    listed = partial(
        current_site().readings.contracts, actor, question.as_of, question.language, page=1
    )
    late = Selection(groups=frozenset({Group.OVERDUE}))
    near = listed(Selection(), Order.DUE, known_at=question.known_at).rows
    overdue = listed(late, Order.DAYS, known_at=question.known_at).rows
    return OwnLand([row for row in near if row.due_on][:_OWN_COUNT], list(overdue[:_OWN_COUNT]))
