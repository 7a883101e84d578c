"""The first page: the day in figures."""

from __future__ import annotations

from flask import Blueprint, render_template

from service.web.permissions import public
from service.web.question import current_question
from service.web.readings import current_site

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def home() -> str:
    """Totals, targets, and what needs attention."""
    question = current_question()
    overview = current_site().readings.overview(question.as_of, question.language)
    return render_template("home.html", overview=overview)
