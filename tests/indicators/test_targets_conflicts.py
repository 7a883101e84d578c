"""Where the papers disagree: found in the register, and decided by nobody here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LawBookError
from geodata.model.law_lists import DisagreementKind, TargetUnit
from service.compliance.indicators.conflicts import Conflict, conflicts
from service.compliance.law import LawBook, Target, load_book

LAND = "vacated_upgraded_2025/transformed_2025"
FIRMS = "new_specialised_2025/new_specialised_2025_plan"


def by_id(law: LawBook, chosen: dict[str, str] | None = None) -> dict[str, Conflict]:
    return {each.conflict_id: each for each in conflicts(law, chosen or {})}


def with_target(law: LawBook, changed: Target) -> LawBook:
    return replace(
        law,
        targets=tuple(changed if t.target_id == changed.target_id else t for t in law.targets),
    )


def test_the_two_numbers_for_inefficient_land(law: LawBook) -> None:
    found = by_id(law)[LAND]
    assert [part.value for part in found.first.parts] == [1500, 3000]
    assert found.first.value == 4500
    assert found.second.value == 5000
    assert found.difference == 500
    assert found.unit is TargetUnit.MU
    assert found.kinds == (
        DisagreementKind.VALUE,
        DisagreementKind.FORCE,
        DisagreementKind.WORDING,
        DisagreementKind.PERIOD,
        DisagreementKind.PAPER,
    )


def test_the_two_numbers_for_specialised_enterprises(law: LawBook) -> None:
    found = by_id(law)[FIRMS]
    assert found.first.value == 300
    assert found.second.value == 100
    assert found.difference == -200


def test_the_plan_disagrees_with_itself(law: LawBook) -> None:
    """Growth compounded over five years, against doubling and against the size of the clusters."""
    found = by_id(law)
    doubled = found["feature_park_growth_2025_plan/feature_park_doubling_2025"]
    assert doubled.difference == 2 - Fraction(11, 10) ** 5
    increase = found["above_scale_growth_2025_plan/above_scale_increase_2025"]
    assert increase.second.multiple == 1 + 2 * Fraction("439.6") / Fraction("1382.1")
    clusters = found["key_cluster_growth_2025/key_cluster_growth_2025#parts"]
    assert clusters.second.value == 500 + 500 + 500 + 300
    assert clusters.difference == 1800 / Fraction("1062.3") - Fraction(109, 100) ** 5


def test_seven_per_cent_and_about_seven_differ_in_words_alone(law: LawBook) -> None:
    found = by_id(law)["above_scale_growth_2025/above_scale_growth_2025_plan"]
    assert found.difference == 0
    assert DisagreementKind.EXACTNESS in found.kinds
    assert DisagreementKind.VALUE not in found.kinds


def test_these_are_all(law: LawBook) -> None:
    assert len(by_id(law)) == 6


def test_parts_that_add_up_are_no_conflict(law: LawBook) -> None:
    assert not [key for key in by_id(law) if key.startswith("new_materials")]
    less = replace(law.target("polymers_2025"), value=Fraction(240))
    found = by_id(with_target(law, less))["new_materials_2025/new_materials_2025#parts"]
    assert found.difference == -10


def test_nothing_is_chosen(law: LawBook) -> None:
    assert all(each.is_undecided for each in conflicts(law))


def test_a_choice_is_shown_first(law: LawBook) -> None:
    found = by_id(law, {LAND: "transformed_2025"})
    assert not found[LAND].is_undecided
    assert found[LAND].sides == (found[LAND].second, found[LAND].first)
    assert found[LAND].difference == 500
    assert found[FIRMS].is_undecided


@pytest.mark.parametrize(
    "chosen", [{LAND: "new_specialised_2025"}, {"vacated_2025/upgraded_2025": "vacated_2025"}]
)
def test_a_choice_of_something_else_is_refused(law: LawBook, chosen: dict[str, str]) -> None:
    with pytest.raises(LawBookError, match=r"Choose a side.*vacated_upgraded_2025"):
        conflicts(law, chosen)


def test_a_district_with_one_paper_has_none() -> None:
    assert conflicts(load_book("999901")) == ()


@given(value=st.integers(0, 10_000))
def test_papers_agree_exactly_where_their_numbers_do(law: LawBook, value: int) -> None:
    changed = replace(law.target("transformed_2025"), value=Fraction(value))
    assert (LAND in by_id(with_target(law, changed))) == (value != 4500)
