"""The findings of a run, reviewed one by one, and the run signed off."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import UsageError
from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.codelists import FindingCode
from geodata.model.roles import Permission
from geodata.model.transitions import paths_of
from geodata.store.queries.reviews import FindingFilter
from service.clock import minute_text
from service.i18n import error_text
from service.operations import reviewing
from service.operations.reviewing import PAGE_SIZE, Reviews
from service.web.case_forms import chosen, review_asked
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

Answer = str | Response | tuple[str, HTTPStatus]

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/reviews")
@requires(Permission.RUNS)
def queue() -> str:
    """The findings of a run, or of the newest one, with what was said of them."""
    return _page(request.args.get("run", type=int))


@blueprint.post("/reviews/<int:run_id>")
@requires(Permission.REVIEW)
def review(run_id: int) -> Answer:
    """Confirm, dispute or dismiss a finding."""
    try:
        reviewing.review(_reviews(), current_actor(), run_id, review_asked())
    except UsageError as error:
        return _page(run_id, error), HTTPStatus.BAD_REQUEST
    return _back(run_id)


@blueprint.post("/reviews/<int:run_id>/sign")
@requires(Permission.AGREE)
def sign(run_id: int) -> Answer:
    """Sign the run off."""
    try:
        statement = request.form.get("statement", "")
        reviewing.sign_off(_reviews(), current_actor(), run_id, statement)
    except UsageError as error:
        return _page(run_id, error), HTTPStatus.BAD_REQUEST
    return _back(run_id)


def _reviews() -> Reviews:
    accounts = current_site().access.accounts
    return Reviews(accounts.engine, accounts.clock)


def _back(run_id: int) -> Response:
    """To the list as it was filtered."""
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("standing", "code", "page")}
    return redirect(url_for("reviews.queue", run=run_id, **kept), HTTPStatus.SEE_OTHER)


def _page(run_id: int | None, error: UsageError | None = None) -> str:
    wanted = FindingFilter(
        standing=chosen("standing", ReviewStanding), code=chosen("code", FindingCode)
    )
    number = request.args.get("page", default=1, type=int)
    found = reviewing.review_queue(_reviews(), current_actor(), run_id, wanted, number)
    return render_template(
        "reviews.html",
        queue=found,
        wanted=wanted,
        number=max(number, 1),
        page_count=max(1, -(-found.total // PAGE_SIZE)),
        message=error_text(error, current_question().language) if error else "",
        minute=minute_text,
        decisions=ReviewDecision,
        paths_of=paths_of,
    )
