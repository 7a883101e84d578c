"""The way to the targets: how likely they are, what to take up, and which figure is shown first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any, Final

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geodata.errors import UsageError
from geodata.model.roles import Permission
from service.compliance.indicators.outlooks import ForecastReport
from service.compliance.indicators.plan_results import Plan
from service.compliance.indicators.scenario import PlanReport, usual_fields
from service.i18n import error_text
from service.operations.prospects import Prospects
from service.reports import forecast as forecast_words
from service.reports import plan as plan_words
from service.reports.charts import outlook_charts
from service.reports.tables import table_words
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_JSON: Final = "application/json"
_YEARS_AHEAD: Final = 5
_ASKED: Final = ("until", "costs")
_PREFIXES: Final = ("target:", "limit:")

blueprint = Blueprint("prospects", __name__)


@blueprint.get("/targets/forecast")
@requires(Permission.TOTALS)
def forecast() -> str:
    """How likely each target is, with the trajectory and the entries that decide it."""
    report, question = _forecast(), current_question()
    years = range(question.as_of.year, question.as_of.year + _YEARS_AHEAD)
    return render_template(
        "forecast.html",
        report=report,
        charts=outlook_charts(report, question.language),
        tables=[make(report, question.language) for make in forecast_words.TABLES],
        remarks=forecast_words.remarks(report, question.language),
        method=forecast_words.method(report, question.language),
        years=years,
        **table_words(),
    )


@blueprint.get("/targets/forecast.json")
@requires(Permission.TOTALS)
def forecast_json() -> Response:
    """The forecast as a document."""
    return _file("forecast.json", _text(forecast_words.write_json, _forecast()), _JSON)


@blueprint.get("/targets/forecast.xlsx")
@requires(Permission.TOTALS)
def forecast_workbook() -> Response:
    """The forecast as a workbook."""
    content = _workbook(forecast_words.write_workbook, _forecast())
    return _file("forecast.xlsx", content, _XLSX)


@blueprint.get("/targets/plan")
@requires(Permission.TOTALS)
def plan() -> str | tuple[str, HTTPStatus]:
    """What to take up under the targets, costs and limits asked for; a script asks for a part."""
    fields, question = _fields(), current_question()
    is_part = request.headers.get("HX-Request") == "true"
    page: dict[str, Any] = {"fields": fields, "targets": _land_targets(), **table_words()}
    template, status = "_plan.html" if is_part else "plan.html", HTTPStatus.OK
    try:
        report = _plan(fields)
    except UsageError as error:
        page |= {"message": error_text(error, question.language), "report": None}
        status = HTTPStatus.OK if is_part else HTTPStatus.BAD_REQUEST
    else:
        page |= {
            "report": report,
            "remarks": plan_words.remarks(report, question.language),
            "tables": plan_words.tables(report, question.language),
        }
    return render_template(template, **page), status


@blueprint.get("/targets/plan.json")
@requires(Permission.TOTALS)
def plan_json() -> Response:
    """The plan as a document."""
    return _file("plan.json", _text(plan_words.write_json, _plan(_fields())), _JSON)


@blueprint.get("/targets/plan.xlsx")
@requires(Permission.TOTALS)
def plan_workbook() -> Response:
    """The plan as a workbook."""
    return _file("plan.xlsx", _workbook(plan_words.write_workbook, _plan(_fields())), _XLSX)


@blueprint.post("/targets/choices")
@requires(Permission.CHOOSE)
def choose() -> Redirect:
    """Let one of two figures that disagree be shown first."""
    said = (request.form.get(name, "") for name in ("conflict", "figure", "reason"))
    prospects().choose(current_actor(), *said)
    return redirect(f"{url_for('targets.targets')}#conflicts", HTTPStatus.SEE_OTHER)


def prospects() -> Prospects:
    """What looks ahead on this site."""
    found = current_site().prospects
    assert found is not None
    return found


def planned_entries() -> frozenset[str]:
    """The entries that the plan asked for takes up; none where nothing reaches the targets."""
    found = _plan(_fields()).plan
    taken = found.taken if isinstance(found, Plan) else ()
    return frozenset(each.claim_code for each in taken)


def _forecast() -> ForecastReport:
    question, until = current_question(), request.args.get("until", type=int)
    return prospects().forecast(current_actor(), question.as_of, question.known_at, until)


def _plan(fields: Mapping[str, str]) -> PlanReport:
    question = current_question()
    return prospects().plan(current_actor(), question.as_of, fields, question.known_at)


def _fields() -> dict[str, str]:
    """What is asked, beside what is asked where nothing is said."""
    usual = usual_fields(current_site().readings.law.targets, current_question().as_of)
    asked = request.args.items()
    own = {key: text for key, text in asked if key in _ASKED or key.startswith(_PREFIXES)}
    return usual | own


def _land_targets() -> list[Any]:
    return [target for target in current_site().readings.law.targets if target.is_land]


def _text(write: Callable[[Any, IO[str]], None], report: object) -> bytes:
    stream = StringIO(newline="")
    write(report, stream)
    return stream.getvalue().encode()


def _workbook(write: Callable[[Any, Path | IO[bytes], str], None], report: object) -> bytes:
    stream = BytesIO()
    write(report, stream, current_question().language)
    return stream.getvalue()


def _file(name: str, content: bytes, media_type: str) -> Response:
    stem, _, ending = name.partition(".")
    as_of = current_question().as_of.isoformat()
    headers = {"Content-Disposition": f"attachment; filename={stem}-{as_of}.{ending}"}
    return current_app.response_class(content, content_type=media_type, headers=headers)
