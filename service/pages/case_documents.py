"""Documents of cases: drafted, edited, agreed to, issued, served, and taken away as files."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geodata.errors import NothingFoundError, UsageError
from geodata.model.case_documents import CaseDocument, Issue
from geodata.model.case_lists import CaseFlag, DocumentKind, ServiceWay
from geodata.model.roles import Permission
from service.clock import minute_text
from service.i18n import error_text
from service.operations import case_documents as operations
from service.operations import case_issuing as issuing
from service.operations import case_papers as papers
from service.reports.papers.document import Document, missing_facts, outline
from service.reports.papers.editing import passages
from service.reports.papers.forms import FORMS
from service.web.case_forms import day_asked, word_asked
from service.web.case_pages import site_cases
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

Answer = str | Redirect | tuple[str, HTTPStatus]

blueprint = Blueprint("case_documents", __name__)


@blueprint.post("/cases/<uuid:case_id>/documents")
@requires(Permission.CASES)
def draft(case_id: UUID) -> Redirect:
    """Draft a document of a case."""
    kind = word_asked("kind", DocumentKind)
    return _to(operations.draft_document(site_cases(), current_actor(), case_id, kind))


@blueprint.get("/documents/<uuid:document_id>")
@requires(Permission.PERSONAL)
def document(document_id: UUID) -> str:
    """A document as it reads, with what may be done with it."""
    return _page(document_id)


@blueprint.get("/documents/<uuid:document_id>.<form>")
@requires(Permission.PERSONAL)
def download(document_id: UUID, form: str) -> Response:
    """A document as a file: the same bytes every time."""
    file = papers.document_file(site_cases(), current_actor(), document_id)
    return _sent(file.paper, form, file.document.issue)


@blueprint.get("/documents/<uuid:document_id>/receipt.<form>")
@requires(Permission.PERSONAL)
def receipt(document_id: UUID, form: str) -> Response:
    """The receipt that is signed when an issued document is served."""
    found = papers.service_receipt(site_cases(), current_actor(), document_id)
    return _sent(found, form)


@blueprint.post("/documents/<uuid:document_id>/text")
@requires(Permission.CASES)
def edit(document_id: UUID) -> Answer:
    """Change the words of a draft."""
    return _done(document_id, lambda: _edited(document_id))


@blueprint.post("/documents/<uuid:document_id>/approval")
@requires(Permission.AGREE)
def approve(document_id: UUID) -> Answer:
    """Agree to a draft as it stands."""
    who = (site_cases(), current_actor(), document_id, _version())
    return _done(document_id, lambda: operations.approve_document(*who))


@blueprint.post("/documents/<uuid:document_id>/withdrawal")
@requires(Permission.CASES)
def withdraw(document_id: UUID) -> Answer:
    """Take a draft back."""
    who = (site_cases(), current_actor(), document_id, _version())
    return _done(document_id, lambda: operations.withdraw_document(*who))


@blueprint.post("/documents/<uuid:document_id>/issue")
@requires(Permission.ISSUE)
def issue(document_id: UUID) -> Answer:
    """Issue a draft for good."""
    return _done(document_id, lambda: _issued(document_id))


@blueprint.post("/documents/<uuid:document_id>/services")
@requires(Permission.CASES)
def serve(document_id: UUID) -> Answer:
    """Record how an issued document was served."""
    return _done(document_id, lambda: _served(document_id))


def _sent(paper: Document, form: str, issue: Issue | None = None) -> Response:
    if form not in FORMS:
        raise NothingFoundError(
            "A document is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=form,
            forms=", ".join(FORMS),
        )
    name = f"{paper.title}{issue.number if issue else ''}.{form}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    written = FORMS[form]
    return current_app.response_class(
        written.write(paper), content_type=written.media_type, headers=headers
    )


def _edited(document_id: UUID) -> CaseDocument:
    form = request.form
    places = {name.removeprefix("text-"): " ".join(said.split()) for name, said in form.items()}
    texts = {int(place): said for place, said in places.items() if place.isdigit()}
    names, words = form.getlist("blank"), form.getlist("words")
    blanks = {name: " ".join(said.split()) for name, said in zip(names, words, strict=False)}
    edits = operations.Edits(texts, blanks)
    return operations.edit_document(site_cases(), current_actor(), document_id, _version(), edits)


def _issued(document_id: UUID) -> CaseDocument:
    asked = issuing.Issuing(
        request.form.get("number", ""), request.form.get("recipient", ""), day_asked("issued_on")
    )
    return issuing.issue_document(site_cases(), current_actor(), document_id, _version(), asked)


def _served(document_id: UUID) -> None:
    said = issuing.Serving(
        way=word_asked("way", ServiceWay),
        served_on=day_asked("served_on"),
        receiver=request.form.get("receiver", ""),
        evidence=request.form.get("evidence", ""),
    )
    issuing.record_service(site_cases(), current_actor(), document_id, said)


def _done(document_id: UUID, work: Callable[[], object]) -> Answer:
    """Do what a form asks for; what bars it is told above the document."""
    try:
        work()
    except UsageError as error:
        return _page(document_id, error), HTTPStatus.CONFLICT
    return redirect(_address(document_id), HTTPStatus.SEE_OTHER)


def _version() -> int:
    return request.form.get("version", default=-1, type=int)


def _to(drafted: CaseDocument) -> Redirect:
    return redirect(_address(drafted.document_id), HTTPStatus.SEE_OTHER)


def _address(document_id: UUID) -> str:
    return url_for("case_documents.document", document_id=document_id)


def _page(document_id: UUID, error: UsageError | None = None) -> str:
    file = papers.document_file(site_cases(), current_actor(), document_id)
    return render_template(
        "document.html",
        file=file,
        numbers=outline(file.paper),
        passages=list(passages(file.paper)),
        blanks=missing_facts(file.paper),
        ways=ServiceWay,
        stale=CaseFlag.ISSUED_FACTS_CHANGED,
        minute=minute_text,
        message=error_text(error, current_question().language) if error else "",
    )
