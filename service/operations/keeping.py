"""Answers kept while what they were made from is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from geodata.errors import LandError

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Kept(Generic[Answer]):
    """The answers asked for last.

    Who asks for one that is being made waits for it; nobody else does.

    Attributes
    ----------
    limit
        How many are kept.
    """

    limit: int
    _answers: OrderedDict[Hashable, Future[Answer]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, question: Hashable, make: Callable[[], Answer]) -> Answer:
        """What was made for a question; made now where it is asked for the first time."""
        with self._lock:
            is_new = question not in self._answers
            promise = self._answers.setdefault(question, Future())
            self._answers.move_to_end(question)
            while len(self._answers) > self.limit:
                self._answers.popitem(last=False)
        if is_new:
            self._make(question, promise, make)
        return promise.result()

    def _make(
        self, question: Hashable, promise: Future[Answer], make: Callable[[], Answer]
    ) -> None:
        try:
            promise.set_result(make())
        except LandError as error:
            promise.set_exception(error)
        finally:
            if not promise.done() or promise.exception():
                promise.cancel()
                with self._lock:
                    self._answers.pop(question, None)  # the next one tries again
