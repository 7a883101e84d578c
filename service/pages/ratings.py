"""Ratings: everybody by rank, and how each score comes about."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from geodata.errors import NothingFoundError
from geodata.model.roles import Permission
from service.compliance.indicators.rating_report import RatingReport
from service.operations.rating import rating_report
from service.reports.rating import (
    indicator_table,
    rating_table,
    supervised_text,
    write_rating_csv,
    write_rating_json,
)
from service.web.land_pages import (
    asked_day,
    asked_scheme,
    land,
    land_page,
    sent,
    text_of,
    workbook_of,
)
from service.web.paging import asked_page
from service.web.permissions import requires
from service.web.question import current_question
from service.web.sessions import current_actor

_PAGE = 200

blueprint = Blueprint("ratings", __name__)


@blueprint.get("/ratings")
@requires(Permission.VIEW)
def ratings() -> str:
    """Who is rated how; where nobody is, why."""
    report = _report()
    shown = asked_page(report.rated, _PAGE)
    return land_page(
        "ratings.html",
        report=report,
        rated=shown.rows,
        page=shown.number,
        page_count=shown.count,
        schemes=land()[1].schemes.values(),
        supervised=supervised_text,
        sees_all=current_actor().sees_all,
    )


@blueprint.get("/ratings.<form>")
@requires(Permission.EXPORT)
def download(form: str) -> Response:
    """The same rows as a file."""
    report = _report()
    writers = {"csv": write_rating_csv, "json": write_rating_json}
    if form == "xlsx":
        table = rating_table(report, current_question().language)
        return sent("ratings", form, workbook_of([table]))
    if form not in writers:
        raise NothingFoundError(
            "A list is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=form,
            forms=", ".join(("xlsx", *writers)),
        )
    return sent("ratings", form, text_of(partial(writers[form], report)))


@blueprint.get("/ratings/<who>")
@requires(Permission.VIEW)
def rating(who: str) -> str:
    """One result: score, how it comes about, class, and what the class entails."""
    report = _report()
    found = next((each for each in report.rated if who in (each.who.uscc, each.who.name)), None)
    if found is None:
        raise NothingFoundError(
            "Nobody with the code or name {who} is known on that day.",
            "Look for it in the list of ratings.",
            who=who,
        )
    return land_page(
        "rating.html",
        report=report,
        rated=found,
        table=indicator_table(found, current_question().language),
        supervised=supervised_text,
    )


def _report() -> RatingReport:
    engine, law, _ = land()
    return rating_report(engine, law, scheme_id=asked_scheme(), **asked_day())
