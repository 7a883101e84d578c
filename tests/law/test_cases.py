"""The cases a lawyer can read (`cases/*.yaml`), judged by the rules and by the second reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml

from geodata.model.units import mu
from service.compliance.law import LawBook, load_book

from .checking import Document, by_peer, by_rules, codes, read_row
from .peer_calendar import WorkCalendar
from .peer_facts import KINDS

FAMILIES: Final = Path(__file__).with_name("cases")
_CASE: Final = {"id", "title", "basis", "facts", "moments"}
JINSHAN: Final = "310116"
_EXPECT: Final = {"verdict", "idle", "findings", "absent", "complete", *KINDS}


class _TextLoader(yaml.SafeLoader):
    """Reads every value as the text that stands in the file; only ``<<`` keeps its meaning."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # declared so by the base class
        "<": [("tag:yaml.org,2002:merge", re.compile("<<"))]
    }


def read(family: Path) -> list[dict[str, Any]]:
    """The cases of one file."""
    text = family.read_text(encoding="utf-8")
    return cast("list[dict[str, Any]]", yaml.load(text, Loader=_TextLoader))


def moments() -> Iterator[Any]:
    """Each day on which some case is checked, with what must come out, and who judges it.

    The second reading knows the law of Jinshan only.
    """
    for family in sorted(FAMILIES.glob("*.yaml")):
        for case in read(family):
            judges = {"rules": by_rules, "peer": by_peer}
            if case.get("book", JINSHAN) != JINSHAN:
                del judges["peer"]
            for moment in case.get("moments", ()):
                for reading, judge in judges.items():
                    name = f"{family.stem}-{case['id']}-{moment['as_of']}-{reading}"
                    yield pytest.param(case, moment, judge, id=name)


@cache
def book(code: str) -> LawBook:
    """A law book, read once."""
    return load_book(code)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each moment, or for each case about areas."""
    if "moment" in metafunc.fixturenames:
        metafunc.parametrize(("case", "moment", "judge"), list(moments()))
    elif "areas" in metafunc.fixturenames:
        cases = read(FAMILIES / "areas.yaml")
        metafunc.parametrize("areas", cases, ids=[case["id"] for case in cases])


def shown(value: object) -> str:
    """A value of the document as it is written in a case."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def unlike(found: Mapping[str, Any], expected: Mapping[str, str], where: str) -> list[str]:
    """What in a part of the document is not as expected."""
    wanted = {key: text.replace(",", "") for key, text in expected.items()}
    return [
        f"{where}.{key} is {shown(found[key])}, not {text}"
        for key, text in wanted.items()
        if shown(found[key]) != text
    ]


def contradictions(document: Document, expect: Mapping[str, Any]) -> list[str]:
    """Everything in the document that contradicts the case."""
    assert set(expect) <= _EXPECT
    parts = {**document["milestones"], "idle": document["idle"]}
    lines = [line for part in parts for line in unlike(parts[part], expect.get(part, {}), part)]
    if expect.get("verdict", document["verdict"]) != document["verdict"]:
        lines.append(f"the verdict is {document['verdict']}, not {expect['verdict']}")
    wanted: Mapping[str, Mapping[str, str]] = expect.get("findings", {})
    for code, content in wanted.items():
        found = [finding for finding in document["findings"] if finding["code"] == code]
        attempts = [unlike(finding, content, code) for finding in found]
        closest: list[str] = min(attempts, key=len, default=[f"{code} is not found"])
        lines += closest
    unwanted = codes(document) & set(expect.get("absent", ()))
    if expect.get("complete") == "yes":
        unwanted |= codes(document) - set(wanted)
    return lines + [f"{code} is found" for code in sorted(unwanted)]


def test_case(
    case: dict[str, Any], moment: dict[str, Any], judge: Any, calendar: WorkCalendar
) -> None:
    assert set(case) - {"book"} == _CASE
    assert case["title"]["zh"]
    assert case["title"]["en"]
    row = read_row({"contract_no": case["id"], **case["facts"]})
    basis = book(case.get("book", JINSHAN)) if judge is by_rules else calendar
    (document,) = judge([row], date.fromisoformat(moment["as_of"]), basis)
    assert contradictions(document, moment["expect"]) == []


def test_area(areas: dict[str, Any]) -> None:
    total = sum((Fraction(area) for area in areas["parcels_m2"]), Fraction(0))
    assert mu(total) == Fraction(areas["mu"])
    exact = Decimal(mu(total).numerator) / mu(total).denominator
    assert str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)) == areas["shown"]


def test_case_names_are_unique() -> None:
    names = [moment.id for moment in moments()]
    assert len(names) == len(set(names))


def test_a_wrong_expectation_is_noticed(law: LawBook) -> None:
    row = read_row({"contract_no": "1", "start_agreed_on": "2022-03-31"})
    (document,) = by_rules([row], date(2023, 4, 1), law)
    expect = {
        "verdict": "compliant",
        "start": {"days": "365"},
        "findings": {"damages_high": {}, "suspect_idle_1y": {"days": "2"}},
        "absent": ["supplied_unused"],
        "complete": "yes",
    }
    assert contradictions(document, expect) == [
        "start.days is 366, not 365",
        "the verdict is suspect_idle_1y, not compliant",
        "damages_high is not found",
        "suspect_idle_1y.days is 1, not 2",
        "overdue_start is found",
        "supplied_unused is found",
    ]
