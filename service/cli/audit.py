"""`parcelwatch audit`: the database judged as of a date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geodata.errors import UsageError
from service.cli.bulk import engine_options, require_both
from service.cli.check import CHECK_FORMS
from service.cli.comparison import (
    compare_option,
    map_option,
    question,
    refuse_map,
    tell_comparison,
)
from service.cli.delivery import TABLE, deliver, format_option
from service.cli.options import FILE, Instant, as_of_option, book_option
from service.cli.session import Session
from service.cli.tables import write_tables
from service.cli.words import Command, option
from service.operations.auditing import AuditResult, audit
from service.operations.comparing import compare_database
from service.operations.engines import judge_of


@click.command("audit", cls=Command)
@as_of_option
@option("--known-at", type=Instant(), help="Judge with what was known at this instant.")
@format_option
@option("-o", "--output", type=FILE, help="File to write; a workbook (XLSX) beside --format table.")
@book_option
@compare_option
@map_option
@engine_options
@click.pass_obj
def audit_command(session: Session, /, kind: str, output: Path | None, **options: Any) -> None:
    """Judge every contract of the database and keep the judgement."""
    law, known_at = session.law(options["book"]), options["known_at"]
    refuse_map(options["other"], options["map_file"])
    require_both(options)
    if options["other"] and options["scheduler"]:
        raise UsageError(
            "Workers judge a database by one law book, and two are to be compared.",
            "Leave out --engine and --scheduler.",
        )
    if options["other"]:
        asked = question(session, law, options["other"], options["as_of"], options["map_file"])
        with session.database() as engine, session.working("Auditing"):
            compared = compare_database(
                engine,
                asked,
                clock=session.clock,
                known_at=known_at,
                with_land=bool(options["map_file"]),
            )
        tell_comparison(session, compared, kind, output, options["map_file"])
        return
    with session.database() as engine, session.working("Auditing"):
        result = audit(
            engine,
            law,
            session.day(options["as_of"]),
            session.language,
            actor=session.actor,
            clock=session.clock,
            known_at=known_at,
            judge=judge_of(options["scheduler"]),
        )
    if kind == TABLE:
        tell_audit(session, result, output)
    else:
        deliver(session, CHECK_FORMS, result.content, kind, output)
        tell_run(session, result)


def tell_audit(session: Session, result: AuditResult, workbook: Path | None) -> None:
    """Print the result, and write the workbook where one is wanted."""
    write_tables(result.content, session.out.file)
    tell_run(session, result)
    if workbook:
        deliver(session, CHECK_FORMS, result.content, "xlsx", workbook)


def tell_run(session: Session, result: AuditResult) -> None:
    """Say which run holds the result."""
    if result.is_new:
        session.say("Audit run {run} is new.", run=result.run.run_id)
    else:
        session.say("Audit run {run} already holds this result.", run=result.run.run_id)
