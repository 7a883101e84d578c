"""The golden cases handed to the project, where their file lies beside it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from service.compliance.law import LawBook
from tests.conftest import SHARED, beside

from .checking import Document, by_peer, by_rules, codes, read_row
from .peer_calendar import WorkCalendar

GOLDEN = SHARED / "golden.json"
FEWEST = 82


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the file; a skipped one where the file is absent."""
    if "case" not in metafunc.fixturenames:
        return
    if GOLDEN.is_file():
        cases = json.loads(GOLDEN.read_text(encoding="utf-8"))
        metafunc.parametrize("case", cases, ids=[case["id"] for case in cases])
    else:
        absent = pytest.mark.skip(reason="the file with the golden cases is not on this machine")
        metafunc.parametrize("case", [pytest.param({}, marks=absent, id="absent")])


def found_at(document: Document, path: str) -> Any:
    """The value at a dotted path; ``finding.<code>`` is the first finding of that code."""
    first, *rest = path.split(".")
    value: Any = document.get(first)
    if first == "finding":
        code, *rest = rest
        value = next((one for one in document["findings"] if one["code"] == code), None)
    for part in rest:
        assert isinstance(value, dict), f"{path} is not in the document"
        value = value[part]
    return value


@pytest.mark.parametrize("judge", [by_rules, by_peer], ids=["rules", "peer"])
def test_golden_case(
    case: dict[str, Any], judge: Any, law: LawBook, calendar: WorkCalendar
) -> None:
    basis = law if judge is by_rules else calendar
    (document,) = judge([read_row(case["row"])], date.fromisoformat(case["as_of"]), basis)
    assert set(case["has"]) <= codes(document)
    assert not set(case["lacks"]) & codes(document)
    assert {path: found_at(document, path) for path in case["expect"]} == case["expect"]


def test_no_golden_case_is_missing() -> None:
    assert len(json.loads(beside(GOLDEN.name).read_text(encoding="utf-8"))) >= FEWEST
