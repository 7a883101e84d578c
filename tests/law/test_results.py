"""Results as values: what each says, and which finding a verdict rests on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from geodata.model.codelists import FindingCode, Group, UnusedBucket
from geodata.model.columns import LedgerColumns, from_rows
from geodata.model.judgements import Judgements
from service.compliance.law import LawBook
from service.compliance.rules import results
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.leads import NO_LEAD, leads
from service.compliance.rules.results import ContractResult, contract_results

from .strategies import AS_OF, random_rows

Judged = tuple[LedgerColumns, Judgements]


@pytest.fixture(scope="module", params=[AS_OF[0], AS_OF[-1]], ids=str)
def judged(request: pytest.FixtureRequest, law: LawBook) -> Judged:
    columns = from_rows(random_rows(7, request.param, 300))
    return columns, evaluate(columns, law, request.param)


def all_of(judged: Judged) -> list[ContractResult]:
    return list(contract_results(*judged))


def test_rows_chosen_are_those_of_the_whole(judged: Judged) -> None:
    whole = all_of(judged)
    rows = [17, 3, 3, 299]
    assert list(contract_results(*judged, rows)) == [whole[row] for row in rows]
    assert list(contract_results(*judged, [])) == []


def test_blocks_leave_no_seam(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = all_of(judged)
    monkeypatch.setattr(results, "_BLOCK", 7)
    assert all_of(judged) == whole


def test_a_verdict_rests_on_the_finding_of_its_name_else_of_its_colour(judged: Judged) -> None:
    found = all_of(judged)
    for contract in found:
        named = [f for f in contract.findings if f.code.value == contract.verdict.value]
        alike = [f for f in contract.findings if f.code.tone is contract.verdict.tone]
        assert contract.lead is next(iter(named + alike), None)
    assert {contract.lead is None for contract in found} == {True, False}


def test_the_worst_days_are_those_of_what_is_still_open(judged: Judged) -> None:
    for contract in all_of(judged):
        open_days = [m.late_days or 0 for m in contract.milestones if m.done_on is None]
        lead_days = (contract.lead.days or 0) if contract.lead else 0
        assert contract.worst_days == max([*open_days, lead_days])


def test_groups_are_those_of_the_findings(judged: Judged) -> None:
    beside = {UnusedBucket.NOT_DUE, UnusedBucket.UNDELIVERED}
    for contract in all_of(judged):
        codes = {f.code for f in contract.findings}
        unused = FindingCode.SUPPLIED_UNUSED in codes and contract.bucket not in beside
        expected = {Group.OVERDUE} if any("overdue_" in code[:8] for code in codes) else set()
        if any(code.is_suspected for code in codes) or FindingCode.IDLE_CONFIRMED in codes:
            expected.add(Group.IDLE)
        assert contract.groups == (expected | {Group.SUPPLIED_UNUSED} if unused else expected)


def test_an_empty_ledger_has_no_results(law: LawBook) -> None:
    columns = from_rows([])
    assert list(contract_results(columns, evaluate(columns, law, date(2024, 1, 1)))) == []


def test_a_ledger_without_findings_has_no_leads(law: LawBook) -> None:
    columns = from_rows([{"contract_no": "1", "signed_on": date(2030, 1, 1)}])
    judged = evaluate(columns, law, date(2024, 1, 1))
    assert len(judged.findings) == 0
    assert np.array_equal(leads(judged), [NO_LEAD])
    (contract,) = contract_results(columns, judged)
    assert (contract.lead, contract.worst_days, contract.idle) == (None, 0, None)
