"""Parks and what they attain, and new projects held against the entry standards."""

from __future__ import annotations

from fractions import Fraction
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import UsageError
from geodata.model.land_lists import ProjectKind
from geodata.model.roles import Permission
from geodata.model.supervised import PROJECT_FIGURES, PROJECT_NAMES
from service.compliance.indicators.rating_report import ParkReport
from service.compliance.indicators.registers import Subject
from service.maps.figures import NOTHING, grouped
from service.operations.entry_check import (
    ProjectForm,
    Projects,
    bars,
    project_file,
    projects_shown,
    read_project_form,
    record_project,
)
from service.operations.parks import park_report
from service.operations.rolls import Rolls
from service.reports.rating import attainment_table, champion_table, park_tables, rating_table
from service.web.entry_pages import titled
from service.web.land_pages import asked_day, land, land_page, sent, workbook_of
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

blueprint = Blueprint("parks", __name__)


@blueprint.get("/parks")
@requires(Permission.TOTALS)
def parks() -> str:
    """What the projects of each park attain, and how parks compare."""
    report, language = _report(), current_question().language
    evaluation = report.evaluation
    return land_page(
        "parks.html",
        report=report,
        totals=attainment_table(report.totals, language),
        cohorts=attainment_table(report.attainments, language),
        champions=champion_table(report, language),
        evaluated=rating_table(evaluation, language) if evaluation else None,
        sees_all=current_actor().sees_all,
    )


@blueprint.get("/parks.xlsx")
@requires(Permission.TOTALS)
def download() -> Response:
    """The same tables as a workbook."""
    return sent("parks", "xlsx", workbook_of(park_tables(_report(), current_question().language)))


@blueprint.get("/projects")
@requires(Permission.VIEW)
def projects() -> str:
    """The projects recorded last."""
    return land_page("projects.html", projects=projects_shown(_projects(), current_actor()))


@blueprint.get("/projects/new")
@requires(Permission.ENTER)
def form() -> str:
    """The form for a project."""
    return _form_page()


@blueprint.post("/projects/new")
@requires(Permission.ENTER)
def record() -> AnyResponse | tuple[str, HTTPStatus]:
    """Record a project, with what came out of the check."""
    read, actor = read_project_form(request.form), current_actor()
    if read.problems:
        return _form_page(read), HTTPStatus.BAD_REQUEST
    try:
        found = record_project(_projects(), actor, read, current_question().as_of)
    except UsageError as error:
        return _form_page(read, error), HTTPStatus.BAD_REQUEST
    return redirect(url_for("parks.project", project_id=found.project_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/projects/<uuid:project_id>")
@requires(Permission.VIEW)
def project(project_id: UUID) -> str:
    """A project: what is planned, how it stands against each requirement, and the registers."""
    question, actor = current_question(), current_actor()
    found = project_file(_projects(), actor, project_id)
    subject = Subject(found.name, found.uscc)
    title = titled(question.language)
    return land_page(
        "project.html",
        project=found,
        bars=bars(_projects(), actor, found, question.as_of),
        restriction=land()[1].act("restriction").versions[-1],
        figures_told=[
            (title(a), found.said[a.key]) for a in PROJECT_FIGURES if a.key in found.said
        ],
        exact=lambda text: grouped(Fraction(text), 2) if text else NOTHING,
        matches=Rolls(*land()).found(actor, subject, question.as_of, question.known_at),
    )


def _report() -> ParkReport:
    engine, law, _ = land()
    report = park_report(engine, law, **asked_day())
    return report if current_actor().may(Permission.VIEW) else report.without_names()


def _projects() -> Projects:
    return Projects(*land())


def _form_page(read: ProjectForm | None = None, error: UsageError | None = None) -> str:
    return land_page(
        "project_form.html",
        error,
        kinds=ProjectKind,
        fields=(*PROJECT_NAMES, *PROJECT_FIGURES),
        titled=titled(current_question().language),
        problems=read.problems if read else {},
        standards=land()[1].standards,
    )
