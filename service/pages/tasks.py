"""Work in the background: asked for, watched, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geodata.model.roles import Permission
from geodata.model.tasks import TaskKind
from service.clock import minute_text
from service.i18n import sentence_text
from service.operations.tasks import has_worker, submit, task_of, tasks_of
from service.web.permissions import requires, signed_in
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("tasks", __name__)


@blueprint.get("/tasks")
@signed_in
def tasks() -> str:
    """What the account asked for, the newest first."""
    found = tasks_of(current_site().access.accounts.engine, current_actor())
    return render_template("tasks.html", tasks=found, minute=minute_text)


@blueprint.get("/tasks/<uuid:task_id>")
@signed_in
def task(task_id: UUID) -> str:
    """How far one task has come; asked by htmx, only the part that changes."""
    engine = current_site().access.accounts.engine
    part = "_task.html" if request.headers.get("HX-Request") else "task.html"
    return render_template(
        part,
        task=task_of(engine, current_actor(), task_id),
        has_worker=has_worker(engine),
        minute=minute_text,
        told=sentence_text,
    )


@blueprint.post("/runs")
@requires(Permission.AUDIT)
def audit() -> Response:
    """Ask for the audit of the day the page is about."""
    return _asked(TaskKind.AUDIT, as_of=current_question().as_of.isoformat())


@blueprint.post("/tasks")
@requires(Permission.AUDIT)
def refresh() -> Response:
    """Ask for lists and maps to be brought up to date."""
    return _asked(TaskKind.REFRESH)


def _asked(kind: TaskKind, **arguments: str) -> Response:
    accounts = current_site().access.accounts
    kept = submit(accounts.engine, current_actor(), kind, arguments, accounts.clock)
    return redirect(url_for("tasks.task", task_id=kept.task_id), HTTPStatus.SEE_OTHER)
