"""The first page: the day in figures."""

from __future__ import annotations

from flask import Blueprint, render_template

from geodata.model.roles import Permission
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@requires(Permission.TOTALS)
def home() -> str:
    """Totals, targets, and what needs attention."""
    question = current_question()
    overview = current_site().readings.overview(
        current_actor(), question.as_of, question.language, question.known_at
    )
    return render_template("home.html", overview=overview)
