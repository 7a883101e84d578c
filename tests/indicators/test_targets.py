"""The register of targets: both papers as they stand, and nothing half said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest

from geodata.errors import LawBookError
from geodata.model.codelists import ClaimKind
from geodata.model.law_lists import Bound, FigureKind, Force, TargetUnit
from service.compliance.law import LawBook, Target
from service.compliance.law.entries import Entry
from service.compliance.law.shelf import read_sheet
from service.compliance.law.targets import in_register, read_target

PAPER = "jinshan-2023-24"
PLAN = "jinshan-manufacturing-plan"
Sheet = dict[str, Any]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """The targets of the district as their file has them."""
    book = resources.files("service.compliance.law") / "book"
    return read_sheet(book / "310116" / "targets.yaml")


@pytest.mark.parametrize(("document", "table", "rows"), [(PAPER, "表1第", 9), (PLAN, "表一第", 20)])
def test_each_row_of_both_tables_is_one_target(
    law: LawBook, document: str, table: str, rows: int
) -> None:
    places = Counter(
        citation.article
        for target in law.targets
        if target.document == document
        for citation in target.citations
        if citation.article.startswith(table)
    )
    assert places == {f"{table}{row}项": 1 for row in range(1, rows + 1)}


@pytest.mark.parametrize(
    ("target_id", "value", "figure", "force"),
    [
        ("vacated_2025", 1500, FigureKind.AREA_VACATED, Force.NOT_STATED),
        ("upgraded_2025", 3000, FigureKind.AREA_UPGRADED, Force.NOT_STATED),
        ("vacated_upgraded_2025", 4500, FigureKind.AREA_TRANSFORMED, Force.NOT_STATED),
        ("transformed_2025", 5000, FigureKind.AREA_TRANSFORMED, Force.BINDING),
    ],
)
def test_the_targets_for_land(
    law: LawBook, target_id: str, value: int, figure: FigureKind, force: Force
) -> None:
    target = law.target(target_id)
    assert target.value == value
    assert (target.unit, target.figure) == (TargetUnit.MU, figure)
    assert (target.force, target.until_year, target.base_year) == (force, 2025, None)


def test_three_indicators_of_the_plan_bind(law: LawBook) -> None:
    binding = {target.target_id for target in law.targets if target.force is Force.BINDING}
    assert binding == {"transformed_2025", "energy_intensity_2025", "water_intensity_2025"}


def test_only_the_plan_states_its_period_and_neither_paper_a_base_year(law: LawBook) -> None:
    assert {(t.document, t.starts_year) for t in law.targets} == {(PAPER, None), (PLAN, 2021)}
    assert {target.base_year for target in law.targets} == {None}
    assert {target.years for target in law.targets} == {None, 5}


def test_a_target_in_words_has_no_number(law: LawBook) -> None:
    for target in law.targets:
        assert (target.value is None) == (target.bound is Bound.IN_WORDS) == bool(target.words)


def test_land_that_one_kind_of_entry_fills(law: LawBook) -> None:
    kinds = {target.target_id: target.kind for target in law.targets if target.kind}
    assert kinds == {"vacated_2025": ClaimKind.VACATED, "upgraded_2025": ClaimKind.UPGRADED}
    assert law.target("vacated_2025").target_mu == Fraction(1500)


def test_a_target_that_is_not_there_is_named_with_those_that_are(law: LawBook) -> None:
    with pytest.raises(LawBookError, match=r"no target vacated_2035.*vacated_2025"):
        law.target("vacated_2035")


# --- What does not load ------------------------------------------------------------------------


def read(law: LawBook, raw: Sheet) -> Target:
    return read_target(Entry("vacated_2025", raw, law.instruments), law.code)


@pytest.mark.parametrize(
    "field",
    [
        *("zh", "en", "measure", "figure", "value", "unit", "bound", "force", "from"),
        *("starts_year", "base_year", "until_year", "cites", "confidence"),
    ],
)
def test_a_target_says_everything(law: LawBook, sheet: Sheet, field: str) -> None:
    raw = {key: value for key, value in sheet["vacated_2025"].items() if key != field}
    with pytest.raises(LawBookError, match=rf"vacated_2025 has no {field}"):
        read(law, raw)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"figure": "area"}, "figure is area"),
        ({"unit": "acres"}, "unit is acres"),
        ({"value": -1}, "value is -1"),
        ({"force": "maybe"}, "force is maybe"),
        ({"base_year": "unknown"}, "base_year is unknown"),
        ({"unit": "percent"}, "not counted in percent"),
        ({"starts_year": 2026}, "ends in 2025"),
        ({"base_year": 2030}, "ends in 2025"),
        ({"from": date(2021, 1, 1)}, "before any text it cites"),
        ({"bound": "in_words"}, "has no words"),
        ({"cites": ["nobody 1"]}, "nobody"),
    ],
)
def test_what_contradicts_itself_is_told(
    law: LawBook, sheet: Sheet, changes: Sheet, told: str
) -> None:
    with pytest.raises(LawBookError, match=told):
        read(law, {**sheet["vacated_2025"], **changes})


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["vacated_2035"], "names vacated_2035 as a part"),
        (["vacated_2025"], "names vacated_2025 as a part"),
        (["upgraded_2025", "listed_2025"], "different units"),
    ],
)
def test_parts_are_other_targets_that_can_be_added(
    law: LawBook, parts: list[str], told: str
) -> None:
    targets = {target.target_id: target for target in law.targets}
    targets["vacated_2025"] = replace(targets["vacated_2025"], parts=tuple(parts))
    with pytest.raises(LawBookError, match=told):
        in_register(targets)
