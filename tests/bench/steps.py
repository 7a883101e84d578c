"""Steps in processes of their own, so that the memory of each is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

_PROJECT: Final = Path(__file__).parents[2]
_KILOBYTES: Final = 1e3
_LOOK_EVERY_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step took: seconds, megabytes at most, and what it tells."""

    seconds: float
    peak_mb: float
    told: int


def measured(step: str, *arguments: str | Path) -> Measured:
    """Run a module of this package, which calls `tell`, in a process of its own."""
    program = [sys.executable, "-m", f"{__package__}.{step}", *map(str, arguments)]
    with subprocess.Popen(program, cwd=_PROJECT, stdout=subprocess.PIPE, text=True) as process:
        started_mb = _started_mb(process)
        assert process.stdout is not None
        told = json.loads(process.stdout.read())
    return Measured(told["seconds"], told["peak_mb"] + started_mb, told["told"])


def tell(step: Callable[[], int]) -> None:
    """Do the step, and print what it took."""
    begin = perf_counter()
    told = step()
    seconds = perf_counter() - begin
    peak_mb = _peak_mb(os.getpid())
    json.dump({"seconds": seconds, "peak_mb": peak_mb, "told": told}, sys.stdout)


def _started_mb(process: subprocess.Popen[str]) -> float:
    """Wait for a process; return the most memory that one it has started has held."""
    most = 0.0
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        # What ends meanwhile has told its peak before.
        with suppress(OSError, IndexError):
            most = max(0.0, most, *map(_peak_mb, children.read_text(encoding="ascii").split()))
        sleep(_LOOK_EVERY_S)
    return most


def _peak_mb(pid: int | str) -> float:
    """The most memory a process has held."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+([0-9]+)", status)[0]) / _KILOBYTES
