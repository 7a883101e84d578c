"""Which of two figures that disagree is shown first; every choice ever made stays."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from geodata.model.entities import FigureChoice
from geodata.store.tables import FIGURE_CHOICE

_CHOICE = FIGURE_CHOICE.c
_SAID = (_CHOICE.conflict_id, _CHOICE.quantity_id, _CHOICE.reason)
_BY = (_CHOICE.chosen_by, _CHOICE.chosen_at)


def add_choice(connection: sa.Connection, choice: FigureChoice) -> None:
    """Keep a choice; from now on it holds instead of those made before."""
    said = {column.name: getattr(choice, column.name) for column in (*_SAID, *_BY)}
    connection.execute(sa.insert(FIGURE_CHOICE).values(said))


def read_choices(
    connection: sa.Connection, known_at: datetime | None = None
) -> tuple[FigureChoice, ...]:
    """Every choice made, or made up to an instant, the newest first."""
    query = sa.select(*_SAID, *_BY).order_by(_CHOICE.choice_id.desc())
    if known_at is not None:
        query = query.where(_CHOICE.chosen_at <= known_at)
    return tuple(FigureChoice(*row) for row in connection.execute(query))
