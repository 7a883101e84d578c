"""The engine of many machines: Dask workers, which see the same files or are sent the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from distributed import Client, Future, KilledWorker

from geodata.errors import UsageError, WorkersError
from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from service.compliance.law import LawBook
from service.compliance.rules.blocks import gathered
from service.compliance.rules.version import rule_set_digest
from service.operations.bulk import Engine, Judge, Part, Question, check_part, judge_block
from service.reports.bulk import PartResult

_ANSWER_WITHIN_S: Final = 30
_ROWS: Final = 1 << 13
"""Rows sent to a worker at once: some megabytes, which another can be sent again."""


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
            yield from _results(futures)

    return checked


def dask_judge(scheduler: str) -> Judge:
    """The judge of the workers of a scheduler: rows are sent to them block by block.

    The parameter is that of `dask_engine`.
    """

    def judged(columns: LedgerColumns, law: LawBook, as_of: date) -> Judgements:
        digest = rule_set_digest(law.digest)
        with _connected(scheduler) as client:
            shared = client.submit(_kept, law, pure=False)
            futures = [
                client.submit(
                    judge_block,
                    columns.block(first, first + _ROWS),
                    shared,
                    as_of,
                    digest,
                    pure=False,
                )
                for first in range(0, len(columns) or 1, _ROWS)
            ]
            return gathered(_results(futures), len(columns))

    return judged


def _results(futures: Sequence[Future[Any]]) -> Iterator[Any]:
    try:
        for future in futures:
            yield future.result()
    except KilledWorker as error:
        raise WorkersError(
            "A part of the work ended every worker that took it: {reason}",
            "See the logs of the workers; they may have too little memory.",
            reason=error,
        ) from error


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
