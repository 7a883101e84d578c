"""What falls due, and where contracts stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from judged import Drawn
from samples import batch, ledger
from sqlalchemy.exc import IntegrityError

from geodata.errors import UsageError
from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState, Verdict
from geodata.model.columns import NO_CODE, NO_DAY, as_date, day_number
from geodata.model.entities import DailyAudit
from geodata.model.judgements import NEVER, Judgements
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.standing import (
    DueContracts,
    due_contracts,
    keep_standing,
    last_daily_audit,
)
from geodata.store.tables import CONTRACT, STANDING

DAY = date(2024, 3, 1)
RULES = "sha256:1"


def day(number: int) -> int:
    return day_number(DAY) + number


def judgements(due: DueContracts, *next_changes: int, seed: int = 1, **columns: Any) -> Judgements:
    """Drawn judgements of what is due that can change so many days after 1 March 2024."""
    days = np.array([NEVER if n == NEVER else day(n) for n in next_changes], dtype=np.int32)
    drawn = Drawn(seed, len(due)).judgements()
    return replace(drawn, next_change_on=days, **columns)


def audit_day(
    connection: sa.Connection,
    number: int,
    *next_changes: int,
    rules: str = RULES,
    **columns: Any,
) -> DueContracts:
    """What was due so many days after 1 March 2024; judged, and kept."""
    as_of = DAY + timedelta(days=number)
    due = due_contracts(connection, as_of, rules)
    at = datetime(2024, 3, 9, tzinfo=UTC)
    audit = DailyAudit(as_of, due.known_at, "310116", rules, "0.1.0", at, "tester", len(due))
    judged = judgements(due, *next_changes, **columns)
    keep_standing(connection, audit, due.contract_id, judged)
    assert last_daily_audit(connection) == audit
    return due


def due_numbers(connection: sa.Connection, number: int, rules: str = RULES) -> list[int]:
    """The contracts due, counted from 1."""
    due = due_contracts(connection, DAY + timedelta(days=number), rules)
    first = connection.scalar(sa.select(sa.func.min(CONTRACT.c.contract_id)))
    return (due.contract_id - first + 1).tolist()


def contracts(connection: sa.Connection, count: int) -> list[int]:
    import_ledger(connection, batch(), ledger(*[{}] * count))
    return read_contracts(connection).contract_id.tolist()


def test_nothing_is_due_where_nothing_is_known(connection):
    due = due_contracts(connection, DAY, RULES)
    assert (len(due), due.known_at, last_daily_audit(connection)) == (0, None, None)


def test_at_first_every_contract_is_due(connection):
    contract_id = contracts(connection, 3)
    due = due_contracts(connection, DAY, RULES)
    assert due.contract_id.tolist() == contract_id
    assert due.verdict.tolist() == [NO_CODE] * 3
    assert due.judged_on.tolist() == [NO_DAY] * 3
    assert due.known_at == read_contracts(connection).known_at


def test_a_contract_falls_due_on_the_day_of_its_next_change(connection):
    contracts(connection, 3)
    audit_day(connection, 0, 5, NEVER, 6)
    assert [due_numbers(connection, n) for n in (0, 4, 5, 6, 9999)] == [[], [], [1], [1, 3], [1, 3]]
    due = audit_day(connection, 5, 7)
    known = Drawn(1, 3).judgements().verdict
    assert due.verdict.tolist() == known[:1].tolist()
    assert due.judged_on.tolist() == [day(0)]
    assert due_numbers(connection, 6) == [3]


def test_new_and_corrected_facts_are_due_at_once(connection):
    contracts(connection, 3)
    audit_day(connection, 0, NEVER, NEVER, NEVER)
    import_ledger(connection, batch(1), ledger({}, {"note": "corrected"}, {}, {}))
    assert due_numbers(connection, 0) == [2, 4]
    due = audit_day(connection, 0, NEVER, NEVER)
    assert (due.verdict == NO_CODE).tolist() == [False, True]
    assert due_numbers(connection, 0) == []


def test_under_other_rules_every_contract_is_due(connection):
    contracts(connection, 2)
    audit_day(connection, 0, NEVER, NEVER)
    assert due_numbers(connection, 0, "sha256:2") == [1, 2]
    audit_day(connection, 0, NEVER, NEVER, rules="sha256:2")
    assert due_numbers(connection, 0, "sha256:2") == []
    assert due_numbers(connection, 0) == [1, 2]


def test_only_what_is_due_is_read(connection):
    contract_id = contracts(connection, 4)
    some = np.array([contract_id[3], contract_id[1]], dtype=np.int64)
    stored = read_contracts(connection, contract_ids=some)
    assert stored.contract_id.tolist() == [contract_id[1], contract_id[3]]
    assert stored.columns.texts["contract_no"].tolist() == ["C2", "C4"]
    assert len(read_contracts(connection, contract_ids=some[:0]).columns) == 0


def test_a_daily_audit_goes_forward_only(connection):
    contracts(connection, 1)
    audit_day(connection, 1, NEVER)
    with pytest.raises(UsageError, match=r"2024-03-02.*2024-03-01"):
        due_contracts(connection, DAY, RULES)


def test_the_standing_says_what_was_found(connection):
    contract_id = contracts(connection, 40)
    audit_day(connection, 0, *[3] * 39, NEVER)
    judged = Drawn(1, 40).judgements()
    rows = connection.execute(sa.select(STANDING).order_by(STANDING.c.contract_id)).mappings().all()
    assert [row["contract_id"] for row in rows] == contract_id
    for number, row in enumerate(rows):
        findings = judged.findings.code[judged.findings.row == number]
        assert row["verdict"] == Verdict.at(judged.verdict[number])
        assert row["findings"] == [FindingCode.at(code) for code in sorted(set(findings.tolist()))]
        for kind in MilestoneKind:
            milestone = judged.milestones[kind]
            state = milestone.state[number]
            assert row[f"{kind}_state"] == (None if state < 0 else MilestoneState.at(state))
            assert row[f"{kind}_due_on"] == as_date(milestone.due_on[number])
    assert {row["next_change_on"] for row in rows[:-1]} == {DAY + timedelta(days=3)}
    assert rows[-1]["next_change_on"] is None


def test_a_standing_that_did_not_change_is_not_written_again(connection):
    contracts(connection, 3)
    audit_day(connection, 0, NEVER, NEVER, NEVER)
    places = sa.text("SELECT ctid::text FROM parcelwatch.standing ORDER BY contract_id")
    before = connection.scalars(places).all()
    audit_day(connection, 4, NEVER, 9, NEVER, rules="sha256:2")
    after = connection.scalars(places).all()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
    days = connection.scalars(sa.select(STANDING.c.judged_on).order_by(STANDING.c.contract_id))
    assert [(found - DAY).days for found in days] == [0, 4, 0]


def test_the_database_guards_standings(connection):
    (a,) = contracts(connection, 1)
    audit_day(connection, 0, 1)
    for changed in ({"verdict": "guilty"}, {"contract_id": a + 1}, {"findings": ["guilty"]}):
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(sa.update(STANDING).values(changed))
