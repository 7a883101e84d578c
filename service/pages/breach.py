"""What is taken away as files: breach reports of a contract or a park, and files of cases."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from geodata.errors import NothingFoundError
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from geodata.model.tasks import TaskKind
from service.operations.breach_facts import Asked
from service.operations.breach_reports import breach_document
from service.operations.case_bundles import case_bundle
from service.operations.cases import Cases
from service.operations.tasks import submit, tasks_of
from service.reports.papers.forms import FORMS, form_named
from service.web.evidence_pages import evidence_room
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("breach", __name__)


@blueprint.get("/contracts/<slug>/breach.<form>")
@requires(Permission.EXPORT)
def report(slug: str, form: str) -> Response:
    """The breach report of a contract as a file."""
    paper = form_named(form, FORMS)
    question, site, key = current_question(), current_site(), ContractKey.from_slug(slug)
    asked = Asked(site.readings.law, question.as_of, question.language, question.known_at)
    engine = site.access.accounts.engine
    document = breach_document(engine, current_actor(), asked, key)
    name = f"{key.contract_no}-{question.as_of}.{form}"
    return _attached(paper.write(document), paper.media_type, name)


@blueprint.post("/breach")
@requires(Permission.EXPORT)
def ask() -> Redirect:
    """Ask for the reports of a park, as of the day and in the language of the page."""
    accounts, question = current_site().access.accounts, current_question()
    arguments = {
        "park": request.form.get("park", ""),
        "as_of": question.as_of.isoformat(),
        "language": question.language,
    }
    actor = current_actor()
    task = submit(accounts.engine, actor, TaskKind.BREACH_REPORTS, arguments, accounts.clock)
    return redirect(url_for("tasks.task", task_id=task.task_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/breach/<digest>.zip")
@requires(Permission.EXPORT)
def bundle(digest: str) -> Response:
    """The reports that one of the latest tasks of one's own has made."""
    for task in tasks_of(current_site().access.accounts.engine, current_actor()):
        if task.result and task.result.place.get("digest") == digest:
            content = evidence_room().blobs.read(digest)
            return _attached(content, "application/zip", f"breach-{task.arguments['as_of']}.zip")
    raise NothingFoundError(
        "None of your tasks has made these reports.", "Ask for them on the page of a contract."
    )


@blueprint.get("/cases/<uuid:case_id>/file.zip")
@requires(Permission.EVIDENCE)
def case_file(case_id: UUID) -> Response:
    """The whole file of a case: one PDF, the originals, and a manifest that proves both."""
    site, language = current_site(), current_question().language
    accounts = site.access.accounts
    cases = Cases(accounts.engine, site.readings.law, accounts.clock)
    content = case_bundle(cases, evidence_room(), current_actor(), case_id, language)
    return _attached(content, "application/zip", f"case-{case_id}.zip")


def _attached(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return current_app.response_class(content, content_type=media_type, headers=headers)
