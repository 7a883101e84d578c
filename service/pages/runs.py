"""The audits that are kept, and the difference of two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request

from geodata.errors import UsageError
from geodata.model.movements import Movement
from geodata.model.roles import Permission
from service.clock import SHANGHAI, minute_text
from service.maps.selection import PAGE_SIZE
from service.operations.audit_reports import audit_report
from service.reports.audit.forms import AUDIT_FORMS
from service.reports.comparison import ComparisonContent
from service.reports.comparison_files import write_csv, write_workbook
from service.reports.papers.forms import form_named
from service.web.paging import asked_page
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_SHOWN: Final = 100
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("runs", __name__)


@blueprint.get("/runs")
@requires(Permission.RUNS)
def runs() -> str:
    """The runs kept, newest first."""
    kept = current_site().readings.runs(current_actor(), _SHOWN)
    return render_template("runs.html", runs=kept, most=_SHOWN, minute=minute_text)


@blueprint.get("/runs/<int:run_id>")
@requires(Permission.RUNS)
def run(run_id: int) -> str:
    """One run: what was asked, what came of it, what moved since the one before."""
    report = current_site().readings.run(current_actor(), run_id, current_question().language)
    return render_template(
        "run.html",
        report=report,
        counts=_counts(report.changes) if report.changes else {},
        verdicts=report.summary.verdicts_by_severity,
        known_on=report.run.known_at.astimezone(SHANGHAI).date(),
        forms=AUDIT_FORMS,
        minute=minute_text,
    )


@blueprint.get("/runs/<int:run_id>/report.<form>")
@requires(Permission.RUNS)
def report(run_id: int, form: str) -> Response:
    """The report of a run as a file; a draft until somebody has signed the run off."""
    paper, site = form_named(form, AUDIT_FORMS), current_site()
    engine, law = site.access.accounts.engine, site.readings.law
    told = audit_report(engine, current_actor(), law, run_id, current_question().language)
    headers = {"Content-Disposition": f"attachment; filename=run-{run_id}.{form}"}
    return current_app.response_class(
        paper.write(told), content_type=paper.media_type, headers=headers
    )


@blueprint.get("/runs/diff")
@requires(Permission.RUNS)
def difference() -> str:
    """What moved from one run to another, filtered by movement."""
    content = _content()
    chosen = _movements()
    listed = [
        row
        for row in content.listed.tolist()
        if not chosen or Movement.at(int(content.comparison.movement[row])) in chosen
    ]
    shown = asked_page(listed, PAGE_SIZE)
    return render_template(
        "runs_diff.html",
        content=content,
        counts=_counts(content),
        chosen=chosen,
        parcels=list(content.parcels(shown.rows)),
        total=content.total(listed),
        number=shown.number,
        page_count=shown.count,
    )


@blueprint.get("/runs/diff.csv", defaults={"form": "csv"})
@blueprint.get("/runs/diff.xlsx", defaults={"form": "xlsx"})
@requires(Permission.RUNS)
def download(form: str) -> Response:
    """The same difference, whole, as a file."""
    content = _content()
    write, media_type = _FORMS[form]
    name = f"runs-{content.before.run_id}-{content.after.run_id}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return current_app.response_class(write(content), content_type=media_type, headers=headers)


def _content() -> ComparisonContent:
    before, after = (request.args.get(name, type=int) for name in ("from", "to"))
    if before is None or after is None:
        raise UsageError(
            "A difference needs two runs; the address names {before} and {after}.",
            "Choose both in the list of runs.",
            before=request.args.get("from") or "–",
            after=request.args.get("to") or "–",
        )
    language = current_question().language
    return current_site().readings.difference(current_actor(), before, after, language)


def _movements() -> frozenset[Movement]:
    positions = Movement.positions()
    asked = request.args.getlist("movement")
    for code in asked:
        if code not in positions:
            raise UsageError(
                "The filter {name} has no value {value}.",
                "Choose one from the list.",
                name="movement",
                value=code,
            )
    return frozenset(map(Movement.of, asked))


def _counts(content: ComparisonContent) -> dict[Movement, int]:
    """The contracts listed by movement: each count is the length of its list."""
    counts = Counter(content.comparison.movement[content.listed].tolist())
    return {Movement.at(code): counts[code] for code in sorted(counts)}


def _csv(content: ComparisonContent) -> bytes:
    stream = StringIO(newline="")
    write_csv(content, stream)
    return stream.getvalue().encode()


def _workbook(content: ComparisonContent) -> bytes:
    stream = BytesIO()
    write_workbook(content, stream)
    return stream.getvalue()


_FORMS: Final[Mapping[str, tuple[Callable[[ComparisonContent], bytes], str]]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "xlsx": (_workbook, _XLSX),
}
