"""Reminders as a calendar file (RFC 5545) that calendar programs subscribe to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from geodata.model.contract_key import ContractKey
from service.notices.reminders import Reminder

_PRODUCT: Final = "-//parcelwatch//reminders//{language}"
_DAY: Final = timedelta(days=1)


def calendar_file(
    reminders: Iterable[Reminder],
    *,
    name: str,
    language: str,
    made_at: datetime,
    page_of: Callable[[ContractKey], str],
) -> bytes:
    """A calendar with one all-day event per reminder.

    The same reminder has the same identifier in every file, so that a program that subscribes
    moves an event whose day moved instead of showing both.

    Parameters
    ----------
    name
        Name of the calendar.
    language
        ``zh`` or ``en``.
    made_at
        Instant the facts were known at, with its time zone.
    page_of
        Address of the page of a contract.
    """
    assert made_at.tzinfo, "an instant needs its time zone"
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT.format(language=language.upper()))
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for reminder in reminders:
        calendar.add_component(_event(reminder, language, made_at, page_of(reminder.key)))
    return bytes(calendar.to_ical())


def _event(reminder: Reminder, language: str, made_at: datetime, page: str) -> Event:
    event = Event()
    event.add("uid", f"{reminder.key.slug}.{reminder.about}.{reminder.milestone or ''}@parcelwatch")
    event.add("dtstamp", made_at)
    event.add("dtstart", reminder.on)
    event.add("dtend", reminder.on + _DAY)
    event.add("summary", f"{reminder.subject(language)} · {reminder.title}")
    event.add("description", _described(reminder, language))
    event.add("location", reminder.park)
    event.add("url", page)
    event.add("transp", "TRANSPARENT")  # it takes nobody's time
    return event


def _described(reminder: Reminder, language: str) -> str:
    parts = (reminder.kind.label(language), reminder.key.contract_no, reminder.park)
    return " · ".join(filter(None, parts))
