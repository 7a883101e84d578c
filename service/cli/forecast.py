"""`parcelwatch forecast`: how likely the targets for inefficient land are to be reached."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import click

from service.cli.delivery import TABLE, Forms, deliver, document_option
from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session, console
from service.cli.tables import drawn
from service.cli.words import Command, option
from service.compliance.indicators.outlooks import ForecastReport
from service.reports.forecast import (
    TABLES,
    band_table,
    method,
    remarks,
    write_json,
    write_workbook,
)


@click.command("forecast", cls=Command)
@as_of_option
@option("--until", "until_year", type=int, help="Year by whose end the targets are asked for.")
@document_option
@output_option
@book_option
@click.pass_obj
def forecast_command(
    session: Session,
    /,
    as_of: date | None,
    until_year: int | None,
    kind: str,
    output: Path | None,
    book: str | None,
) -> None:
    """Tell how likely each target for inefficient land is reached, and what decides it."""
    from service.operations.forecasting import forecast_report  # noqa: PLC0415 - scipy takes long

    day = session.day(as_of)
    with session.database() as engine:
        report = forecast_report(engine, session.law(book), day, until_year=until_year)
    language = session.language
    forms: Forms[ForecastReport] = Forms(
        {"json": write_json, TABLE: partial(_write_tables, language=language)},
        partial(write_workbook, language=language),
    )
    deliver(session, forms, report, kind, output)


def _write_tables(report: ForecastReport, stream: IO[str], language: str) -> None:
    out = console(stream)
    for make in TABLES:
        table = make(report, language)
        if table.rows and make is not band_table:
            out.print(drawn(table, language))
            out.print()
    for sentence in (*remarks(report, language), *method(report, language)):
        out.print(sentence)
