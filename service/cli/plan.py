"""`parcelwatch plan`: which open entries to take up so that the targets are reached."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import IO

import click

from geodata.errors import UsageError
from service.cli.delivery import TABLE, Forms, deliver, document_option
from service.cli.options import as_of_option, book_option, output_option
from service.cli.session import Session, console
from service.cli.tables import drawn
from service.cli.words import Command, option
from service.compliance.indicators.scenario import PlanReport, usual_fields
from service.operations.planning import plan_report
from service.reports.plan import remarks, tables, write_json, write_workbook


@click.command("plan", cls=Command)
@as_of_option
@option("--until", type=int, help="Year by whose end the targets are asked for.")
@option("--target", "targets", multiple=True, help="What if: a target in mu, ID=MU; 0 drops it.")
@option("--costs", type=float, help="What if: costs in per cent of those in the register.")
@option(
    "--limit",
    "limits",
    multiple=True,
    help="At most so much: [TOWN:][YEAR:]mu=MU or yuan=YUAN; town and year stand for each.",
)
@document_option
@output_option
@book_option
@click.pass_obj
def plan_command(
    session: Session,
    /,
    as_of: date | None,
    until: int | None,
    targets: tuple[str, ...],
    costs: float | None,
    limits: tuple[str, ...],
    kind: str,
    output: Path | None,
    book: str | None,
) -> None:
    """Choose the open entries that reach the targets at least cost, within limits."""
    day, law = session.day(as_of), session.law(book)
    fields = usual_fields(law.targets, day)
    fields |= {} if until is None else {"until": str(until)}
    fields |= {} if costs is None else {"costs": str(costs)}
    fields |= dict(_pair("target", text) for text in targets)
    fields |= dict(_pair("limit", text) for text in limits)
    with session.database() as engine:
        report = plan_report(engine, law, day, fields)
    language = session.language
    forms: Forms[PlanReport] = Forms(
        {"json": write_json, TABLE: partial(_write_tables, language=language)},
        partial(write_workbook, language=language),
    )
    deliver(session, forms, report, kind, output)


def _pair(name: str, text: str) -> tuple[str, str]:
    key, sign, value = text.rpartition("=")
    if not sign:
        raise UsageError(
            "--{name} cannot be “{value}”.",
            "Write what it is about, = and a number: vacated_2025=1600 for a target, year:mu=300"
            " for a limit.",
            name=name,
            value=text,
        )
    return f"{name}:{key}", value


def _write_tables(report: PlanReport, stream: IO[str], language: str) -> None:
    out = console(stream)
    for table in tables(report, language):
        out.print(drawn(table, language))
        out.print()
    for sentence in remarks(report, language):
        out.print(sentence)
