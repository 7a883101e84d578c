"""Rolls of the bureau: who is entered in which register or list, and what holds follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from geodata.errors import NothingFoundError, UsageError
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.land_lists import Roll
from geodata.model.roles import Actor, Permission
from geodata.model.supervised import RollEntry
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries import supervised as rows
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.compliance.indicators.registers import (
    Match,
    RegisterEntry,
    Subject,
    Watched,
    matches,
)
from service.compliance.law import LawBook
from service.operations.entry_forms import ground


@dataclass(frozen=True, slots=True)
class Rolls:
    """Where the rolls are kept."""

    engine: Engine
    law: LawBook
    clock: Clock

    def entries(
        self, actor: Actor, known_at: datetime | None = None
    ) -> dict[Roll, list[RollEntry]]:
        """Every entry the actor sees, by roll."""
        actor.require(Permission.VIEW)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            found = rows.read_roll_entries(connection, known_at)
        return {roll: [entry for entry in found if entry.roll is roll] for roll in Roll}

    def found(
        self, actor: Actor, subject: Subject, as_of: date, known_at: datetime | None = None
    ) -> tuple[Match, ...]:
        """The entries that are, or may be, about a project or enterprise."""
        actor.require(Permission.VIEW)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            return matches(subject, standing(connection, known_at), as_of)

    def enter(
        self, actor: Actor, roll: Roll, subject: Subject, from_on: date, source: str, reason: str
    ) -> RollEntry:
        """Enter a project or enterprise in a roll.

        Raises
        ------
        NotAllowedError
            When the actor keeps no lists.
        UsageError
            When neither name nor code is given, grounds are missing, the day lies ahead, or the
            same stands there already.
        """
        require_keeper(actor)
        now = self.clock()
        entry = RollEntry(
            entry_id=uuid4(),
            roll=roll,
            name=ground(subject.name, is_needed=not subject.uscc),
            uscc=ground(subject.uscc, is_needed=False),
            from_on=has_come(from_on, today(self.clock)),
            source=ground(source),
            reason=ground(reason),
            entered_by=actor.name,
            entered_at=now,
        )
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            if not rows.add_roll_entry(connection, entry):
                raise UsageError(
                    "{name} stands in that list already.",
                    "Look at the entry; end it first if it has to say something else.",
                    name=entry.name or entry.uscc,
                )
            append(connection, _event(EventKind.LISTED, actor, entry, now))
        return entry

    def end(self, actor: Actor, entry_id: UUID, until_on: date, reason: str) -> RollEntry:
        """Set the last day of an entry; what it said until then stays.

        Raises
        ------
        NotAllowedError, NothingFoundError
            When the actor keeps no lists, or there is no such entry.
        UsageError
            When it has ended before, the day lies before its first or ahead, or no reason is given.
        """
        require_keeper(actor)
        last_on, told = has_come(until_on, today(self.clock)), ground(reason)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            entry = rows.find_roll_entry(connection, entry_id)
            if entry is None:
                raise NothingFoundError(
                    "There is no entry {entry}.", "Look for it in the registers.", entry=entry_id
                )
            if last_on < entry.from_on:
                raise UsageError(
                    "{first} lies after {last}.",
                    "Put the two in order.",
                    first=entry.from_on,
                    last=last_on,
                )
            now = self.clock()
            if not rows.end_roll_entry(connection, entry_id, last_on, actor.name, now, told):
                raise UsageError("This entry has ended before.", "Look at it as it stands now.")
            ended = replace(entry, until_on=last_on, end_reason=told)
            append(connection, _event(EventKind.UNLISTED, actor, ended, now))
        return entry


def watched(
    connection: Connection, law: LawBook, as_of: date, known_at: datetime | None = None
) -> Watched:
    """Everybody under control measures on a day, as far as the scope sees."""
    return Watched.of(standing(connection, known_at), law, as_of)


def standing(connection: Connection, known_at: datetime | None = None) -> list[RegisterEntry]:
    """The entries of all rolls, as the checker takes them."""
    return [
        RegisterEntry(each.roll, Subject(each.name, each.uscc), each.from_on, each.until_on)
        for each in rows.read_roll_entries(connection, known_at)
    ]


def require_keeper(actor: Actor) -> None:
    """Return when the actor keeps the lists of the whole district.

    Raises
    ------
    NotAllowedError
        When not.
    """
    actor.require(Permission.LIST)
    if not actor.sees_all:
        raise UsageError(
            "Lists are kept by who sees the whole district.",
            "Ask an administrator for an account that is not bound to parks.",
        )


def _event(kind: EventKind, actor: Actor, entry: RollEntry, at: datetime) -> Event:
    told = {
        "roll": entry.roll,
        "name": entry.name,
        "uscc": entry.uscc,
        "from_on": entry.from_on,
        "until_on": entry.until_on,
        "source": entry.source,
        "reason": entry.end_reason or entry.reason,
    }
    return Event(at, actor.name, kind, EventSubject.ROLL_ENTRY, str(entry.entry_id), told)


def has_come(day: date, now: date) -> date:
    """The day itself.

    Raises
    ------
    UsageError
        When it lies ahead.
    """
    if day > now:
        raise UsageError(
            "{day} has not come yet; today is {today}.",
            "Enter what has happened, once it has.",
            day=day,
            today=now,
        )
    return day
