"""`parcelwatch daily`: judge what falls due, every day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import click
from rich.table import Table
from rich.text import Text

from geodata.model.codelists import Verdict
from service.cli.options import as_of_option, book_option
from service.cli.session import Session
from service.cli.tables import badge, new_table
from service.cli.words import Command
from service.operations.daily import audit_daily


@click.command("daily", cls=Command)
@as_of_option
@book_option
@click.pass_obj
def daily_command(session: Session, /, as_of: date | None, book: str | None) -> None:
    """Judge what falls due or has new facts since the last time."""
    law, day = session.law(book), session.day(as_of)
    with session.database() as engine:
        with session.working("Auditing"):
            result = audit_daily(engine, law, day, actor=session.actor, clock=session.clock)
        session.refresh(engine, law, day)
    if result.moves:
        session.out.print(_moves_table(session, result.moves))
    session.say(
        "Judged {count} contracts that fell due by {day}; {moved} have another verdict.",
        count=result.audit.due_count,
        day=result.audit.as_of,
        moved=sum(result.moves.values()),
    )


def _moves_table(session: Session, moves: Mapping[tuple[Verdict | None, Verdict], int]) -> Table:
    _ = session.translate
    heads = (_("Verdict before"), _("Verdict now"), _("Contracts"))
    table = new_table(_("Moved since the last daily audit"), heads, text_columns=2)
    for (before, now), count in moves.items():
        old = badge(before, session.language) if before else Text(_("not judged yet"))
        table.add_row(old, badge(now, session.language), f"{count:,}")
    return table
