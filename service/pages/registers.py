"""The registers and lists the bureau keeps: who is entered, and whether somebody is."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import UsageError
from geodata.model.land_lists import Roll
from geodata.model.roles import Permission
from service.compliance.indicators.registers import Subject
from service.operations.rolls import Rolls
from service.reports.land_lists import basis_text, bodies_text
from service.web.land_pages import day_told, land, land_page
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

Answer = Response | tuple[str, HTTPStatus]

blueprint = Blueprint("registers", __name__)


@blueprint.get("/registers")
@requires(Permission.VIEW)
def registers() -> str:
    """Every register with its entries; who is asked about is looked for in all of them."""
    return _page()


@blueprint.post("/registers")
@requires(Permission.LIST)
def enter() -> Answer:
    """Enter a project or enterprise."""
    told = request.form
    try:
        roll = _roll_told()
        _rolls().enter(
            current_actor(),
            roll,
            Subject(told.get("name", "").strip(), told.get("uscc", "").strip()),
            day_told("from_on") or current_question().today,
            told.get("source", ""),
            told.get("reason", ""),
        )
    except UsageError as error:
        return _page(error), HTTPStatus.BAD_REQUEST
    return redirect(f"{url_for('registers.registers')}#{roll.value}", HTTPStatus.SEE_OTHER)


@blueprint.post("/registers/<uuid:entry_id>/end")
@requires(Permission.LIST)
def end(entry_id: UUID) -> Answer:
    """Set the last day of an entry."""
    try:
        last_on = day_told("until_on") or current_question().today
        entry = _rolls().end(current_actor(), entry_id, last_on, request.form.get("reason", ""))
    except UsageError as error:
        return _page(error), HTTPStatus.BAD_REQUEST
    return redirect(f"{url_for('registers.registers')}#{entry.roll.value}", HTTPStatus.SEE_OTHER)


def _roll_told() -> Roll:
    code = request.form.get("roll", "")
    if code not in Roll.positions():
        raise UsageError("No list is chosen.", "Choose what it is to be entered in.")
    return Roll.of(code)


def _rolls() -> Rolls:
    return Rolls(*land())


def _page(error: UsageError | None = None) -> str:
    question, actor, rolls = current_question(), current_actor(), _rolls()
    asked = Subject(*(request.args.get(part, "").strip() for part in ("name", "uscc")))
    matches = (
        rolls.found(actor, asked, question.as_of, question.known_at)
        if asked.name or asked.uscc
        else None
    )
    duties = rolls.law.duties
    return land_page(
        "registers.html",
        error,
        entries=rolls.entries(actor, question.known_at),
        asked=asked,
        matches=matches,
        duty_of=lambda roll: duties.get(
            f"{'register' if roll.is_of_policy else 'list'}.{roll.value}"
        ),
        bodies=bodies_text,
        basis=basis_text,
        sees_all=actor.sees_all,
    )
