"""Requests of programs that are done once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from geodata.errors import (
    DatabaseUnavailableError,
    LandError,
    OutcomeUnknownError,
    RepeatedKeyError,
    StillAnsweringError,
)
from geodata.model.roles import Actor
from geodata.store.engine import Engine
from geodata.store.queries.idempotency import clear_keys, give_back, keep_answer, take_key
from geodata.store.session import unit_of_work
from service.clock import Clock

KEPT_FOR: Final = timedelta(days=1)
"""So long a key stands for its request."""


@dataclass(frozen=True, slots=True)
class Once:
    """Where the keys of requests are kept, and the clock they live by."""

    engine: Engine
    clock: Clock

    def answer(
        self, actor: Actor, key: str, digest: str, do: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """What a request with a key is answered: the same each time, and done the first time.

        The key is taken before anything is done and given back where it was refused: should the
        site or the database die in between, the request is never done twice, and the program is
        told to look.

        Parameters
        ----------
        digest
            SHA-256 of the request, hexadecimal.
        do
            Does it, and returns an answer that JSON can hold.

        Raises
        ------
        RepeatedKeyError
            When the key stands for another request.
        StillAnsweringError
            When the request is being answered, or was broken off.
        """
        with unit_of_work(self.engine) as connection:
            clear_keys(connection, self.clock() - KEPT_FOR)
            kept = take_key(connection, actor.name, key, digest, self.clock())
        if kept is not None:
            return _repeated(key, digest == kept.digest, kept.answer)
        try:
            answer = do()
        except OutcomeUnknownError:
            raise
        except LandError:
            with unit_of_work(self.engine) as connection:
                give_back(connection, actor.name, key)
            raise
        # It is done, whether or not the answer can be kept for a repetition.
        with suppress(DatabaseUnavailableError), unit_of_work(self.engine) as connection:
            keep_answer(connection, actor.name, key, answer)
        return answer


def _repeated(key: str, is_same: bool, answer: dict[str, Any] | None) -> dict[str, Any]:
    if not is_same:
        raise RepeatedKeyError(
            "The key {key} was used for another request.", "Draw a new key.", key=key
        )
    if answer is None:
        raise StillAnsweringError(
            "The request with the key {key} is being answered, or was broken off.",
            "Look whether it was done before you send it with a new key.",
            key=key,
        )
    return answer
