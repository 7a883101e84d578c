"""`parcelwatch lists`: land that is not used as it should be, list by list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import click

from geodata.model.land_lists import LandList, ListState
from service.cli.delivery import TABLE, Forms, deliver, format_option
from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session, console
from service.cli.tables import drawn
from service.cli.words import Command, option
from service.compliance.indicators.list_report import ListReport
from service.operations.land_lists import list_reports
from service.reports.land_lists import (
    list_table,
    overview_table,
    write_list_csv,
    write_list_json,
)
from service.reports.table_files import write_sheets

_STATES = (ListState.LISTED.value, ListState.OPEN.value)


@click.command("lists", cls=Command)
@as_of_option
@option(
    "--list",
    "lists",
    multiple=True,
    type=click.Choice([each.value for each in LandList]),
    help="List to show, with its rows; may be repeated; default all, in the terminal counted only.",
)
@option(
    "--state",
    type=click.Choice(_STATES),
    default=ListState.LISTED.value,
    help="Who is shown: listed, or undetermined for want of a fact or a threshold.",
)
@format_option
@output_option
@book_option
@click.pass_obj
def lists_command(
    session: Session,
    /,
    as_of: date | None,
    lists: tuple[str, ...],
    state: str,
    kind: str,
    output: Path | None,
    book: str | None,
) -> None:
    """Show who stands on the lists of land, by which conditions, and who answers for them."""
    wanted = [LandList.of(code) for code in lists] or list(LandList)
    with session.database() as engine:
        law, day = session.law(book), session.day(as_of)
        reports = list_reports(engine, law, day, wanted, state=ListState.of(state))
    language = session.language
    forms: Forms[Sequence[ListReport]] = Forms(
        {
            "json": write_list_json,
            "csv": write_list_csv,
            TABLE: partial(_write_tables, language=language, is_counted=not lists),
        },
        partial(_write_book, language=language),
    )
    deliver(session, forms, reports, kind, output)


def _write_tables(
    reports: Sequence[ListReport], stream: IO[str], language: str, *, is_counted: bool
) -> None:
    out = console(stream)
    if is_counted:
        out.print(drawn(overview_table(reports, language), language))
        return
    for report in reports:
        out.print(drawn(list_table(report, language), language))


def _write_book(reports: Sequence[ListReport], path: Path, language: str) -> None:
    tables = [list_table(report, language) for report in reports]
    write_sheets([overview_table(reports, language), *tables], path, language)
