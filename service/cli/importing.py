"""`parcelwatch import`: files into the database, or what they would change."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click
from rich.text import Text

from geodata.errors import UsageError
from geodata.model.codelist import Codelist
from geodata.model.content_lists import ContentKind
from service.cli.options import (
    FILE,
    crs_option,
    district_option,
    kind_option,
    layer_option,
    profile_option,
)
from service.cli.session import Session
from service.cli.tables import badge, new_table
from service.cli.words import Command, option
from service.maps.assets import InlinedAssets
from service.operations.check import rejection
from service.operations.import_sources import Source
from service.operations.importing import import_now, plan_import
from service.reports.files import whole_file
from service.reports.import_content import ImportContent, ImportedTable
from service.reports.import_files import state, write_import_json, write_import_workbook
from service.reports.import_page import import_page
from service.reports.import_tables import change_count, change_table

_REPORTS: Final = (".xlsx", ".html", ".json")
_SHOWN: Final = 20
"""Changes that a terminal shows; a report holds all of them."""

_WIDEST: Final = 60
"""Letters that a terminal shows of a cell."""


@click.command("import", cls=Command)
@click.argument("files", type=FILE, nargs=-1)
@kind_option
@district_option
@profile_option
@layer_option
@crs_option
@option("--encoding", help="Encoding of a text file, for instance GB18030; default found.")
@option("--dry-run", is_flag=True, help="Write nothing; show what the import would change.")
@option(
    "--end-vanished",
    "ends_vanished",
    is_flag=True,
    help="Let rows that the file no longer has be known no longer; their history stays.",
)
@option("--report", type=FILE, help="File for the whole report: .xlsx, .html or .json.")
@click.pass_obj
def import_command(
    session: Session,
    /,
    files: tuple[Path, ...],
    kind: str | None,
    district: Path | None,
    report: Path | None,
    *,
    dry_run: bool,
    ends_vanished: bool,
    **reading: Any,
) -> int:
    """Import tables of any kind, and the land of a district, all of them or none."""
    _require_task(files, district, report)
    chosen = ContentKind.of(kind) if kind else None
    sources = [Source(path, chosen, **reading) for path in files]
    land = Source(district, crs=None if files else reading["crs"]) if district else None
    with session.database() as engine, session.watching("Importing") as watch:
        if dry_run:
            plan = plan_import(
                engine, sources, district=land, tolerances=session.config.quality, watch=watch
            )
            content = plan.content(session.language)
        else:
            done = import_now(
                engine,
                sources,
                district=land,
                tolerances=session.config.quality,
                watch=watch,
                actor=session.actor,
                clock=session.clock,
                ends_vanished=ends_vanished,
            )
            content = done.content(session.language)
            session.refresh(engine)
    if dry_run:
        _show_changes(session, content)
    tell_import(session, content)
    if report:
        _write(session, content, report)
    return int(any(table.file.rejected for table in content.tables))


def tell_import(session: Session, content: ImportContent) -> None:
    """Say what becomes of every row."""
    for table in content.tables:
        _tell_counts(session, table)
        rejected = [rejection(issue, session.language) for issue in table.file.rejected]
        session.tell_rows(rejected)
        headers = table.file.unknown_headers
        session.tell_remarks(table.issues, headers if table.keeps_other_columns else ())
        if headers and not table.keeps_other_columns:
            session.say("Columns that are left out: {headers}", headers=", ".join(headers))
        _tell_quality(session, table)
    if content.at is None:
        session.say(state(content))


def _require_task(files: tuple[Path, ...], district: Path | None, report: Path | None) -> None:
    if not files and not district:
        raise UsageError(
            "There is nothing to import.", "Name a table, or --district FILE.gpkg, or both."
        )
    if report and report.suffix.lower() not in _REPORTS:
        raise UsageError(
            "A report on an import cannot be written as {path}.",
            "End its name in .xlsx, .html or .json.",
            path=report,
        )


def _tell_counts(session: Session, table: ImportedTable) -> None:
    counts = table.counts
    session.say(
        "{what}: {rows_in} rows = {added} added + {changed} changed + {unchanged} unchanged"
        " + {declined} declined + {rejected} rejected",
        what=table.title(session.language),
        rows_in=counts.rows_in,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        declined=counts.declined,
        rejected=counts.rejected,
    )
    if table.repaired_count:
        session.say("{count} of these rows were repaired.", count=table.repaired_count)


def _tell_quality(session: Session, table: ImportedTable) -> None:
    for severity, count in table.report().by_severity.items():
        if count:
            session.say(
                "Data quality, {severity}: {count}",
                severity=severity.label(session.language),
                count=count,
            )


def _show_changes(session: Session, content: ImportContent) -> None:
    """Print the first changes."""
    table = change_table(content, _SHOWN)
    shown = new_table(table.title, table.heads, text_columns=table.text_count)
    for line in table.rows:
        shown.add_row(*(_cell(cell, session.language) for cell in line))
    if table.rows:
        session.out.print(shown)
    if left := change_count(content) - len(table.rows):
        session.say("… and {count} more changes; --report FILE holds all of them.", count=left)


def _cell(cell: object, language: str) -> Text:
    if isinstance(cell, Codelist):
        return badge(cell, language)
    text = Text("" if cell is None else str(cell))
    text.truncate(_WIDEST, overflow="ellipsis")
    return text


def _write(session: Session, content: ImportContent, report: Path) -> None:
    with whole_file(report) as draft:
        match report.suffix.lower():
            case ".xlsx":
                write_import_workbook(content, draft)
            case ".json":
                with draft.open("w", encoding="utf-8", newline="") as stream:
                    write_import_json(content, stream)
            case _:
                assets = InlinedAssets(session.config.assets_dir)
                limit = session.config.maps.feature_limit
                district = session.law().title(session.language)
                page = import_page(content, assets, district, feature_limit=limit)
                draft.write_text(page, encoding="utf-8")
    session.say("Written: {path}", path=report)
