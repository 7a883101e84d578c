"""Reminders as a mail: one paragraph per kind, plain text that every program shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby

from geodata.model.contract_key import ContractKey
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
    """
    assert reminders, "a mail without a reminder is not sent"
    _ = translate
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, recipient
    mail["Date"] = format_datetime(made_at)
    mail["Subject"] = _("{count} reminders as of {day}").format(
        count=len(reminders), day=as_of.isoformat()
    )
    mail.set_content("\n".join(_lines(reminders, language, _, page_of)))
    return mail


def _lines(
    reminders: Sequence[Reminder],
    language: str,
    translate: Translate,
    page_of: Callable[[ContractKey], str],
) -> Iterator[str]:
    for kind, group in groupby(reminders, key=lambda reminder: reminder.kind):
        yield kind.label(language)
        for reminder in group:
            yield "  ".join(_told(reminder, language, translate))
            yield f"    {page_of(reminder.key)}"
        yield ""


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
