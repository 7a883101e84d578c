"""Where the district stands against its targets for land: as a page and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO, StringIO
from typing import IO, Final

from flask import Blueprint, Response, current_app, render_template

from geodata.model.roles import Permission
from service.compliance.indicators.conflicts import conflicts
from service.compliance.indicators.report import TallyReport
from service.reports.tables import table_words
from service.reports.tally import TABLES, target_table, write_csv, write_json, write_workbook
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("targets", __name__)


@blueprint.get("/targets")
@requires(Permission.TOTALS)
def targets() -> str:
    """Every target for land with what it rests on, and where the papers disagree."""
    report, language = _report(), current_question().language
    return render_template(
        "targets.html",
        report=report,
        tables=[make(report, language) for make in TABLES if make is not target_table],
        targets=target_table(report, language),
        conflicts=conflicts(current_site().readings.law),
        **table_words(),
    )


@blueprint.get("/targets.csv", defaults={"form": "csv"})
@blueprint.get("/targets.json", defaults={"form": "json"})
@blueprint.get("/targets.xlsx", defaults={"form": "xlsx"})
@requires(Permission.TOTALS)
def download(form: str) -> Response:
    """The same figures as a file."""
    report, question = _report(), current_question()
    write, media_type = _FORMS[form]
    name = f"targets-{question.as_of.isoformat()}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    content = write(report, question.language)
    return current_app.response_class(content, content_type=media_type, headers=headers)


def _report() -> TallyReport:
    question = current_question()
    readings = current_site().readings
    return readings.targets(current_actor(), question.as_of, question.known_at)


def _text(write: Callable[[TallyReport, IO[str]], None], report: TallyReport, _: str) -> bytes:
    stream = StringIO(newline="")
    write(report, stream)
    return stream.getvalue().encode()


def _workbook(report: TallyReport, language: str) -> bytes:
    stream = BytesIO()
    write_workbook(report, stream, language)
    return stream.getvalue()


_FORMS: Final[Mapping[str, tuple[Callable[[TallyReport, str], bytes], str]]] = {
    "csv": (partial(_text, write_csv), "text/csv; charset=utf-8"),
    "json": (partial(_text, write_json), "application/json"),
    "xlsx": (_workbook, _XLSX),
}
