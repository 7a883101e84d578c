"""What breach reports cost beside Typst itself, and whether many of them hold memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from geodata.store.engine import Engine
from service.operations.breach_reports import write_reports
from service.operations.demonstration import demo_files
from tests.browser.served import fill

from .figures import Figure
from .reports import ASKED, NOON, some_contracts, write_sources
from .server import Server, opened
from .steps import measured

_REPORTS: Final = 1_000
_WORKERS: Final = 2
_ROUNDS: Final = 2
_MOST_RATIO: Final = 1.5
_MOST_GROWTH: Final = 1.2


def document_figures(server: Server, count: int = _REPORTS) -> Iterator[Figure]:
    """Reports by two workers against a bare Typst process; then their memory."""
    url = server.database()
    with opened(url) as engine, tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        fill(engine, demo_files(folder / "demo"))
        (folder / "sources").mkdir()
        write_sources(engine, some_contracts(engine, count), folder / "sources")
        ours = min(_written_s(engine, count) for _ in range(_ROUNDS))
        rounds = [measured("step_typst", folder / "sources") for _ in range(_ROUNDS)]
    bare = min(step.seconds for step in rounds)
    yield Figure(
        f"breach reports of {count:,} contracts from the database to PDF, {_WORKERS} workers",
        f"{ours:.1f} s",
        f"{bare:.1f} s for one bare Typst process with the same finished sources",
        f"{ours / bare:.2f} ×",
        f"at most {_MOST_RATIO} ×",
        ours <= _MOST_RATIO * bare,
    )
    growth = measured("step_reports", url, str(count)).told / 1000
    yield Figure(
        f"resident memory after {count:,} reports",
        "",
        "that after 100",
        f"{growth:.2f} ×",
        f"at most {_MOST_GROWTH} ×",
        growth <= _MOST_GROWTH,
    )


def _written_s(engine: Engine, count: int) -> float:
    wanted = some_contracts(engine, count)
    with tempfile.TemporaryDirectory() as folder:
        begin = perf_counter()
        write_reports(
            engine,
            ASKED,
            wanted,
            Path(folder),
            form="pdf",
            clock=lambda: NOON,
            workers=_WORKERS,
        )
        return perf_counter() - begin
