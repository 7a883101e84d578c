"""Breach reports of contracts of a database in one process; tells its memory growth in per mille.

The numbers are those of the first contracts; memory is compared with that after a hundred.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from service.operations.breach_reports import write_reports

from .reports import ASKED, NOON, some_contracts
from .server import opened
from .steps import tell

_EARLY: Final = 100


def _written() -> int:
    early_kb = 0

    def look(_step: str, done: int = 0, _total: int = 0, /, **_values: object) -> None:
        nonlocal early_kb
        if done == _EARLY:
            early_kb = _resident_kb()

    with opened(sys.argv[1]) as engine, tempfile.TemporaryDirectory() as folder:
        wanted = some_contracts(engine, int(sys.argv[2]))
        write_reports(
            engine, ASKED, wanted, Path(folder), form="pdf", clock=lambda: NOON, tell=look
        )
    return round(1000 * _resident_kb() / early_kb)


def _resident_kb() -> int:
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+([0-9]+)", status)[0])


if __name__ == "__main__":
    tell(_written)
