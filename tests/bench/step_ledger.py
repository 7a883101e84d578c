"""A ledger read, checked and compared with what is known; tells how many rows change something."""

from __future__ import annotations

import sys
from pathlib import Path

from geodata.model.content_lists import ContentKind
from geodata.model.import_lists import ChangeKind
from service.operations.import_sources import Source
from service.operations.importing import plan_import

from .server import opened
from .steps import tell


def _changes() -> int:
    path, url = sys.argv[1:]
    with opened(url) as engine:
        plan = plan_import(engine, [Source(Path(path), ContentKind.LEDGER)])
    diff = plan.tables[0].diff
    return diff.count(ChangeKind.ADDED) + diff.count(ChangeKind.CHANGED)


if __name__ == "__main__":
    tell(_changes)
