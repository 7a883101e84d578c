"""`parcelwatch rate`: enterprises and parks rated by a scheme of the law book."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import click

from service.cli.delivery import TABLE, Forms, deliver, format_option
from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session, console
from service.cli.tables import drawn
from service.cli.words import Command, option
from service.compliance.indicators.rating_report import RatingReport
from service.i18n import error_text
from service.operations.rating import rating_report
from service.reports.rating import rating_table, write_rating_csv, write_rating_json
from service.reports.table_files import write_sheets


@click.command("rate", cls=Command)
@as_of_option
@option("--scheme", help="Rating scheme of the law book; default that of enterprises.")
@format_option
@output_option
@book_option
@click.pass_obj
def rate_command(
    session: Session,
    /,
    as_of: date | None,
    scheme: str | None,
    kind: str,
    output: Path | None,
    book: str | None,
) -> None:
    """Rate enterprises or parks against each other, by the figures of the last year known."""
    with session.database() as engine:
        report = rating_report(engine, session.law(book), session.day(as_of), scheme)
    language = session.language
    forms: Forms[RatingReport] = Forms(
        {
            "json": write_rating_json,
            "csv": write_rating_csv,
            TABLE: partial(_write_table, language=language),
        },
        partial(_write_book, language=language),
    )
    deliver(session, forms, report, kind, output)
    if report.obstacle:
        session.messages.print(error_text(report.obstacle, language), markup=False)


def _write_table(report: RatingReport, stream: IO[str], language: str) -> None:
    console(stream).print(drawn(rating_table(report, language), language))


def _write_book(report: RatingReport, path: Path, language: str) -> None:
    write_sheets([rating_table(report, language)], path, language)
