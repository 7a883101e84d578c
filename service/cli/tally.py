"""`parcelwatch tally`: inefficient land against the targets."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import click

from service.cli.delivery import TABLE, Forms, deliver, format_option
from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session, console
from service.cli.tables import double_claims, drawn
from service.cli.words import Command
from service.compliance.indicators.report import TallyReport
from service.i18n import translator
from service.operations.tallying import tally_report
from service.reports.tally import TABLES, entry_table, write_workbook
from service.reports.tally_document import write_csv, write_json


@click.command("tally", cls=Command)
@as_of_option
@format_option
@output_option
@book_option
@click.pass_obj
def tally_command(
    session: Session,
    /,
    as_of: date | None,
    kind: str,
    output: Path | None,
    book: str | None,
) -> None:
    """Show vacated and upgraded land against the targets, by year, town and park."""
    with session.database() as engine:
        report = tally_report(engine, session.law(book), session.day(as_of))
    language = session.language
    forms: Forms[TallyReport] = Forms(
        {"json": write_json, "csv": write_csv, TABLE: partial(_write_tables, language=language)},
        partial(write_workbook, language=language),
    )
    deliver(session, forms, report, kind, output)


def _write_tables(report: TallyReport, stream: IO[str], language: str) -> None:
    out = console(stream)
    for make in TABLES:
        table = make(report, language)
        if table.rows and make is not entry_table:
            out.print(drawn(table, language))
            out.print()
    if sentence := double_claims(report.tally, translator(language)):
        out.print(sentence)
