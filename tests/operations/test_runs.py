"""Audits that are kept: compared, judged again, and refused when their facts were changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.errors import DatabaseStateError, NothingFoundError
from geodata.model.codelists import Verdict
from geodata.model.movements import Movement
from geodata.store.scope import EVERYTHING
from service.compliance.law import LawBook
from service.operations.auditing import AuditResult, audit
from service.operations.import_sources import Source
from service.operations.importing import import_now
from service.operations.runs import (
    compare_runs,
    recent_runs,
    run_report,
    run_summary,
    verify_run,
)
from service.reports.content import summarise
from tests.conftest import NOON

HEADS = "contract_no,start_agreed_on,start_on,premium_yuan,start_permille,area_m2,signed_on\n"
LATE = "late,2022-03-31,,12000000,1,20000,2021-01-01\n"
SLOW = "slow,2022-03-31,2022-06-30,12000000,1,10000,2021-01-01\n"
DONE = "done,2022-03-31,2022-03-01,12000000,1,10000,2021-01-01\n"
COMES = "comes,2022-10-01,,,,,2022-06-01\n"
EARLY, MIDDLE, LAST = date(2022, 5, 1), date(2022, 9, 1), date(2023, 5, 1)


@dataclass
class Bureau:
    """A database, with an hour between all that is done in it."""

    engine: sa.Engine
    law: LawBook
    folder: Path
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    def take_in(self, *lines: str) -> None:
        self.now += timedelta(hours=1)
        path = self.folder / "ledger.csv"
        path.write_text(HEADS + "".join(lines), encoding="utf-8")
        import_now(self.engine, [Source(path)], actor="test", clock=self.clock)

    def audit(self, as_of: date) -> AuditResult:
        self.now += timedelta(hours=1)
        return audit(self.engine, self.law, as_of, "en", actor="test", clock=self.clock)


@pytest.fixture
def bureau(own_engine: sa.Engine, law: LawBook, tmp_path: Path) -> Bureau:
    made = Bureau(own_engine, law, tmp_path)
    made.take_in(LATE, SLOW, DONE, COMES)
    return made


def verdicts(result: AuditResult) -> dict[str, Verdict]:
    numbers = result.stored.columns.texts["contract_no"]
    return {
        number: Verdict.at(int(code))
        for number, code in zip(numbers, result.judged.verdict, strict=True)
    }


def test_the_difference_is_what_the_judgements_say(bureau):
    before, after = bureau.audit(EARLY), bureau.audit(LAST)
    content = compare_runs(bureau.engine, before.run.run_id, after.run.run_id, "en")
    moved = {parcel.key.contract_no: parcel for parcel in content.parcels()}
    flipped = {
        number
        for number, verdict in verdicts(after).items()
        if verdict is not verdicts(before)[number]
    }
    assert set(moved) == flipped == {"late", "slow", "comes"}
    for number, parcel in moved.items():
        assert (parcel.before, parcel.after) == (verdicts(before)[number], verdicts(after)[number])
    movements = {number: parcel.movement for number, parcel in moved.items()}
    assert movements == {
        "late": Movement.WORSE, "slow": Movement.RESOLVED, "comes": Movement.NEW,
    }  # fmt: skip
    worse = content.moving(Movement.WORSE)
    assert (worse.count, worse.area_m2) == (1, 20_000)
    # 31 and 396 days at 1 per mille of 12 million yuan, and the fee of 20 per cent.
    assert (worse.before.yuan, worse.after.yuan) == (31 * 12_000, 396 * 12_000 + 2_400_000)
    assert content.before.as_of == EARLY
    back = compare_runs(bureau.engine, after.run.run_id, before.run.run_id, "en")
    assert {p.key.contract_no: p.movement for p in back.parcels()}["slow"] is Movement.NEW


def test_a_contract_imported_in_between_is_new(bureau):
    before = bureau.audit(MIDDLE)
    bureau.take_in(LATE.replace("late", "added"))
    after = bureau.audit(MIDDLE)
    content = compare_runs(bureau.engine, before.run.run_id, after.run.run_id, "en")
    (parcel,) = content.parcels()
    assert (parcel.key.contract_no, parcel.before) == ("added", None)
    assert parcel.movement is Movement.NEW
    assert (content.before.contract_count, content.after.contract_count) == (4, 5)


def test_runs_are_listed_newest_first_and_shown(bureau):
    results = [bureau.audit(day) for day in (EARLY, MIDDLE, LAST)]
    again = bureau.audit(LAST)
    assert not again.is_new
    runs = recent_runs(bureau.engine, 2)
    assert [run.run_id for run in runs] == [r.run.run_id for r in (results[2], results[1])]
    assert runs[0] == results[2].run == again.run
    run, summary = run_summary(bureau.engine, runs[0].run_id)
    assert run == runs[0]
    assert summary == summarise(results[2].stored.columns, results[2].judged)


def test_a_run_judged_again_is_identical(bureau):
    result = bureau.audit(LAST)
    bureau.take_in(LATE.replace("2022-03-31,,", "2022-03-31,2022-03-01,"))
    found = verify(bureau, result, lambda _: bureau.law)
    assert found.is_identical
    assert not found.has_other_book
    assert not found.has_other_code
    assert not len(found.content.listed)


def verify(bureau: Bureau, result: AuditResult, law_of: Callable[[str], LawBook]):
    return verify_run(bureau.engine, result.run.run_id, law_of, "en")


def test_another_book_is_named_and_what_it_moves_is_shown(bureau):
    result = bureau.audit(LAST)
    number = bureau.law.numbers["idle.first_years"]
    longer = replace(number, versions=tuple(replace(v, value=v.value + 1) for v in number.versions))
    numbers = {**bureau.law.numbers, "idle.first_years": longer}
    other = replace(bureau.law, digest="sha256:other", numbers=numbers)
    found = verify(bureau, result, lambda _: other)
    assert found.has_other_book
    assert not found.has_other_code
    assert not found.is_identical
    assert [p.key.contract_no for p in found.content.parcels()] == ["late"]
    assert verify(bureau, result, lambda _: replace(bureau.law, digest="x")).is_identical


def test_other_rules_are_told_apart_from_another_book(bureau, monkeypatch):
    result = bureau.audit(LAST)
    monkeypatch.setattr("service.operations.runs.rule_set_digest", lambda _: "sha256:other")
    found = verify(bureau, result, lambda _: bureau.law)
    assert found.has_other_code
    assert not found.has_other_book
    assert found.is_identical


def test_facts_that_were_changed_are_refused(bureau):
    result = bureau.audit(LAST)
    with bureau.engine.begin() as connection:
        changed = connection.execute(
            sa.text("UPDATE artefact_part SET content = content || '\\x00'::bytea")
        )
        assert changed.rowcount == 1
    with pytest.raises(DatabaseStateError, match="changed"):
        verify(bureau, result, lambda _: bureau.law)


def test_a_run_that_does_not_exist_is_named(bureau):
    with pytest.raises(NothingFoundError, match="4711"):
        run_summary(bureau.engine, 4711)


def test_a_run_is_reported_with_what_moved_since_the_one_before(bureau):
    first, second = bureau.audit(EARLY).run.run_id, bureau.audit(LAST).run.run_id
    alone, after = (
        run_report(bureau.engine, run_id, bureau.law, "en", EVERYTHING)
        for run_id in (first, second)
    )
    assert alone.changes is None
    assert after.changes.before.run_id == first
    assert after.changes.everything().count == after.summary.contract_count
    assert after.is_intact
    assert not after.has_other_book
    assert not after.has_other_code


def test_a_report_says_where_judgements_are_not_those_that_were_made(bureau):
    run_id = bureau.audit(LAST).run.run_id
    with bureau.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE parcelwatch.judgement SET one_year_on = '2001-01-01'")
    report = run_report(bureau.engine, run_id, bureau.law, "en", EVERYTHING)
    assert report.is_intact is False
