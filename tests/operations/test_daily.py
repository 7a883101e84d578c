"""The daily audit judges little and still knows where every contract stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from geodata.errors import UsageError
from geodata.model.codelists import Verdict
from geodata.model.columns import as_date
from geodata.store.queries.contracts import read_contracts
from geodata.store.session import unit_of_work
from geodata.store.tables import STANDING
from service.compliance.law import LawBook, load_book
from service.compliance.rules.evaluate import evaluate
from service.operations.daily import DailyResult, audit_daily
from service.operations.demonstration import demo_files
from service.operations.import_sources import Source
from service.operations.importing import import_now
from tests.conftest import NOON

FIRST = date(2026, 2, 27)


@pytest.fixture
def district(own_engine: sa.Engine, tmp_path: Path) -> sa.Engine:
    """A quarter of the demonstration ledger in a database of its own."""
    whole = demo_files(tmp_path / "demo").ledger.read_text(encoding="utf-8-sig")
    header, *rows = whole.splitlines()
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("\n".join((header, *rows[::4])), encoding="utf-8")
    take_in(own_engine, ledger, NOON)
    return own_engine


def take_in(engine: sa.Engine, ledger: Path, at: datetime) -> None:
    import_now(engine, [Source(ledger)], actor="test", clock=lambda: at)


def daily(engine: sa.Engine, law: LawBook, as_of: date) -> DailyResult:
    return audit_daily(engine, law, as_of, actor="test", clock=lambda: NOON)


def assert_all_stand(engine: sa.Engine, law: LawBook, as_of: date) -> None:
    """Every contract stands as if all had been judged as of the day."""
    with unit_of_work(engine) as connection:
        stored = read_contracts(connection)
        rows = connection.execute(
            sa.select(STANDING.c.verdict, STANDING.c.next_change_on).order_by("contract_id")
        ).all()
    judged = evaluate(stored.columns, law, as_of)
    assert [Verdict.of(row.verdict).position for row in rows] == judged.verdict.tolist()
    assert [row.next_change_on for row in rows] == [
        None if day > 10**6 else as_date(int(day)) for day in judged.next_change_on
    ]


def test_every_contract_stands_as_if_all_had_been_judged(district: sa.Engine, law: LawBook) -> None:
    touched = []
    for days in (0, 1, 2, 40):
        as_of = FIRST + timedelta(days=days)
        touched.append(daily(district, law, as_of).audit.due_count)
        assert_all_stand(district, law, as_of)
    first, *later = touched
    assert first > 300
    assert max(later[:2]) < first / 10
    assert 0 < later[-1] < first


def test_corrected_facts_are_judged_anew_from_the_beginning(
    district: sa.Engine, law: LawBook, tmp_path: Path
) -> None:
    daily(district, law, FIRST)
    ledger = tmp_path / "corrected.csv"
    text = (tmp_path / "ledger.csv").read_text(encoding="utf-8")
    header, first, second, *rest = text.splitlines()
    ledger.write_text("\n".join((header, first.replace("20", "19", 1), *rest)), encoding="utf-8")
    assert second
    take_in(district, ledger, NOON + timedelta(hours=1))
    result = daily(district, law, FIRST + timedelta(days=1))
    assert result.audit.due_count < 20
    assert_all_stand(district, law, FIRST + timedelta(days=1))


def test_another_law_book_judges_everything_again(district: sa.Engine, law: LawBook) -> None:
    everything = daily(district, law, FIRST).audit.due_count
    model = load_book("999901")
    result = daily(district, model, FIRST)
    assert result.audit.due_count == everything
    assert result.moves
    assert None not in {before for before, _ in result.moves}
    assert_all_stand(district, model, FIRST)


def test_the_same_day_again_touches_nothing(district: sa.Engine, law: LawBook) -> None:
    daily(district, law, FIRST)
    again = daily(district, law, FIRST)
    assert (again.audit.due_count, again.moves) == (0, {})


def test_a_daily_audit_does_not_go_back(district: sa.Engine, law: LawBook) -> None:
    daily(district, law, FIRST)
    with pytest.raises(UsageError, match="would go back"):
        daily(district, law, FIRST - timedelta(days=1))


def test_an_empty_database_has_nothing_due(
    own_engine: sa.Engine, law: LawBook, clock: Callable[[], datetime]
) -> None:
    result = audit_daily(own_engine, law, FIRST, actor="test", clock=clock)
    assert (result.audit.due_count, result.moves) == (0, {})
    assert np.all(result.audit.known_at == clock())
