"""The rules browser: what the product can find, by which law, and what shows that it does."""

from __future__ import annotations

from flask import Blueprint, render_template

from geodata.model.roles import Permission
from service.reports.rulebook import rule, rules, unit_text
from service.web.permissions import requires
from service.web.readings import current_site

blueprint = Blueprint("rules", __name__)


@blueprint.get("/rules")
@requires(Permission.TOTALS)
def index() -> str:
    """Every finding, every legal number, every text."""
    law = current_site().readings.law
    return render_template("rules.html", law=law, rules=rules(law), unit_text=unit_text)


@blueprint.get("/rules/<code>")
@requires(Permission.TOTALS)
def one(code: str) -> str:
    """One finding with its steps, numbers, texts and tests."""
    return render_template(
        "rule.html", rule=rule(current_site().readings.law, code), unit_text=unit_text
    )
