"""`parcelwatch log`: the event log, shown and exported."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.text import Text

from geodata.model.roles import Actor, Role
from service.cli.options import output_option
from service.cli.session import Session
from service.cli.tables import new_table
from service.cli.words import Command, Group, option
from service.clock import minute_text
from service.operations.event_log import newest_events
from service.operations.verifying import log_head, log_lines
from service.reports.files import whole_file


@click.group("log", cls=Group)
def log_group() -> None:
    """Show or export the event log, to which everything that is done is added."""


@log_group.command("list", cls=Command)
@option("--limit", type=click.IntRange(1), default=20, help="How many events to show.")
@click.pass_obj
def list_command(session: Session, /, limit: int) -> None:
    """List the newest events."""
    _ = session.translate
    with session.database() as engine:
        keeper = Actor.of_role(f"cli:{session.actor}", Role.AUDITOR)
        events = newest_events(engine, keeper, limit)
    heads = (_("Event"), _("When"), _("By"), _("What"), _("About"), _("Hash"))
    table = new_table(_("Event log"), heads, text_columns=len(heads))
    for logged in events:
        event = logged.event
        about = f"{event.subject.label(session.language)} {event.subject_id}"
        cells = (
            *(str(logged.head.seq), minute_text(event.at), event.actor),
            *(event.kind.label(session.language), about, logged.head.text[:16]),
        )
        table.add_row(*map(Text, cells))
    session.out.print(table)


@log_group.command("head", cls=Command)
@click.pass_obj
def head_command(session: Session, /) -> None:
    """Print the hash of the last event, to be kept outside the database."""
    with session.database() as engine:
        head = log_head(engine)
    session.say("Event {number}:", number=head.seq)
    session.out.print(head.text, markup=False, highlight=False)


@log_group.command("export", cls=Command)
@output_option
@click.pass_obj
def export_command(session: Session, /, output: Path | None) -> None:
    """Write the log as lines of JSON, which can be proved without the database."""
    with session.database() as engine:
        if output is None:
            sys.stdout.buffer.writelines(log_lines(engine))
            return
        with whole_file(output) as draft, draft.open("wb") as stream:
            stream.writelines(log_lines(engine))
    session.say("Written: {path}", path=output)
