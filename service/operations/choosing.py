"""Which of two figures that disagree is shown first: chosen by a person, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from geodata.errors import UsageError
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.entities import FigureChoice
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries.choices import add_choice, read_choices
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.indicators.conflicts import Conflict, conflicts
from service.compliance.law import LawBook

_LONGEST_REASON: Final = 500


def choose_figure(
    engine: Engine,
    law: LawBook,
    actor: Actor,
    conflict_id: str,
    quantity_id: str,
    reason: str,
    clock: Clock,
) -> None:
    """Let a figure be shown first; what was chosen before stays on record.

    Raises
    ------
    NotAllowedError
        When the actor may not choose.
    UsageError
        When the book has no such disagreement or side, or nothing is said of why.
    """
    actor.require(Permission.CHOOSE)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise UsageError(
            "A choice needs a reason of 1 to {most} letters; this one has {count}.",
            "Say why this figure is to be shown first.",
            most=_LONGEST_REASON,
            count=len(reason),
        )
    if quantity_id not in _sides(law).get(conflict_id, ()):
        raise UsageError(
            "The papers have no disagreement {conflict} with a figure {figure}.",
            "Choose one of the figures on the page of targets.",
            conflict=conflict_id,
            figure=quantity_id,
        )
    choice = FigureChoice(conflict_id, quantity_id, reason, actor.name, clock())
    with unit_of_work(engine) as connection:
        add_choice(connection, choice)
        subject = (EventKind.CHOICE_MADE, EventSubject.TARGET, conflict_id)
        append(connection, Event(choice.chosen_at, actor.name, *subject, asdict(choice)))


def choices_in_force(
    connection: Connection, law: LawBook, known_at: datetime | None = None
) -> dict[str, FigureChoice]:
    """The last choice about each disagreement the book still has, by disagreement."""
    sides = _sides(law)
    made = reversed(read_choices(connection, known_at))
    return {
        choice.conflict_id: choice
        for choice in made
        if choice.quantity_id in sides.get(choice.conflict_id, ())
    }


def choices_made(engine: Engine, known_at: datetime | None = None) -> tuple[FigureChoice, ...]:
    """Every choice ever made, the newest first."""
    with unit_of_work(engine) as connection:
        return read_choices(connection, known_at)


def decided(law: LawBook, chosen: Mapping[str, FigureChoice]) -> tuple[Conflict, ...]:
    """Where the papers disagree, with the figures chosen."""
    return conflicts(law, {key: choice.quantity_id for key, choice in chosen.items()})


def _sides(law: LawBook) -> dict[str, frozenset[str]]:
    return {
        conflict.conflict_id: frozenset(side.quantity_id for side in conflict.sides)
        for conflict in conflicts(law)
    }
