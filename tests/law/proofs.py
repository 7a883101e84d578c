"""Which steps, legal numbers and cases stand behind each finding, as the cases show it.

``python -m tests.law.proofs`` writes the sheet the rules browser shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from geodata.model.codelists import FindingCode
from geodata.model.columns import from_rows
from service.compliance.law import load_book
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import ExplainedFinding, Explanation
from service.reports.rulebook import SHEET

from .checking import read_row
from .test_cases import FAMILIES, JINSHAN, read

_HEAD: Final = "# Made from tests/law/cases by `make docs`: what stands behind each finding.\n"


def proofs() -> dict[str, dict[str, Any]]:
    """By finding: names of steps, ids of numbers, and the cases in which it must come out."""
    sheet = {code.value: _Proof() for code in FindingCode}
    for case, moment, explanation in _explained():
        for finding in explanation.findings:
            sheet[finding.code.value].add(case, moment, explanation, finding)
    return {code: proof.written() for code, proof in sheet.items()}


def text() -> str:
    """The sheet as it stands in the file."""
    return _HEAD + yaml.safe_dump(proofs(), allow_unicode=True, sort_keys=False, width=100)


class _Proof:
    """What was met behind one finding."""

    def __init__(self) -> None:
        self.steps: set[str] = set()
        self.numbers: set[str] = set()
        self.cases: dict[str, dict[str, str]] = {}

    def add(
        self,
        case: Mapping[str, Any],
        moment: Mapping[str, Any],
        explanation: Explanation,
        finding: ExplainedFinding,
    ) -> None:
        code, steps = finding.code.value, explanation.chain(finding)
        self.steps |= {step.law.name for step in steps}
        self.numbers |= {use.number.number_id for step in steps for use in step.numbers}
        expect = moment["expect"]
        if code in expect.get("findings", ()) or code == expect.get("verdict"):
            told = {"id": case["id"], **case["title"], "as_of": moment["as_of"]}
            self.cases.setdefault(case["id"], told)

    def written(self) -> dict[str, Any]:
        order = {name: place for place, name in enumerate(load_book(JINSHAN).steps)}
        return {
            "steps": sorted(self.steps, key=order.__getitem__),
            "numbers": sorted(self.numbers),
            "cases": list(self.cases.values()),
        }


def _explained() -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], Explanation]]:
    """Every day of every case, with how its findings follow."""
    for family in sorted(FAMILIES.glob("*.yaml")):
        for case in read(family):
            law = load_book(case.get("book", JINSHAN))
            for moment in case.get("moments", ()):
                row = read_row({"contract_no": case["id"], **case["facts"]})
                as_of = date.fromisoformat(moment["as_of"])
                (explanation,) = explanations(from_rows([row]), law, as_of)
                yield case, moment, explanation


if __name__ == "__main__":
    Path(SHEET).write_text(text(), encoding="utf-8")
