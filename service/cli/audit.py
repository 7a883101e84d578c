"""`parcelwatch audit` and `parcelwatch tally`: the database judged as of a date."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from service.cli.options import FILE, Instant, as_of_option, book_option
from service.cli.session import Session
from service.cli.tables import double_claims, tally_table, write_tables
from service.cli.words import Command, option
from service.operations.auditing import AuditResult, audit, district_tally
from service.reports.files import whole_file
from service.reports.xlsx import write_workbook


@click.command("audit", cls=Command)
@as_of_option
@option("--known-at", type=Instant(), help="Judge with what was known at this instant.")
@option("-o", "--output", type=FILE, help="Workbook to write (XLSX).")
@book_option
@click.pass_obj
def audit_command(
    session: Session,
    /,
    as_of: date | None,
    known_at: datetime | None,
    output: Path | None,
    book: str | None,
) -> None:
    """Judge every contract of the database and keep the judgement."""
    with session.database() as engine, session.working("Auditing"):
        result = audit(
            engine,
            session.law(book),
            session.day(as_of),
            session.language,
            actor=session.actor,
            clock=session.clock,
            known_at=known_at,
        )
    tell_audit(session, result, output)


def tell_audit(session: Session, result: AuditResult, workbook: Path | None) -> None:
    """Print the result, and write the workbook where one is wanted."""
    write_tables(result.content, session.out.file)
    if result.is_new:
        session.say("Audit run {run} is new.", run=result.run.run_id)
    else:
        session.say("Audit run {run} already holds this result.", run=result.run.run_id)
    if workbook:
        with whole_file(workbook) as draft:
            write_workbook(result.content, draft)
        session.say("Written: {path}", path=workbook)


@click.command("tally", cls=Command)
@as_of_option
@book_option
@click.pass_obj
def tally_command(session: Session, /, as_of: date | None, book: str | None) -> None:
    """Show vacated and upgraded land against the targets."""
    with session.database() as engine:
        tally = district_tally(engine, session.law(book), session.day(as_of))
    session.out.print(tally_table(tally, session.language, session.translate))
    if sentence := double_claims(tally, session.translate):
        session.out.print(sentence)
