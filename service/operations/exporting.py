"""All the rows of a list, judged block by block while they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from geodata.model.columns import Whole
from geodata.store.engine import Engine
from geodata.store.session import unit_of_work
from service.maps.view import JudgedParcel
from service.operations.browsing import CardReading

_BLOCK: Final = 4_096
"""Contracts whose facts are in memory at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The rows of a list.

    Attributes
    ----------
    blocks
        The contracts in order; at least one block, which may be empty.
    """

    row_count: int
    blocks: Iterator[tuple[JudgedParcel, ...]]

    @classmethod
    def of(cls, parcels: list[JudgedParcel]) -> Listed:
        """Contracts that are judged already."""
        return cls(len(parcels), iter((tuple(parcels),)))


def listed(engine: Engine, cards: CardReading, contracts: Whole, *, with_outlines: bool) -> Listed:
    """The contracts given, as the cards were when their list was made."""

    def blocks() -> Iterator[tuple[JudgedParcel, ...]]:
        for first in range(0, max(1, len(contracts)), _BLOCK):
            with unit_of_work(engine, cards.scope) as connection:
                again = replace(cards, connection=connection)
                block = contracts[first : first + _BLOCK]
                yield again.rows(block, with_outlines=with_outlines)

    return Listed(len(contracts), blocks())
