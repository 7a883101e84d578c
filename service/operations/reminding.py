"""What is near for somebody: read from the cards, told by judging the contracts concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from geodata.store.queries.browse import near_contracts
from service.maps.view import JudgedParcel
from service.notices.reminders import NamedResult, Reminder, reminders
from service.operations.browsing import CardReading


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
