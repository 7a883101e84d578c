"""What the pages of the land programme share: where facts are, tables as files, forms read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO, StringIO
from typing import IO, Any

from flask import Response, current_app, render_template, request

from geodata.errors import LandError, NothingFoundError, UsageError
from geodata.model.land_lists import NET_LAND, SiteStatement
from geodata.model.scalars import CellError, read_day
from geodata.model.supervised import StatedSite
from geodata.store.engine import Engine
from geodata.store.scope import Scope
from service.clock import Clock, minute_text
from service.compliance.law import LawBook
from service.i18n import error_text
from service.reports.listing_files import FORMATS
from service.reports.table_files import write_sheets
from service.reports.tables import Table, table_words
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor


def land() -> tuple[Engine, LawBook, Clock]:
    """The database of this site, its law book and its clock."""
    site = current_site()
    return site.access.accounts.engine, site.readings.law, site.access.accounts.clock


def net_land(said: Mapping[SiteStatement, StatedSite]) -> dict[str, Any]:
    """The conditions of clean land with what was said of each, and the law that asks for them."""
    return {
        "net_land": [(matter, said.get(matter)) for matter in NET_LAND],
        "net_land_law": current_site().readings.law.act("net_land").versions[-1],
    }


def asked_day() -> dict[str, Any]:
    """The day of the question and whose land is seen, as the reports take them."""
    question = current_question()
    return {
        "as_of": question.as_of,
        "known_at": question.known_at,
        "scope": Scope.of(current_actor()),
    }


def land_page(template: str, error: LandError | None = None, **values: Any) -> str:
    """A page of the land programme, with what was refused at its head."""
    language = current_question().language
    return render_template(
        template,
        message=error_text(error, language) if error else "",
        told=lambda problem: error_text(problem, language),
        minute=minute_text,
        **table_words(),
        **values,
    )


def asked_scheme() -> str | None:
    """The rating scheme that is asked about; None = the usual one.

    Raises
    ------
    NothingFoundError
        When the law book has no such scheme.
    """
    law, scheme = current_site().readings.law, request.args.get("scheme")
    if scheme is not None and scheme not in law.schemes:
        raise NothingFoundError(
            "The law book {book} has no rating scheme {scheme}.",
            "Choose one of: {known}.",
            book=law.code,
            scheme=scheme,
            known=", ".join(law.schemes),
        )
    return scheme


def day_told(name: str) -> date | None:
    """A day that a form states; None where it is left blank.

    Raises
    ------
    UsageError
        When it cannot be read.
    """
    try:
        return read_day(request.form.get(name, "")) if request.form.get(name) else None
    except CellError as error:
        raise UsageError(error.template, "Write it as 2024-02-29.", **error.values) from error


def sent(name: str, form: str, content: bytes) -> Response:
    """A file of the day asked about."""
    kinds = {
        "json": "application/json",
        "gpx": "application/gpx+xml",
        **{key: each.media_type for key, each in FORMATS.items()},
    }
    file_name = f"{name}-{current_question().as_of.isoformat()}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={file_name}"}
    return current_app.response_class(content, content_type=kinds[form], headers=headers)


def text_of(write: Callable[[IO[str]], None]) -> bytes:
    """What a writer of text writes."""
    stream = StringIO(newline="")
    write(stream)
    return stream.getvalue().encode()


def workbook_of(tables: list[Table]) -> bytes:
    """Tables as a workbook."""
    stream = BytesIO()
    write_sheets(tables, stream, current_question().language)
    return stream.getvalue()
