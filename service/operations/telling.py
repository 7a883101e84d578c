"""How an operation that takes long tells what it is doing."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Is told the present step and how many of how many steps are done; 0 of 0 = not known.

    May raise, to stop the operation: what it did in its transaction is then undone.
    """

    def __call__(self, step: str, done: int = 0, total: int = 0, /, **values: object) -> None:
        """Take note of a step: a literal English wording, and what fills its fields."""
        ...


def tell_nobody(_step: str, _done: int = 0, _total: int = 0, /, **_values: object) -> None:
    """Take no note: nobody waits."""
