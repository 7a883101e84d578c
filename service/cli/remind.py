"""`parcelwatch remind`: what falls due and what is new, on the terminal or by mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from geodata.errors import UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import REACHES
from geodata.model.roles import Actor, Role
from service.cli.options import as_of_option, book_option
from service.cli.session import Session
from service.cli.tables import badge, new_table
from service.cli.words import Command, option
from service.i18n import error_text
from service.notices.addresses import mail_address
from service.notices.digest import day_words, digest
from service.notices.reminders import Reminder
from service.operations.mailing import Delivery, Office, send_digests
from service.operations.posting import Spool, opened_post
from service.operations.reading import DatabaseReadings


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
@option("--digests", is_flag=True, help="Send the digests that accounts ask for and are due.")
@option("--mail", "recipient", help="Address of a mail to write, with --spool.")
@option("--spool", type=click.Path(path_type=Path), help="Directory mails are written into.")
@option("--site", help="Address of the site, for links; default from the settings.")
@click.pass_obj
def remind_command(
    session: Session,
    /,
    as_of: date | None,
    book: str | None,
    within: str,
    parks: tuple[str, ...],
    *,
    digests: bool,
    recipient: str | None,
    spool: Path | None,
    site: str | None,
) -> int:
    """Tell what falls due and what is new; write it as a mail, or send the digests."""
    address = site or session.config.mail.site
    if digests:
        return _send(session, session.day(as_of), book, spool, address)
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
        _mail(session, found, day, recipient, spool, address)
    else:
        _show(session, found)
    return 0


def _send(session: Session, as_of: date, book: str | None, spool: Path | None, site: str) -> int:
    """Send the digests; the status is 1 where one was not taken."""
    law, has_failed = session.law(book), False
    post = nullcontext(Spool(spool)) if spool else opened_post(session.config)
    with session.site_database() as engine, post as opened:
        office = Office(mail_address(session.config.mail.sender), opened, _pages(site))
        accounts = session.accounts(engine)
        for delivery in send_digests(DatabaseReadings(engine, law), accounts, as_of, office):
            _tell(session, delivery)
            has_failed |= delivery.problem is not None
    return int(has_failed)


def _tell(session: Session, delivery: Delivery) -> None:
    account = delivery.account
    if delivery.problem:
        reason = error_text(delivery.problem, session.language)
        session.say("{account}: {reason}", account=account.name, reason=reason)
        return
    session.say(
        "{account} <{address}>: {count} reminders",
        account=account.name,
        address=account.mailing.address,
        count=delivery.reminder_count,
    )


def _pages(site: str) -> Callable[[ContractKey], str]:
    return lambda key: f"{site.rstrip('/')}/contracts/{key.slug}"


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

    address = mail_address(recipient)
    mail = digest(
        found,
        sender=mail_address(session.config.mail.sender),
        recipient=address,
        as_of=as_of,
        made_at=session.clock(),
        language=session.language,
        translate=session.translate,
        page_of=_pages(site),
    )
    name = f"{as_of.isoformat()}-{address.addr_spec}"
    Spool(spool).send(mail, name)
    session.say("Written: {path}", path=spool / f"{name}.eml")
