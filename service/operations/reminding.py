"""What is near for somebody: read from the cards, told by judging the contracts concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from geodata.model.case_lists import CaseFlag
from geodata.model.reminder_lists import ReminderKind
from geodata.store.engine import Connection
from geodata.store.queries.browse import near_contracts
from geodata.store.queries.cases import CaseRow
from service.compliance.law import LawBook
from service.maps.view import JudgedParcel
from service.notices.reminders import NamedResult, Reminder, reminders
from service.operations.browsing import CardReading
from service.operations.case_work import open_work


def near(cards: CardReading, reach_days: int) -> tuple[Reminder, ...]:
    """What falls due and what is new on the day of the cards, the nearest first.

    Only contracts whose cards say that something is near are judged.
    """
    contracts = near_contracts(cards.connection, cards.as_of, reach_days)
    return near_among(cards.rows(contracts), cards.as_of, reach_days)


def near_among(
    parcels: Iterable[JudgedParcel], as_of: date, reach_days: int
) -> tuple[Reminder, ...]:
    """The same among contracts that are judged already."""
    named = (NamedResult(parcel.result, parcel.title, parcel.park) for parcel in parcels)
    return reminders(named, as_of, reach_days)


def near_in_cases(
    connection: Connection, law: LawBook, as_of: date, reach_days: int
) -> list[Reminder]:
    """The last days of the next steps of open cases that are near, and facts that changed."""
    items = open_work(connection, law)
    return [
        *(
            _of_case(item.row, as_of, item.last_on, action=item.way.transition.action)
            for item in items
            if item.way and item.last_on and abs((item.last_on - as_of).days) <= reach_days
        ),
        *(
            _of_case(item.row, as_of, as_of, flag=CaseFlag.ISSUED_FACTS_CHANGED)
            for item in items
            if item.row.has_stale_issue
        ),
    ]


def _of_case(row: CaseRow, as_of: date, on: date, **about: Any) -> Reminder:
    return Reminder(
        kind=ReminderKind.CASE,
        key=row.key,
        title=row.title,
        park=row.park,
        on=on,
        days=(on - as_of).days,
        milestone=None,
        **about,
    )
