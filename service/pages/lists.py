"""The lists of land: how many stand where and who answers, then each list row by row."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import NothingFoundError, UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import STATED_FOR, LandList, ListState, Roll, SiteStatement
from geodata.model.roles import Permission
from service.compliance.indicators.list_report import ListReport
from service.operations.land_lists import list_reports
from service.operations.linkage import linkage_years
from service.operations.stating import Statements
from service.reports.land_lists import (
    basis_text,
    bodies_text,
    held_text,
    linkage_table,
    list_table,
    write_list_csv,
    write_list_json,
)
from service.web.land_pages import (
    asked_day,
    day_told,
    land,
    land_page,
    sent,
    text_of,
    workbook_of,
)
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

_SHOWN = (ListState.LISTED, ListState.OPEN)
_PAGE = 100

blueprint = Blueprint("lists", __name__)


@blueprint.get("/lists")
@requires(Permission.TOTALS)
def lists() -> str:
    """Every list with its count and bodies, and disposed land against new quota."""
    engine, law, _ = land()
    years = linkage_years(engine, law, **asked_day())
    return land_page(
        "lists.html",
        reports=list_reports(engine, law, **asked_day()),
        linkage=linkage_table(years, current_question().language),
        share=years[-1].balance.share,
        linked=years[-1].balance.duty,
        bodies=bodies_text,
        basis=basis_text,
    )


@blueprint.get("/lists/<code>")
@requires(Permission.VIEW)
def land_list(code: str) -> str:
    """One list, condition by condition."""
    report = _report(code)
    last = max(1, -(-len(report.lines) // _PAGE))
    page = min(max(1, request.args.get("page", 1, int)), last)
    return land_page(
        "land_list.html",
        report=report,
        lines=report.lines[(page - 1) * _PAGE : page * _PAGE],
        page=page,
        page_count=last,
        states=_SHOWN,
        roll=next((roll for roll in Roll if roll.land_list is report.land_list), None),
        statements=STATED_FOR.get(report.land_list, ()),
        sees_all=current_actor().sees_all,
        bodies=bodies_text,
        basis=basis_text,
        held=held_text,
    )


@blueprint.get("/lists/<code>.<form>")
@requires(Permission.EXPORT)
def download(code: str, form: str) -> Response:
    """The same rows as a file."""
    report, language = _report(code), current_question().language
    if form == "xlsx":
        return sent(code, form, workbook_of([list_table(report, language)]))
    writers = {"csv": write_list_csv, "json": write_list_json}
    if form not in writers:
        raise NothingFoundError(
            "A list is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=form,
            forms=", ".join(("xlsx", *writers)),
        )
    return sent(code, form, text_of(partial(writers[form], [report])))


@blueprint.get("/contracts/<slug>/statements")
@requires(Permission.VIEW)
def statements(slug: str) -> str:
    """What offices state of the land of a contract."""
    return _statements_page(slug)


@blueprint.post("/contracts/<slug>/statements")
@requires(Permission.LIST)
def state(slug: str) -> AnyResponse | tuple[str, HTTPStatus]:
    """Keep a statement."""
    try:
        matter = _one_of(SiteStatement, "statement")
        _kept().state(
            current_actor(),
            ContractKey.from_slug(slug),
            matter,
            holds=_answer(),
            since_on=day_told("since_on"),
            source=request.form.get("source", ""),
            reason=request.form.get("reason", ""),
        )
    except UsageError as error:
        return _statements_page(slug, error), HTTPStatus.BAD_REQUEST
    return redirect(url_for("lists.statements", slug=slug), HTTPStatus.SEE_OTHER)


def _kept() -> Statements:
    engine, _, clock = land()
    return Statements(engine, clock)


def _statements_page(slug: str, error: UsageError | None = None) -> str:
    key = ContractKey.from_slug(slug)
    found = _kept().of_contract(current_actor(), key, current_question().known_at)
    return land_page(
        "statements.html", error, key=key, statements=found, every_statement=SiteStatement
    )


def _report(code: str) -> ListReport:
    if code not in LandList.positions():
        raise NothingFoundError(
            "There is no list {code}.", "Choose one from the page of lists.", code=code
        )
    asked = request.args.get("state", ListState.LISTED.value)
    state = ListState.of(asked) if asked in map(str, _SHOWN) else ListState.LISTED
    engine, law, _ = land()
    (report,) = list_reports(engine, law, lists=(LandList.of(code),), state=state, **asked_day())
    return report


def _one_of(words: type[SiteStatement], name: str) -> SiteStatement:
    code = request.form.get(name, "")
    if code not in words.positions():
        raise UsageError("This has to be filled in.")
    return words.of(code)


def _answer() -> bool:
    answer = request.form.get("holds", "")
    if answer not in ("yes", "no"):
        raise UsageError("Neither yes nor no is stated.", "Choose one of them.")
    return answer == "yes"
