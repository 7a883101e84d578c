"""One step in a process of its own, so that its memory is told: ``python -m tests.bench.steps``."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

from python_calamine import CalamineWorkbook

_NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)
_KILOBYTES: Final = 1e3


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step took: seconds, megabytes at most, and what it tells."""

    seconds: float
    peak_mb: float
    told: int


def measured(step: str, *arguments: str | Path) -> Measured:
    """Run a step in a process of its own."""
    program = [sys.executable, "-m", "tests.bench.steps", step, *map(str, arguments)]
    done = subprocess.run(program, check=True, capture_output=True, text=True)
    return Measured(**json.loads(done.stdout))


def _calamine(path: str) -> Callable[[], int]:
    """Rows of the first sheet, read by the library alone."""
    return lambda: len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def _parcels(path: str, url: str) -> Callable[[], int]:
    """Parcels read, checked and taken over; tells what was found wrong."""
    from geodata.model.content_lists import ContentKind
    from geodata.store.engine import make_engine
    from service.operations.import_sources import Source
    from service.operations.importing import import_now

    def step() -> int:
        sources = [Source(Path(path), ContentKind.PARCELS)]
        report = import_now(make_engine(url), sources, actor="bench", clock=lambda: _NOON)
        return len(report.tables[0].quality)

    return step


def _ledger(path: str, url: str) -> Callable[[], int]:
    """A ledger read, checked and compared with what is known; tells how many rows it changes."""
    from geodata.model.content_lists import ContentKind
    from geodata.model.import_lists import ChangeKind
    from geodata.store.engine import make_engine
    from service.operations.import_sources import Source
    from service.operations.importing import plan_import

    def step() -> int:
        plan = plan_import(make_engine(url), [Source(Path(path), ContentKind.LEDGER)])
        diff = plan.tables[0].diff
        return diff.count(ChangeKind.ADDED) + diff.count(ChangeKind.CHANGED)

    return step


_STEPS: Final[Mapping[str, Callable[..., Callable[[], int]]]] = {
    "calamine": _calamine,
    "parcels": _parcels,
    "ledger": _ledger,
}


def _peak_mb() -> float:
    """The most memory this process has held, and the largest of those it has started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(re.findall(r"VmHWM:\s+([0-9]+)", status)[0])
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / _KILOBYTES


def main(name: str, *arguments: str) -> None:
    """Run a step and print what it took."""
    step = _STEPS[name](*arguments)
    begin = perf_counter()
    told = step()
    seconds = perf_counter() - begin
    json.dump({"seconds": seconds, "peak_mb": _peak_mb(), "told": told}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
