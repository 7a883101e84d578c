"""Reminders as a mail: one paragraph per kind and reach, plain text every program shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby

from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import REACHES, ReminderKind
from service.i18n import Translate
from service.notices.reminders import Reminder


def digest(
    reminders: Sequence[Reminder],
    *,
    sender: Address,
    recipient: Address,
    as_of: date,
    made_at: datetime,
    language: str,
    translate: Translate,
    page_of: Callable[[ContractKey], str],
    account: str = "",
) -> EmailMessage:
    """The mail that tells a person what is near.

    Parameters
    ----------
    reminders
        By kind and day, as `service.notices.reminders.reminders` gives them; none is no mail.
    as_of, made_at
        The day asked about, and the instant of writing.
    language, translate
        ``zh`` or ``en``, and English wording to it.
    page_of
        Address of the page of a contract.
    account
        Name of the account that asked for it; empty = somebody at the terminal did.
    """
    assert reminders, "a mail without a reminder is not sent"
    _ = translate
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, recipient
    mail["Date"] = format_datetime(made_at)
    mail["Subject"] = _("{count} reminders as of {day}").format(
        count=len(reminders), day=as_of.isoformat()
    )
    mail["Auto-Submitted"] = "auto-generated"
    lines = [*_lines(reminders, language, _, page_of)]
    if account:
        lines.append(
            _("The account {name} asks for this mail under My account.").format(name=account)
        )
    mail.set_content("\n".join(lines), cte="base64")  # servers need not take eight bits
    return mail


def _lines(
    reminders: Sequence[Reminder],
    language: str,
    translate: Translate,
    page_of: Callable[[ContractKey], str],
) -> Iterator[str]:
    _ = translate
    for (kind, reach), group in groupby(reminders, key=_section):
        title = kind.label(language)
        yield _("{kind} within {count} days").format(kind=title, count=reach) if reach else title
        for reminder in group:
            yield "  ".join(_told(reminder, language, translate))
            yield f"    {page_of(reminder.key)}"
        yield ""


def _section(reminder: Reminder) -> tuple[ReminderKind, int]:
    """Kind, and the shortest reach that holds a day still to come."""
    if reminder.kind is not ReminderKind.DUE:
        return reminder.kind, 0
    return reminder.kind, next(days for days in REACHES if reminder.days <= days)


def _told(reminder: Reminder, language: str, translate: Translate) -> Iterator[str]:
    yield reminder.on.isoformat()
    yield day_words(reminder.days, translate)
    yield reminder.subject(language)
    yield reminder.title
    if reminder.park:
        yield reminder.park


def day_words(days: int, translate: Translate) -> str:
    """How far away a day is, in words; negative days have passed."""
    _ = translate
    if not days:
        return _("today")
    if days > 0:
        return _("in {count} days").format(count=days)
    return _("{count} days ago").format(count=-days)
