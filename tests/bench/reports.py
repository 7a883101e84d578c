"""Breach reports of the demonstration district: which contracts, as of when, and their sources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from geodata.model.columns import Whole
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.session import unit_of_work
from service.compliance.law import load_book
from service.operations.breach_facts import Asked, breach_facts
from service.operations.breach_land import district_outline
from service.reports.breach.report import breach_report
from service.reports.papers.fonts import faces, installed_fonts
from service.reports.papers.pdf import sources

NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)
ASKED: Final = Asked(load_book("310116"), date(2026, 6, 30), "zh")
_BLOCK: Final = 100


def some_contracts(engine: Engine, count: int) -> Whole:
    """Numbers of the first contracts, in order or not."""
    with unit_of_work(engine) as connection:
        return read_contracts(connection, with_texts=False).contract_id[:count]


def write_sources(engine: Engine, contract_ids: Whole, folder: Path) -> None:
    """Write the finished sources of reports, a folder each."""
    found = faces(installed_fonts().families())
    with unit_of_work(engine) as connection:
        district = district_outline(connection)
        for first in range(0, len(contract_ids), _BLOCK):
            block = contract_ids[first : first + _BLOCK]
            for number, facts in enumerate(breach_facts(connection, ASKED, block, district), first):
                place = folder / f"{number:05}"
                place.mkdir()
                for name, content in sources(breach_report(facts), found).items():
                    (place / name).write_bytes(content)
