"""The figures of capacity.md: run ``python docs/capacity_figures.py [ROWS]`` to make them anew.

ROWS parcels with a contract each (20,000 by default) are imported, audited once and shown in lists
in a database of a throw-away server; then each table and its indexes are asked for their size.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geodata.model.content_lists import ContentKind
from geodata.store.engine import Engine
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work
from service.compliance.law import load_book
from service.operations.auditing import audit
from service.operations.cards import refresh_cards
from service.operations.import_sources import Source
from service.operations.importing import import_now
from tests.bench.browse import named_contracts
from tests.bench.contracts import AS_OF, many_contracts
from tests.bench.copies import settle
from tests.bench.files import write_parcels
from tests.bench.server import opened, running_server

ROWS: Final = 20_000
NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)
SMALLEST_SHARE: Final = 0.005
"""Tables below this share of the whole are told together."""

SIZES: Final = """
    SELECT relid::regclass::text, pg_table_size(relid), pg_indexes_size(relid)
    FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC
"""


def main(rows: int) -> None:
    """Print the table."""
    with running_server() as server, opened(server.database()) as engine:
        empty = _sizes(engine)
        _fill(engine, rows)
        settle(engine)
        full = _sizes(engine)
    grown = {
        name: (table - empty[name][0], indexes - empty[name][1])
        for name, (table, indexes) in full.items()
    }
    whole = sum(map(sum, grown.values()))
    large = {name: parts for name, parts in grown.items() if sum(parts) >= SMALLEST_SHARE * whole}
    small = [parts for name, parts in grown.items() if name not in large]
    _say("| table | bytes per parcel | its indexes | GB per million parcels |", "|---|---|---|---|")
    for name, parts in large.items():
        _say(_line(f"`{name}`", *parts, rows))
    _say(_line("all others", *map(sum, zip(*small, strict=True)), rows))
    _say(_line("**together**", *map(sum, zip(*grown.values(), strict=True)), rows))


def _fill(engine: Engine, rows: int) -> None:
    law = load_book("310116")
    with TemporaryDirectory() as directory:
        path = Path(directory) / "parcels.gpkg"
        write_parcels(path, rows, "EPSG:4549")
        source = Source(path, ContentKind.PARCELS)
        import_now(engine, [source], actor="capacity", clock=lambda: NOON)
    with unit_of_work(engine) as connection:
        batch = ImportBatch("contracts", "0" * 64, NOON, "capacity")
        import_ledger(connection, batch, named_contracts(many_contracts(rows)))
    audit(engine, law, AS_OF, "en", actor="capacity", clock=lambda: NOON)
    refresh_cards(engine, law, AS_OF)


def _sizes(engine: Engine) -> dict[str, tuple[int, int]]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(SIZES).all()
    return {name: (table, indexes) for name, table, indexes in found}


def _line(title: str, table: int, indexes: int, rows: int) -> str:
    per_million_gb = (table + indexes) / rows / 1e3
    return f"| {title} | {table / rows:,.0f} | {indexes / rows:,.0f} | {per_million_gb:.2f} |"


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
