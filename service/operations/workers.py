"""The engine of many machines: Dask workers that see the same files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from distributed import Client, KilledWorker

from geodata.errors import UsageError, WorkersError
from service.compliance.law import LawBook
from service.operations.bulk import Engine, Part, Question, check_part
from service.reports.bulk import PartResult

_ANSWER_WITHIN_S: Final = 30


def dask_engine(scheduler: str) -> Engine:
    """The engine of the workers of a scheduler; what a worker that ends has begun, another does.

    Parameters
    ----------
    scheduler
        Address of the scheduler: ``tcp://HOST:PORT``.
    """

    def checked(parts: Sequence[Part], law: LawBook, question: Question) -> Iterator[PartResult]:
        with _connected(scheduler) as client:
            shared = client.submit(_kept, law, pure=False)
            futures = client.map(check_part, parts, law=shared, question=question, pure=False)
            try:
                for future in futures:
                    yield future.result()
            except KilledWorker as error:
                raise WorkersError(
                    "A file ended every worker that took it: {reason}",
                    "See the logs of the workers; they may have too little memory.",
                    reason=error,
                ) from error

    return checked


def _kept(law: LawBook) -> LawBook:
    """The book, sent to the workers once and not with every file."""
    return law


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    try:
        client = Client(  # type: ignore[no-untyped-call]  # Dask leaves it untyped
            scheduler, timeout=_ANSWER_WITHIN_S, set_as_default=False
        )
    except ValueError as error:
        raise UsageError(
            "{address} is no address of a scheduler.",
            "Write it as tcp://HOST:8786.",
            address=scheduler,
        ) from error
    except OSError as error:
        raise WorkersError(
            "The scheduler {address} does not answer: {reason}",
            "Start one with dask scheduler, and name its address with --scheduler.",
            address=scheduler,
            reason=error,
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_ANSWER_WITHIN_S)
        except TimeoutError as error:
            raise WorkersError(
                "The scheduler {address} has no workers.",
                "Start some with: dask worker {address}",
                address=scheduler,
            ) from error
        yield client
