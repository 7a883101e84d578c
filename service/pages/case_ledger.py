"""The recovery ledger: damages and fees case by case, and what became of the cases."""

from __future__ import annotations

from flask import Blueprint, Response, request

from geodata.model.case_lists import CasePath
from geodata.model.roles import Permission
from geodata.store.queries.cases import CaseFilter
from service.operations.recovery_ledger import recovery_ledger
from service.reports.recovery import LedgerLine, ledger_table, tally_tables, total
from service.web.case_forms import chosen
from service.web.case_pages import site_cases
from service.web.land_pages import land_page, sent, workbook_of
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

blueprint = Blueprint("case_ledger", __name__)


@blueprint.get("/cases/ledger")
@requires(Permission.VIEW)
def ledger() -> str:
    """The money of every case that passes the filters, and outcomes tallied."""
    lines = _lines()
    return land_page(
        "case_ledger.html",
        lines=lines,
        total=total(lines),
        tallies=tally_tables(lines, current_question().language),
        paths=CasePath,
    )


@blueprint.get("/cases/ledger.xlsx")
@requires(Permission.EXPORT)
def download() -> Response:
    """The same ledger as a workbook, with a sheet for each tally."""
    lines, language = _lines(), current_question().language
    tables = [ledger_table(lines, language), *tally_tables(lines, language)]
    return sent("recovery", "xlsx", workbook_of(tables))


def _lines() -> list[LedgerLine]:
    question = current_question()
    wanted = CaseFilter(path=chosen("path", CasePath), park=request.args.get("park") or None)
    return recovery_ledger(site_cases(), current_actor(), wanted, question.as_of, question.known_at)
