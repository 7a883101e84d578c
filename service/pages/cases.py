"""Cases: the list, one case with its next step, and what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from io import BytesIO, StringIO
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from geodata.errors import UsageError
from geodata.model.case_lists import (
    CaseFlag,
    CasePath,
    CaseState,
    DisposalOption,
    DocumentKind,
)
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from geodata.model.transitions import paths_of
from geodata.store.queries.cases import CaseFilter, CaseRow
from service.clock import minute_text
from service.i18n import error_text
from service.notices.digest import day_words
from service.operations import case_files, case_work
from service.operations import cases as operations
from service.operations.case_documents import kinds_of
from service.reports.case_table import case_table
from service.reports.table_files import write_csv, write_sheets
from service.reports.tables import Table
from service.web.account_pages import act_asked
from service.web.case_forms import DOCUMENT, chosen, day_asked, taken_asked, word_asked
from service.web.case_pages import site_cases
from service.web.land_pages import net_land
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

Answer = str | Redirect | tuple[str, HTTPStatus]

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases")
@requires(Permission.VIEW)
def cases() -> str:
    """The cases that pass the filters, the one opened last first."""
    return _page(
        "cases.html",
        rows=_listed(),
        paths=CasePath,
        states=CaseState,
        stale=CaseFlag.ISSUED_FACTS_CHANGED,
    )


@blueprint.get("/cases.csv", defaults={"form": "csv"})
@blueprint.get("/cases.xlsx", defaults={"form": "xlsx"})
@requires(Permission.EXPORT)
def download(form: str) -> Response:
    """Exactly the same list as a file."""
    question = current_question()
    write, media_type = _FORMS[form]
    name = f"cases-{question.as_of.isoformat()}.{form}"
    content = write(case_table(_listed(), question.language), question.language)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return current_app.response_class(content, content_type=media_type, headers=headers)


@blueprint.get("/cases/work")
@requires(Permission.VIEW)
def work() -> str:
    """What is to be done about the open cases, the nearest last day first."""
    items = case_work.work(site_cases(), current_actor())
    is_all = request.args.get("whose") == "all"
    shown = [item for item in items if is_all or item.is_for(current_actor())]
    return _page("work.html", items=shown, is_all=is_all, total=len(items))


@blueprint.get("/contracts/<slug>/case")
@requires(Permission.CASES)
def form(slug: str) -> str:
    """The form that opens a case about a contract."""
    return _opening(slug)


@blueprint.post("/contracts/<slug>/case")
@requires(Permission.CASES)
def open_case(slug: str) -> Answer:
    """Open a case on one of the findings of a contract."""
    try:
        case = operations.open_case(
            site_cases(),
            current_actor(),
            ContractKey.from_slug(slug),
            word_asked("ground", FindingCode),
            word_asked("path", CasePath),
            day_asked("opened_on"),
            request.form.get("reason", ""),
        )
    except UsageError as error:
        return _opening(slug, error), HTTPStatus.BAD_REQUEST
    return _to(case.case_id)


@blueprint.get("/cases/<uuid:case_id>")
@requires(Permission.VIEW)
def case(case_id: UUID) -> str:
    """One case: where it stands, what was done, and what comes next."""
    return _case_page(case_id)


@blueprint.post("/cases/<uuid:case_id>/steps")
@requires(Permission.CASES)
def act(case_id: UUID) -> Answer:
    """Take a step, or ask a second person for it."""
    try:
        version = request.form.get("version", default=-1, type=int)
        operations.act(site_cases(), current_actor(), case_id, version, taken_asked())
    except UsageError as error:
        return _case_page(case_id, error), HTTPStatus.CONFLICT
    return _to(case_id)


@blueprint.post("/cases/<uuid:case_id>/decisions")
@requires(Permission.AGREE)
def decide(case_id: UUID) -> Answer:
    """Agree to the step that waits, or refuse it."""
    try:
        agrees = act_asked("agree", "refuse") == "agree"
        number, told = request.form.get("proposal_id", ""), request.form.get("reason", "")
        actor, asked = current_actor(), _number(number)
        operations.decide(site_cases(), actor, asked, agrees=agrees, decision=told)
    except UsageError as error:
        return _case_page(case_id, error), HTTPStatus.CONFLICT
    return _to(case_id)


@blueprint.post("/cases/<uuid:case_id>/comments")
@requires(Permission.COMMENT)
def comment(case_id: UUID) -> Answer:
    """Say something about a case."""
    try:
        operations.comment(site_cases(), current_actor(), case_id, request.form.get("text", ""))
    except UsageError as error:
        return _case_page(case_id, error), HTTPStatus.BAD_REQUEST
    return _to(case_id)


def _listed() -> list[CaseRow]:
    wanted = CaseFilter(
        is_open=None if request.args.get("closed") else True,
        path=chosen("path", CasePath),
        state=chosen("state", CaseState),
        park=request.args.get("park") or None,
    )
    return case_files.list_cases(site_cases(), current_actor(), wanted)


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(
            "There is no step {number} that waits.", "Look at the case.", number=text
        ) from None


def _to(case_id: UUID) -> Redirect:
    return redirect(url_for("cases.case", case_id=case_id), HTTPStatus.SEE_OTHER)


def _opening(slug: str, error: UsageError | None = None) -> str:
    key, question = ContractKey.from_slug(slug), current_question()
    grounds = case_files.grounds_of(site_cases(), current_actor(), key, question.as_of)
    return _page("case_form.html", error, key=key, grounds=grounds, paths_of=paths_of)


def _case_page(case_id: UUID, error: UsageError | None = None) -> str:
    as_of = current_question().as_of
    file = case_files.case_file(site_cases(), current_actor(), case_id, as_of)
    return _page(
        "case.html",
        error,
        file=file,
        kinds=kinds_of(file.row.case.path),
        options=DisposalOption,
        document_field=DOCUMENT,
        receipt=DocumentKind.SERVICE_RECEIPT,
        **net_land(file.said),
    )


def _page(template: str, error: UsageError | None = None, **values: Any) -> str:
    told = error_text(error, current_question().language) if error else ""
    return render_template(
        template, message=told, minute=minute_text, day_words=day_words, **values
    )


def _csv(table: Table, _language: str) -> bytes:
    stream = StringIO(newline="")
    write_csv(table.heads, table.rows, stream)
    return stream.getvalue().encode()


def _workbook(table: Table, language: str) -> bytes:
    stream = BytesIO()
    write_sheets([table], stream, language)
    return stream.getvalue()


_FORMS: Final[Mapping[str, tuple[Callable[[Table, str], bytes], str]]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        _workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
