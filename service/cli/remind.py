"""`parcelwatch remind`: what falls due and what is new, on the terminal or as a mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from email.headerregistry import Address
from pathlib import Path
from typing import Final

import click

from geodata.errors import UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import REACHES
from geodata.model.roles import Actor, Role
from service.cli.options import as_of_option, book_option
from service.cli.session import Session
from service.cli.tables import badge, new_table
from service.cli.words import Command, option
from service.notices.digest import day_words, digest
from service.notices.reminders import Reminder
from service.operations.reading import DatabaseReadings
from service.reports.files import whole_file

_SENDER: Final = Address("parcelwatch", "parcelwatch", "localhost")


@click.command("remind", cls=Command)
@as_of_option
@book_option
@option(
    "--within",
    type=click.Choice([str(days) for days in REACHES]),
    default=str(REACHES[0]),
    help="Days to look ahead for what falls due, and back for what is new.",
)
@option("--park", "parks", multiple=True, help="Park to be reminded of; default all.")
@option("--mail", "recipient", help="Address of a mail to write, with --spool.")
@option("--spool", type=click.Path(path_type=Path), help="Directory the mail is written into.")
@option("--site", default="http://localhost:8000", help="Address of the site, for links.")
@click.pass_obj
def remind_command(
    session: Session,
    /,
    as_of: date | None,
    book: str | None,
    within: str,
    parks: tuple[str, ...],
    recipient: str | None,
    spool: Path | None,
    site: str,
) -> None:
    """Tell what falls due and what is new; write it as a mail."""
    if bool(recipient) != bool(spool):
        raise UsageError(
            "A mail needs an address and a directory to be written into.",
            "Name both --mail ADDRESS and --spool DIRECTORY, or neither.",
        )
    law, day = session.law(book), session.day(as_of)
    actor = Actor.of_role(session.actor, Role.AUDITOR)
    with session.database() as engine, session.working("Reading"):
        readings = DatabaseReadings(engine, law)
        near = readings.reminders(actor, day, session.language, int(within))
    found = [reminder for reminder in near if not parks or reminder.park in parks]
    if recipient and spool:
        _mail(session, found, day, recipient, spool, site)
    else:
        _show(session, found)


def _show(session: Session, found: Sequence[Reminder]) -> None:
    _ = session.translate
    heads = (_("Reminder"), _("Day"), "", _("Subject"), _("Project"), _("Park"))
    table = new_table(_("Reminders"), heads, text_columns=len(heads))
    for reminder in found:
        table.add_row(
            badge(reminder.kind, session.language),
            reminder.on.isoformat(),
            day_words(reminder.days, _),
            reminder.subject(session.language),
            reminder.title,
            reminder.park,
        )
    session.out.print(table)


def _mail(
    session: Session,
    found: Sequence[Reminder],
    as_of: date,
    recipient: str,
    spool: Path,
    site: str,
) -> None:
    if not found:
        session.say("There is nothing to remind of, and no mail was written.")
        return

    def page_of(key: ContractKey) -> str:
        return f"{site.rstrip('/')}/contracts/{key.slug}"

    mail = digest(
        found,
        sender=_SENDER,
        recipient=_address(recipient),
        as_of=as_of,
        made_at=session.clock(),
        language=session.language,
        translate=session.translate,
        page_of=page_of,
    )
    spool.mkdir(parents=True, exist_ok=True)
    path = spool / f"{as_of.isoformat()}-{_address(recipient).addr_spec}.eml"
    with whole_file(path) as draft:
        draft.write_bytes(bytes(mail))
    session.say("Written: {path}", path=path)


def _address(written: str) -> Address:
    try:
        address = Address(addr_spec=written)
    except (ValueError, IndexError):
        address = Address()
    if not address.username or not address.domain or "/" in written:
        raise UsageError(
            "{address} is no address a mail can go to.",
            "Write it as name@host.",
            address=written,
        )
    return address
