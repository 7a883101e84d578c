"""The leaders' brief and the evaluation reports, to download."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from geodata.errors import NothingFoundError
from geodata.model.indicator_lists import EvaluationKind
from geodata.model.roles import Permission
from service.operations.district_standing import district_standing
from service.pages.prospects import prospects
from service.reports.evaluation import evaluation
from service.reports.leaders_brief import leaders_brief
from service.reports.papers.document import Document
from service.reports.papers.forms import FORMS, PaperForm, form_named
from service.reports.standing import DistrictStanding
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("district_reports", __name__)


@blueprint.get("/targets/brief.<form>")
@requires(Permission.TOTALS)
def brief(form: str) -> Response:
    """The brief of two pages."""
    paper = form_named(form, FORMS)
    sees_contracts = current_actor().may(Permission.VIEW)
    written = leaders_brief(_standing(), names_contracts=sees_contracts)
    return _file(written, paper, f"brief.{form}")


@blueprint.get("/targets/evaluation/<kind>.<form>")
@requires(Permission.TOTALS)
def evaluated(kind: str, form: str) -> Response:
    """How the targets were carried out in a year, or in their term so far."""
    if kind not in EvaluationKind.positions():
        raise NothingFoundError(
            "There is no evaluation of the kind {kind}.",
            "Ask for one of: {known}.",
            kind=kind,
            known=", ".join(map(str, EvaluationKind)),
        )
    paper, targets = form_named(form, FORMS), current_site().readings.law.targets
    report = evaluation(_standing(), targets, EvaluationKind.of(kind))
    return _file(report, paper, f"{kind}.{form}")


def _standing() -> DistrictStanding:
    question = current_question()
    return district_standing(
        current_site().readings,
        prospects(),
        current_actor(),
        question.as_of,
        question.language,
        question.known_at,
    )


def _file(document: Document, paper: PaperForm, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={document.dated_on}-{name}"}
    content = paper.write(document)
    return current_app.response_class(content, content_type=paper.media_type, headers=headers)
