"""`parcelwatch runs`: the audits that are kept, judged again or compared."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from geodata.model.roles import Actor, Role
from service.cli.comparison import COMPARISON_FORMS
from service.cli.delivery import deliver, format_option
from service.cli.options import FILE, book_option, output_option
from service.cli.session import Session
from service.cli.tables import group_table, new_table, verdict_table
from service.cli.words import Command, Group, option
from service.clock import minute_text
from service.operations.audit_reports import audit_report
from service.operations.runs import (
    Verification,
    compare_runs,
    recent_runs,
    run_summary,
    verify_run,
)
from service.reports.files import whole_file
from service.reports.papers.forms import form_of


@click.group("runs", cls=Group)
def runs_group() -> None:
    """List, judge again or compare the audits that are kept."""


@runs_group.command("list", cls=Command)
@option("--limit", type=click.IntRange(1), default=20, help="How many runs to show.")
@click.pass_obj
def list_command(session: Session, /, limit: int) -> None:
    """List the runs kept, newest first."""
    _ = session.translate
    with session.database() as engine:
        runs = recent_runs(engine, limit)
    heads = [_("Run"), _("Judged as of"), _("Known at"), _("Law book"), _("Started"), _("By")]
    table = new_table(_("Audit runs"), [*heads, _("Contracts")], text_columns=len(heads))
    for run in runs:
        known_at, started_at = minute_text(run.known_at), minute_text(run.started_at)
        cells = (str(run.run_id), run.as_of.isoformat(), known_at, run.book, started_at, run.actor)
        table.add_row(*map(Text, cells), f"{run.contract_count:,}")
    session.out.print(table)


@runs_group.command("show", cls=Command)
@click.argument("run", type=int)
@click.pass_obj
def show_command(session: Session, /, run: int) -> None:
    """Show what a run judged, by what, and with what result."""
    _ = session.translate
    with session.database() as engine:
        kept, summary = run_summary(engine, run)
    facts = {
        _("Judged as of"): kept.as_of.isoformat(),
        _("Known at"): minute_text(kept.known_at),
        _("Started"): minute_text(kept.started_at),
        _("By"): kept.actor,
        _("Law book"): f"{kept.book} {kept.book_digest or ''}",
        _("Rules"): f"{kept.code_version or ''} {kept.rule_digest}",
        _("Facts"): kept.inputs_digest or kept.facts_digest,
        _("Result"): kept.result_digest or "",
    }
    table = new_table(_("Run {run}").format(run=run), ("", ""), text_columns=2)
    table.show_header = False
    for name, text in facts.items():
        table.add_row(name, Text(text))
    for shown in (
        table,
        verdict_table(summary, session.language, _),
        group_table(summary, session.language, _),
    ):
        session.out.print(shown)
        session.out.print()


@runs_group.command("report", cls=Command)
@click.argument("run", type=int)
@option("-o", "--output", type=FILE, required=True, help="File to write, .pdf, .docx or .xlsx.")
@book_option
@click.pass_obj
def report_command(session: Session, /, run: int, output: Path, book: str | None) -> None:
    """Write the report of a run, a draft until somebody has signed the run off."""
    from service.reports.audit.forms import AUDIT_FORMS  # noqa: PLC0415 - typesetting takes long

    form, actor = form_of(output, AUDIT_FORMS), Actor.of_role(session.actor, Role.AUDITOR)
    with session.database() as engine, session.working("Writing the report"):
        report = audit_report(engine, actor, session.law(book), run, session.language)
        content = form.write(report)
    with whole_file(output) as draft:
        draft.write_bytes(content)
    session.say("Written: {path}", path=output)


@runs_group.command("verify", cls=Command)
@click.argument("run", type=int)
@book_option
@click.pass_obj
def verify_command(session: Session, /, run: int, book: str | None) -> int:
    """Judge the facts kept with a run again, by the law book and rules of now."""
    with session.database() as engine, session.working("Judging again"):
        found = verify_run(engine, run, lambda code: session.law(book or code), session.language)
    _tell_difference(session, found)
    if found.is_identical:
        session.say(
            "Run {run}: the result is identical ({digest}).", run=run, digest=found.result_digest
        )
        return 0
    deliver(session, COMPARISON_FORMS, found.content, "table", None)
    session.say("Run {run}: the result is another one.", run=run)
    return 1


@runs_group.command("diff", cls=Command)
@click.argument("before", type=int)
@click.argument("after", type=int)
@format_option
@output_option
@click.pass_obj
def diff_command(
    session: Session, /, before: int, after: int, kind: str, output: Path | None
) -> None:
    """Compare two runs: what is new, worse, better or resolved, with land and money."""
    with session.database() as engine, session.working("Comparing"):
        content = compare_runs(engine, before, after, session.language)
    deliver(session, COMPARISON_FORMS, content, kind, output)


def _tell_difference(session: Session, found: Verification) -> None:
    """Say whether book and rules are those that judged the run."""
    if found.has_other_book:
        session.say("The law book {book} has changed since this run.", book=found.run.book)
    if found.has_other_code:
        session.say("The rules have changed since this run.")
