"""`parcelwatch check`: judge a ledger file; no database, no server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any

import click

from geodata.errors import UsageError
from service.cli.options import (
    FILE,
    as_of_option,
    book_option,
    layer_option,
    output_option,
    profile_option,
)
from service.cli.session import Session
from service.cli.tables import write_tables
from service.cli.words import Command, option
from service.operations.check import check_file
from service.reports.content import CheckContent
from service.reports.files import whole_file
from service.reports.flat import write_csv
from service.reports.json_document import write_json
from service.reports.xlsx import write_workbook

_TEXT_WRITERS: Mapping[str, Callable[[CheckContent, IO[str]], None]] = {
    "json": write_json,
    "csv": write_csv,
    "table": write_tables,
}


@click.command("check", cls=Command)
@click.argument("file", type=FILE)
@as_of_option
@option(
    "--format",
    "kind",
    type=click.Choice([*_TEXT_WRITERS, "xlsx"]),
    default="table",
    help="Form of the result.",
)
@output_option
@option("--explain", is_flag=True, help="Add every intermediate value (JSON only).")
@book_option
@profile_option
@layer_option
@click.pass_obj
def check_command(session: Session, /, file: Path, kind: str, **options: Any) -> int:
    """Judge every row of a ledger file as of a date."""
    as_of: date = session.day(options["as_of"])
    if options["explain"] and kind != "json":
        raise UsageError("Only JSON holds an explanation.", "Add --format json.")
    with session.working("Judging the ledger") as progress:
        result = check_file(
            file,
            session.law(options["book"]),
            as_of,
            session.language,
            with_trace=options["explain"],
            profile=options["profile"],
            layer=options["layer"],
            progress=progress,
        )
    _deliver(session, result.content, kind, options["output"])
    session.tell_rows(result.content.rejected)
    session.tell_remarks(result.ledger)
    if result.content.rejected:
        session.say(
            "{count} of {rows} rows could not be read; the others were judged.",
            count=len({item["row"] for item in result.content.rejected}),
            rows=result.ledger.row_count,
        )
    return 1 if result.content.rejected else 0


def _deliver(session: Session, content: CheckContent, kind: str, output: Path | None) -> None:
    """Write the result to its file, else to standard output."""
    if not output:
        if kind == "xlsx":
            raise UsageError(
                "A workbook cannot be written to the terminal.", "Name a file with -o FILE.xlsx."
            )
        _TEXT_WRITERS[kind](content, sys.stdout)
        return
    with whole_file(output) as draft:
        if kind == "xlsx":
            write_workbook(content, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as stream:
                _TEXT_WRITERS[kind](content, stream)
    session.say("Written: {path}", path=output)
