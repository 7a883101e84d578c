"""What judging costs: time per contract and core, memory, and the scalar loop as a peer."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from functools import partial

import chinese_calendar  # type: ignore[import-untyped]  # it has no stubs
import numpy as np

from geodata.model.columns import LedgerColumns
from geodata.model.rows import row_cells
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from tests.law.conftest import FIRST, LAST
from tests.law.peer import judge
from tests.law.peer_calendar import WorkCalendar

from .contracts import AS_OF
from .figures import Figure, core_seconds

_SCALAR_ROWS = 10_000
_MEGABYTE = 1e6


def kernel_figures(contracts: LedgerColumns, law: LawBook) -> Iterator[Figure]:
    """The figures of the checker alone, without database and files."""
    count = len(contracts)
    taken = core_seconds(partial(evaluate, contracts, law, AS_OF))
    rate = count / taken
    yield Figure(
        "check, all rules, one core",
        f"{rate:,.0f} contracts/s",
        f"{count:,} contracts",
        f"{rate / 1e6:.2f} million/s",
        "at least 1 million/s",
        rate >= 1e6,
    )
    scalar = _scalar_rate(contracts)
    yield Figure(
        "the same rules as a plain Python loop",
        f"{rate:,.0f} contracts/s",
        f"{scalar:,.0f} contracts/s in the loop",
        f"{rate / scalar:.0f} ×",
        "at least 50 ×",
        rate >= 50 * scalar,
    )
    yield from _memory(contracts, law)


def _scalar_rate(contracts: LedgerColumns) -> float:
    rows = [row_cells(contracts, row) for row in range(min(_SCALAR_ROWS, len(contracts)))]
    span = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    calendar = WorkCalendar(FIRST, LAST, [day for day in span if chinese_calendar.is_workday(day)])

    def loop() -> None:
        for row in rows:
            judge(row, AS_OF, calendar)

    return len(rows) / core_seconds(loop, 3)


def _memory(contracts: LedgerColumns, law: LawBook) -> Iterator[Figure]:
    tracemalloc.start()
    judged = evaluate(contracts, law, AS_OF)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    each = (_byte_count(contracts) + _byte_count(judged)) / len(contracts)
    yield Figure(
        "inputs and outputs in memory",
        f"{each:.0f} bytes per contract",
        f"outputs {_byte_count(judged) / len(contracts):.0f} of them",
        "",
        "at most 1,000",
        each <= 1000,
    )
    temporary = (peak - kept) / _MEGABYTE
    yield Figure(
        "temporaries while judging",
        f"{temporary:.0f} MB",
        f"{len(contracts):,} contracts",
        "",
        "at most 64 MB",
        temporary <= 64,
    )


def _byte_count(value: object) -> int:
    """Bytes of every array; texts are no input of the rules and do not count."""
    if isinstance(value, np.ndarray):
        return 0 if value.dtype == np.object_ else value.nbytes
    if isinstance(value, dict):
        return sum(map(_byte_count, value.values()))
    if is_dataclass(value):
        return sum(_byte_count(getattr(value, field.name)) for field in fields(value))
    return 0
