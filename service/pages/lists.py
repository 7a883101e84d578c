"""The lists of land: how many stand where and who answers, then each list row by row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import NothingFoundError, UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import (
    NET_LAND,
    STATED_FOR,
    LandList,
    ListState,
    Roll,
    SiteStatement,
)
from geodata.model.roles import Permission
from geodata.model.supervised import last_words
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
    net_land,
    sent,
    text_of,
    workbook_of,
)
from service.web.paging import asked_page
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
    shown = asked_page(report.lines, _PAGE)
    return land_page(
        "land_list.html",
        report=report,
        lines=shown.rows,
        page=shown.number,
        page_count=shown.count,
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
        _kept().state(
            current_actor(),
            ContractKey.from_slug(slug),
            _answers(),
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
        "statements.html",
        error,
        key=key,
        statements=found,
        others=[matter for matter in SiteStatement if matter not in NET_LAND],
        **net_land(last_words(found)),
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


def _answers() -> dict[SiteStatement, bool]:
    """What is stated: one matter that is chosen, or each that has an answer of its own."""
    said = request.form
    if "statement" not in said:
        return _yes_or_no({matter: said.get(matter.value, "") for matter in NET_LAND})
    if said["statement"] not in SiteStatement.positions():
        raise UsageError("This has to be filled in.")
    return _yes_or_no({SiteStatement.of(said["statement"]): said.get("holds", "")})


def _yes_or_no(told: Mapping[SiteStatement, str]) -> dict[SiteStatement, bool]:
    return {matter: said == "yes" for matter, said in told.items() if said in ("yes", "no")}
