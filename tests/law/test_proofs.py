"""What the rules browser says of tests is what the tests are."""

from __future__ import annotations

import yaml

from geodata.model.codelists import FindingCode
from service.compliance.law import load_book
from service.reports.rulebook import SHEET, rules

from .proofs import text


def test_the_sheet_is_made_from_the_cases():
    assert SHEET.read_text(encoding="utf-8") == text(), "run make docs"


def test_every_finding_is_proven_by_a_case():
    sheet = yaml.safe_load(SHEET.read_text(encoding="utf-8"))
    assert list(sheet) == [code.value for code in FindingCode]
    assert [code for code, proof in sheet.items() if not proof["cases"]] == []


def test_every_legal_number_of_a_finding_is_behind_some_rule():
    told = {number.number_id for rule in rules(load_book("310116")) for number in rule.numbers}
    assert {"idle.fee_share", "extension.cap_years", "bond.first_tier_share"} <= told


def test_a_book_without_a_number_shows_the_rule_without_it():
    sizes = [
        sum(len(rule.numbers) for rule in rules(load_book(code))) for code in ("310116", "999901")
    ]
    assert sizes[1] < sizes[0]
