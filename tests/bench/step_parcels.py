"""A layer of parcels read, checked and taken over; tells how many faults were found."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geodata.model.content_lists import ContentKind
from service.operations.import_sources import Source
from service.operations.importing import import_now

from .server import opened
from .steps import tell

_NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)


def _faults() -> int:
    path, url = sys.argv[1:]
    sources = [Source(Path(path), ContentKind.PARCELS)]
    with opened(url) as engine:
        report = import_now(engine, sources, actor="bench", clock=lambda: _NOON)
    return len(report.tables[0].quality)


if __name__ == "__main__":
    tell(_faults)
