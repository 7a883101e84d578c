"""The recovery ledger: the money of every case seen, as of a day, and outcomes that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from geodata.model.case_lists import CaseAction, CaseOutcome, CasePath
from geodata.model.cases import Case
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from geodata.store.queries.cases import CaseFilter
from service.operations.cases import Cases
from service.operations.recovery_ledger import recovery_ledger
from service.reports.recovery import ledger_table, tally_tables, total
from service.reports.table_files import write_sheets
from tests.operations.casework import AUDITOR, opened, walk
from tests.operations.test_entries import KEY, OTHER, TODAY, actor

DEMANDED, PAID, CLOSED = date(2026, 4, 7), date(2026, 4, 20), date(2026, 5, 6)
STEP = Decimal("1200.50")
ALL = CaseFilter()


@pytest.fixture
def settled(cases: Cases) -> Case:
    """A claim of damages that was paid in two parts and closed."""
    case = opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    steps = [
        (CaseAction.DEMAND, DEMANDED),
        (CaseAction.RECORD_PART_PAYMENT, PAID),
        (CaseAction.RECORD_PAYMENT, PAID),
        (CaseAction.CLOSE, CLOSED),
    ]
    return walk(cases, case, steps)


def test_a_case_stands_with_its_money_as_of_a_day(cases, settled):
    (line,) = recovery_ledger(cases, AUDITOR, ALL, TODAY)
    assert line.row.case.outcome is CaseOutcome.DAMAGES_PAID
    assert (line.recovery.due_yuan, line.recovery.paid_yuan) == (STEP, 2 * STEP)
    (then,) = recovery_ledger(cases, AUDITOR, ALL, PAID - timedelta(days=1))
    assert then.row.case.is_open
    assert (then.recovery.due_yuan, then.recovery.paid_yuan) == (STEP, 0)
    assert recovery_ledger(cases, AUDITOR, ALL, DEMANDED - timedelta(days=30)) == []


def test_outcomes_and_money_add_up_by_rule_year_and_park(cases, settled):
    opened(cases)
    lines = recovery_ledger(cases, AUDITOR, ALL, TODAY)
    by_rule, by_year, by_park = tally_tables(lines, "en")
    for table in (by_rule, by_year, by_park):
        assert sum(row[1] for row in table.rows) == len(lines) == 2
        assert sum(row[2] for row in table.rows) == 1
        assert sum(row[5] or 0 for row in table.rows) == total(lines).paid_yuan == 2 * STEP
    assert table.heads[3] == CaseOutcome.DAMAGES_PAID.label("en")
    assert [row[0] for row in by_year.rows] == ["2026", "still open"]
    assert [row[0] for row in by_rule.rows] == [
        FindingCode.OVERDUE_START,
        FindingCode.SUSPECT_IDLE_1Y,
    ]


def test_a_park_manager_sees_the_own_park_only(cases, settled):
    other = ContractKey(**{name: OTHER.get(name) or "" for name in ("contract_no", "parcel_code")})
    opened(cases, key=other)
    assert len(recovery_ledger(cases, AUDITOR, ALL, TODAY)) == 2
    manager = replace(actor(Role.PARK_MANAGER), parks=frozenset({OTHER["park"]}))
    (line,) = recovery_ledger(cases, manager, ALL, TODAY)
    assert (line.row.park, line.row.key == KEY) == (OTHER["park"], False)
    nobody = replace(manager, parks=frozenset())
    assert recovery_ledger(cases, nobody, ALL, TODAY) == []


def test_the_workbook_has_the_ledger_and_three_tallies(cases, settled):
    lines, stream = recovery_ledger(cases, AUDITOR, ALL, TODAY), BytesIO()
    write_sheets([ledger_table(lines, "zh"), *tally_tables(lines, "zh")], stream, "zh")
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames[0] == "追缴台账"
    assert len(book.sheetnames) == 4
    heads, row = list(book["追缴台账"].values)
    assert dict(zip(heads, row, strict=True))["应缴（元）"] == pytest.approx(1200.5)
