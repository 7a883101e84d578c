"""The cases a lawyer can read (`cases/*.yaml`), answered by the functions of the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from service.compliance.law import LawBook, load_book

from .questions import QUESTIONS

FAMILIES: Final = Path(__file__).with_name("cases")
_CASE: Final = {"id", "title", "basis", "book", "about", "facts", "expect"}


def cases() -> Iterator[dict[str, Any]]:
    """Every case of every file, named by file and number."""
    for family in sorted(FAMILIES.glob("*.yaml")):
        for case in yaml.safe_load(family.read_text(encoding="utf-8")):
            yield {**case, "id": f"{family.stem}-{case['id']}"}


def shown(value: object) -> object:
    """A value as it is written in a case: numbers as exact decimals, the rest as it stands."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / value.denominator
    if isinstance(value, Mapping):
        return {key: shown(part) for key, part in value.items()}
    return value


def wanted(value: object) -> object:
    """A written value, amounts with their thousands apart."""
    if isinstance(value, str) and value.replace(",", "").replace(".", "").isdigit():
        return Decimal(value.replace(",", ""))
    return value


@cache
def book(code: str) -> LawBook:
    """A law book, read once."""
    return load_book(code)


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    assert set(case) - {"book"} == _CASE - {"book"}
    assert case["title"]["zh"]
    assert case["title"]["en"]
    answer = QUESTIONS[case["about"]](book(case.get("book", "310116")), case["facts"])
    expect = case["expect"]
    assert expect
    assert {key: shown(answer[key]) for key in expect} == {
        key: wanted(value) for key, value in expect.items()
    }


def test_every_question_is_asked_and_case_names_are_unique() -> None:
    every = list(cases())
    assert {case["about"] for case in every} == set(QUESTIONS)
    assert len({case["id"] for case in every}) == len(every)


def test_days_are_read_as_days() -> None:
    days = [v for case in cases() for k, v in case["facts"].items() if k.endswith("_on")]
    assert days
    assert all(type(day) is date for day in days)
