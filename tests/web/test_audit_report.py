"""The report of a run and the recovery ledger, handed out on the site."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from geodata.model.roles import Role
from service.maps.figures import grouped

from .forms import PAGE, text_of


@pytest.fixture
def auditor(client_as):
    return client_as(Role.AUDITOR)


def test_the_page_of_a_run_leads_to_its_report(auditor, demo):
    page = auditor.get(f"/runs/{demo.audited.run.run_id}", headers=PAGE)
    for form in ("pdf", "docx", "xlsx"):
        assert f"/runs/{demo.audited.run.run_id}/report.{form}" in page.text
    assert "Nobody has signed this run off" in text_of(page)


def test_the_workbook_has_every_contract_and_every_finding(auditor, demo):
    run = demo.audited.run
    answer = auditor.get(f"/runs/{run.run_id}/report.xlsx", query_string={"lang": "en"})
    assert f"run-{run.run_id}.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.data), read_only=True)
    parks, findings = ([*book[name].values][1:] for name in ("By park", "Findings"))
    assert sum(row[1] for row in parks) == run.contract_count
    shown = text_of(auditor.get(f"/reviews?run={run.run_id}", headers=PAGE))
    assert grouped(len(findings), 0) in shown


@pytest.mark.parametrize("name", ["1/report.odt", "999999/report.xlsx"])
def test_what_there_is_not_is_said(auditor, name):
    assert auditor.get(f"/runs/{name}").status_code == 404


def test_who_sees_no_runs_has_no_report(client_as, demo):
    manager = client_as(Role.PARK_MANAGER)
    assert manager.get(f"/runs/{demo.audited.run.run_id}/report.pdf").status_code == 403


@pytest.mark.parametrize("role", [Role.LEGAL, Role.PARK_MANAGER])
def test_the_list_of_cases_leads_to_the_recovery_ledger(client_as, role):
    client = client_as(role)
    assert 'href="/cases/ledger"' in client.get("/cases", headers=PAGE).text
    assert "Recovery ledger" in text_of(client.get("/cases/ledger", headers=PAGE))
    answer = client.get("/cases/ledger.xlsx?lang=en&as_of=2026-06-30")
    assert "recovery-2026-06-30.xlsx" in answer.headers["Content-Disposition"]
    names = openpyxl.load_workbook(BytesIO(answer.data)).sheetnames
    assert names[0] == "Recovery ledger"
    assert len(names) == 4
