"""What auditing costs with PostGIS at both ends, against a bare COPY of the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import psycopg
import sqlalchemy as sa

from geodata.model.columns import LedgerColumns
from geodata.store.engine import Engine
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.operations.auditing import audit
from service.operations.daily import audit_daily

from .contracts import AS_OF
from .figures import Figure, seconds
from .server import Server, opened

_NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)
_FACTS = ("contract", "contract_fact", "instalment_fact", "extension_fact", "period_fact")
_RESULTS = ("judgement", "finding")
_DAYS = 5
_CHUNK = 1 << 20


def database_figures(server: Server, contracts: LedgerColumns, law: LawBook) -> Iterator[Figure]:
    """The figures of audits of contracts in a database of a server."""
    with opened(server.database()) as engine:
        begin = perf_counter()
        with unit_of_work(engine) as connection:
            batch = ImportBatch("contracts", "0" * 64, _NOON, "bench")
            import_ledger(connection, batch, contracts)
        yield _plain("import of the contracts, not compared", perf_counter() - begin, contracts)
        _settle(engine)
        out = seconds(partial(_copy_out_all, engine, _FACTS), 3)
        judging = seconds(partial(evaluate, contracts, law, AS_OF), 3)
        yield Figure(
            "check of all contracts in memory",
            f"{judging:.2f} s",
            f"{out:.2f} s for a binary COPY out of the same columns",
            f"{judging / out:.2f} ×",
            "at most 0.5 ×",
            judging <= out / 2,
        )
        yield _full_audit(engine, law, out)
        yield from _daily_audits(engine, law, contracts)


def _full_audit(engine: Engine, law: LawBook, copy_out_seconds: float) -> Figure:
    """Read, judge, write: with the artefact of the inputs and the digests of a kept run."""
    times = []
    for number in range(3):
        as_of = AS_OF + timedelta(days=number)
        begin = perf_counter()
        audit(engine, law, as_of, "en", actor="bench", clock=lambda: _NOON)
        times.append(perf_counter() - begin)
    taken = sorted(times)[1]
    bare = copy_out_seconds + _copy_in_seconds(engine)
    return Figure(
        "full audit: read, judge, keep the run",
        f"{taken:.1f} s",
        f"{bare:.1f} s for a bare binary COPY out and in",
        f"{taken / bare:.2f} ×",
        "at most 4 ×",
        taken <= 4 * bare,
    )


def _daily_audits(engine: Engine, law: LawBook, contracts: LedgerColumns) -> Iterator[Figure]:
    def daily(number: int) -> tuple[float, int]:
        begin = perf_counter()
        as_of = AS_OF + timedelta(days=number)
        result = audit_daily(engine, law, as_of, actor="bench", clock=lambda: _NOON)
        return perf_counter() - begin, result.audit.due_count

    first, _ = daily(0)
    yield _plain("first daily audit: all contracts, not compared", first, contracts)
    _settle(engine)
    taken, due = sorted(daily(number) for number in range(1, _DAYS + 1))[_DAYS // 2]
    yield Figure(
        "daily audit of what falls due",
        f"{taken:.2f} s",
        f"{due:,} of {len(contracts):,} contracts due",
        f"{due / len(contracts):.2%} due",
        "under 1 s",
        taken < 1,
    )


def _plain(subject: str, taken: float, contracts: LedgerColumns) -> Figure:
    size = f"{len(contracts):,} contracts"
    return Figure(subject, f"{taken:.0f} s", size, "", "none", holds=True)


def _settle(engine: Engine) -> None:
    """Let the server tidy up now, so that it does not while something is measured."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def _copy_out_all(engine: Engine, tables: tuple[str, ...]) -> None:
    with unit_of_work(engine) as connection:
        for table in tables:
            for _ in _copied_out(connection, table):
                pass


def _copy_in_seconds(engine: Engine) -> float:
    """Time of a bare COPY in of what one run holds, into tables without index or rule."""
    with unit_of_work(engine) as connection:
        last = connection.scalar(sa.text("SELECT max(run_id) FROM audit_run"))
        taken = 0.0
        for table in _RESULTS:
            rows = f"(SELECT * FROM {table} WHERE run_id = {last})"
            content = b"".join(_copied_out(connection, rows))
            like = f"CREATE TABLE bare_{table} AS SELECT * FROM {table} LIMIT 0"
            connection.execute(sa.text(like))
            begin = perf_counter()
            with _cursor(connection).copy(f"COPY bare_{table} FROM STDIN (FORMAT binary)") as copy:
                for start in range(0, len(content), _CHUNK):
                    copy.write(content[start : start + _CHUNK])
            taken += perf_counter() - begin
        connection.rollback()
    return taken


def _copied_out(connection: sa.Connection, rows: str) -> Iterator[bytes]:
    with _cursor(connection).copy(f"COPY {rows} TO STDOUT (FORMAT binary)") as copy:
        yield from map(bytes, copy)


def _cursor(connection: sa.Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()
