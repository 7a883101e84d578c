"""Measure, print the figures, and write them to `docs/performance.md`."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path
from typing import Final

from service.compliance.law import load_book

from .browse import browse_figures, named_contracts
from .contracts import many_contracts
from .database import database_figures
from .figures import as_table
from .imports import import_figures
from .kernel import kernel_figures
from .server import running_server

_PAGE: Final = Path(__file__).parents[2] / "docs" / "performance.md"
_BLOCK: Final = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.DOTALL)
_CONTRACTS: Final = 1_000_000


def main() -> int:
    """Measure everything; the status is 1 where a bar is not met."""
    count = int(os.environ.get("BENCH_CONTRACTS", _CONTRACTS))
    law, contracts = load_book("310116"), many_contracts(count)
    with running_server() as server:
        figures = [
            *kernel_figures(contracts, law),
            *database_figures(server, contracts, law),
            *import_figures(server),
            *browse_figures(server, named_contracts(contracts), law),
        ]
    table = f"{_machine()}\n\n{as_table(figures)}\n"
    sys.stdout.write(table)
    if count == _CONTRACTS:
        page = _PAGE.read_text(encoding="utf-8")
        _PAGE.write_text(_BLOCK.sub(rf"\g<1>\n{table}\n\g<2>", page), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}."


if __name__ == "__main__":
    sys.exit(main())
