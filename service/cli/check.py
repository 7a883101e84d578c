"""`parcelwatch check`: judge a ledger file; no database, no server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from geodata.errors import UsageError
from geodata.importers.ledger import LedgerFile
from service.cli.bulk import check_bulk, engine_options, is_bulk
from service.cli.comparison import (
    compare_option,
    map_option,
    question,
    refuse_map,
    tell_comparison,
)
from service.cli.delivery import Forms, deliver, format_option
from service.cli.options import (
    FILE,
    as_of_option,
    book_option,
    crs_option,
    district_option,
    layer_option,
    output_option,
    profile_option,
)
from service.cli.session import Session
from service.cli.tables import write_tables
from service.cli.words import Command, option
from service.operations.check import check_file, rejection
from service.operations.comparing import compare_file
from service.reports.content import CheckContent
from service.reports.flat import write_csv
from service.reports.json_document import write_json
from service.reports.xlsx import write_workbook

CHECK_FORMS: Final[Forms[CheckContent]] = Forms(
    {"json": write_json, "csv": write_csv, "table": write_tables}, write_workbook
)


@click.command("check", cls=Command)
@click.argument("file", type=FILE)
@as_of_option
@format_option
@output_option
@option("--explain", is_flag=True, help="Add every intermediate value (JSON only).")
@book_option
@profile_option
@layer_option
@crs_option
@compare_option
@map_option
@district_option
@engine_options
@click.pass_obj
def check_command(session: Session, /, file: Path, kind: str, **options: Any) -> int:
    """Judge every row of a ledger file, or of a directory of Parquet files, as of a date."""
    if is_bulk(file, options):
        return check_bulk(session, file, kind, options)
    refuse_map(options["other"], options["map_file"], options["district"])
    if options["explain"] and (kind != "json" or options["other"]):
        raise UsageError("Only JSON holds an explanation.", "Add --format json.")
    law = session.law(options["book"])
    reading = {key: options[key] for key in ("profile", "layer", "crs")}
    if options["other"]:
        asked = question(session, law, options["other"], options["as_of"], options["map_file"])
        with session.working("Judging the ledger") as progress:
            ledger, compared = compare_file(
                file, asked, district=options["district"], progress=progress, **reading
            )
        tell_comparison(session, compared, kind, options["output"], options["map_file"])
        return _tell_rows(session, ledger)
    with session.working("Judging the ledger") as progress:
        result = check_file(
            file,
            law,
            session.day(options["as_of"]),
            session.language,
            with_trace=options["explain"],
            progress=progress,
            **reading,
        )
    deliver(session, CHECK_FORMS, result.content, kind, options["output"])
    return _tell_rows(session, result.ledger)


def _tell_rows(session: Session, ledger: LedgerFile) -> int:
    """Say what was sent back and what is odd; the exit status."""
    rejected = [rejection(issue, session.language) for issue in ledger.rejected]
    session.tell_rows(rejected)
    session.tell_remarks(ledger.issues, ledger.unknown_headers)
    if rejected:
        session.say(
            "{count} of {rows} rows could not be read; the others were judged.",
            count=len({item["row"] for item in rejected}),
            rows=ledger.row_count,
        )
    return 1 if rejected else 0
