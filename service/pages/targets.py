"""Where the district stands against its targets: as pages and as files."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO, StringIO
from typing import IO, Final

from flask import Blueprint, Response, current_app, render_template, request, url_for

from geodata.model.indicator_lists import EvaluationKind
from geodata.model.roles import Permission
from service.compliance.indicators.development import Development
from service.compliance.indicators.progress import Movement
from service.compliance.indicators.report import EntryStanding, TallyReport
from service.pages.prospects import planned_entries
from service.reports.charts import net_chart
from service.reports.development import count_table, growth_table
from service.reports.tables import Table, table_words
from service.reports.tally import (
    TABLES,
    entry_table,
    park_table,
    target_table,
    town_table,
    write_workbook,
    year_table,
)
from service.reports.tally_document import write_csv, write_json
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHARTED: Final = (year_table, town_table)
_APART: Final = (target_table, entry_table, *_CHARTED)

blueprint = Blueprint("targets", __name__)


@blueprint.get("/targets")
@requires(Permission.TOTALS)
def targets() -> str:
    """Every target for land with what it rests on, and where the papers disagree."""
    report, language = _report(), current_question().language
    prospects, question, actor = current_site().prospects, current_question(), current_actor()
    charted = [make(report, language) for make in _CHARTED]
    found = prospects and prospects.development(actor, question.as_of, question.known_at)
    return render_template(
        "targets.html",
        report=report,
        charts=[(net_chart(report, table, language), table) for table in charted],
        tables=[make(report, language) for make in TABLES if make not in _APART],
        targets=target_table(report, language),
        development=_development(found, language) if found else [],
        growth=growth_table(found, language) if found else None,
        choices=prospects.choices(actor) if prospects else (),
        evaluations=list(EvaluationKind),
        towns=_doors((each.town, "") for each in report.movements),
        parks=_doors(("", each.park) for each in report.movements),
        **table_words(),
    )


@blueprint.get("/targets/entries")
@requires(Permission.TOTALS)
def register() -> str:
    """The entries of the register: of all places, of a town and a park, or those of a plan."""
    chosen = {name: request.args.get(name, "") for name in ("town", "park")}
    report, language = _of_place(_report(), **chosen), current_question().language
    is_of_plan = "plan" in request.args
    if is_of_plan:
        taken = planned_entries()
        report = replace(report, entries=_among(report.entries, taken), movements=())
    towns = _doors((each.town, "") for each in report.movements)
    parks = _doors((chosen["town"], each.park) for each in report.movements)
    return render_template(
        "target_entries.html",
        chosen=chosen,
        tables=[(town_table(report, language), towns), (park_table(report, language), parks)],
        entries=entry_table(report, language),
        is_of_plan=is_of_plan,
        parcels=_parcel_doors(),
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


def _of_place(report: TallyReport, town: str, park: str) -> TallyReport:
    """What of a report lies in a town and a park; an empty one stands for all."""

    def is_there(place: Movement | EntryStanding) -> bool:
        where = place.claim if isinstance(place, EntryStanding) else place
        return town in ("", where.town) and park in ("", where.park)

    return replace(
        report,
        movements=tuple(filter(is_there, report.movements)),
        entries=tuple(filter(is_there, report.entries)),
    )


def _development(found: Development, language: str) -> list[Table]:
    """Growth and counts of the district, without its parks."""
    lines = tuple(replace(line, places=line.places[:1]) for line in found.growth)
    return [growth_table(replace(found, growth=lines), language), count_table(found, language)]


def _among(entries: Iterable[EntryStanding], codes: Container[str]) -> tuple[EntryStanding, ...]:
    return tuple(each for each in entries if each.claim.claim_code in codes)


def _parcel_doors() -> dict[str, str]:
    """Where the code of each entry leads: the contract on its land."""
    prospects = current_site().prospects
    found = prospects.contracts_of_entries(current_actor()) if prospects else {}
    return {code: url_for("contracts.contract", slug=key.slug) for code, key in found.items()}


def _doors(places: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Where the name of each town or park leads: the entries of it."""
    return {
        park or town: url_for("targets.register", town=town or None, park=park or None)
        for town, park in places
        if town or park
    }


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
