"""Measure, print the figures, and write them to `docs/performance.md`.

Names of groups as arguments measure only those; the tables of the others stay as they are.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from geodata.model.columns import LedgerColumns
from service.compliance.law import LawBook, load_book

from .browse import browse_figures, named_contracts
from .bulk import bulk_figures
from .contracts import many_contracts
from .database import database_figures
from .documents import document_figures
from .figures import Figure, as_table
from .imagery import imagery_figures
from .imports import import_figures
from .kernel import kernel_figures
from .offline import offline_figures
from .ogc import ogc_figures
from .partition import partition_figures
from .server import Server, running_server
from .tiles import tile_figures

_PAGE: Final = Path(__file__).parents[2] / "docs" / "performance.md"
_CONTRACTS: Final = 1_000_000
_CITY: Final = 100_000


class _Given:
    """What is measured with, made when it is first asked for."""

    def __init__(self, server: Server, count: int) -> None:
        self.server, self.count = server, count

    @cached_property
    def law(self) -> LawBook:
        return load_book("310116")

    @cached_property
    def contracts(self) -> LedgerColumns:
        return many_contracts(self.count)

    @property
    def city(self) -> LedgerColumns:
        return named_contracts(many_contracts(min(self.count, _CITY)))


_GROUPS: Final[Mapping[str, Callable[[_Given], Iterable[Figure]]]] = {
    "rules": lambda given: kernel_figures(given.contracts, given.law),
    "bulk": lambda given: bulk_figures(given.law, 10 * given.count),
    "audits": lambda given: database_figures(given.server, given.contracts, given.law),
    "imports": lambda given: import_figures(given.server),
    "lists": lambda given: browse_figures(given.server, given.city, given.law, given.count),
    "tally": lambda given: partition_figures(given.server, given.law),
    "documents": lambda given: document_figures(given.server),
    "imagery": lambda _given: imagery_figures(),
    "ogc": lambda given: ogc_figures(given.server, given.city, given.law),
    "offline": lambda given: offline_figures(given.server, given.law),
    "tiles": lambda given: tile_figures(given.server, given.city, given.law, given.count),
}


def main(names: list[str]) -> int:
    """Measure some groups, or all; the status is 1 where a bar is not met."""
    if unknown := set(names) - set(_GROUPS):
        sys.stderr.write(f"No group {', '.join(unknown)}. Choose from: {', '.join(_GROUPS)}.\n")
        return 2
    count = int(os.environ.get("BENCH_CONTRACTS", _CONTRACTS))
    held = True
    with running_server() as server:
        given = _Given(server, count)
        for name in names or _GROUPS:
            figures = list(map(_told, _GROUPS[name](given)))
            held &= all(figure.holds for figure in figures)
            if count == _CONTRACTS:
                _write(name, f"{_machine()}\n\n{as_table(figures)}")
    return 0 if held else 1


def _told(figure: Figure) -> Figure:
    sys.stdout.write(f"{as_table([figure]).splitlines()[-1]}\n")
    sys.stdout.flush()
    return figure


def _write(name: str, table: str) -> None:
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    page = _PAGE.read_text(encoding="utf-8")
    _PAGE.write_text(block.sub(rf"\g<1>\n{table}\n\n\g<2>", page), encoding="utf-8")


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
