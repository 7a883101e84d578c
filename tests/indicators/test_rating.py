"""Rating: golden case 34, the schemes of other places, ties, gaps, scope, and refusals."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import LawBookError
from geodata.model.columns import NO_CODE, Exact
from geodata.model.rating_lists import RatingClass, RatingState
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.figures import Figures, mean
from service.compliance.indicators.rating import classed, ranked, rate, supervision
from service.compliance.law import load_book
from service.compliance.rules import exact
from tests.law.checking import STEADY

OTHERS = Path(__file__).parent / "book"
AS_OF = date(2024, 7, 1)
A, B, C, D = RatingClass.A, RatingClass.B, RatingClass.C, RatingClass.D
WAN = 10_000

GOLDEN_34 = {
    "land_m2": 20 / MU_PER_M2,
    "tax_yuan": 18 * 20 * WAN,
    "value_added_yuan": 120 * 20 * WAN,
    "energy_tce": 1200,
    "emissions_t": Fraction("0.6"),
    "staff_count": 120,
    "rd_yuan": 25 * WAN,
    "revenue_yuan": 1000 * WAN,
}


@pytest.fixture(scope="module")
def huangyan():
    return load_book("331003", OTHERS)


@pytest.fixture(scope="module")
def huaian():
    return load_book("320800", OTHERS)


@pytest.fixture(scope="module")
def model():
    return load_book("999901")


def rated(rows: dict[str, dict[str, Any]], scheme_id: str, law, as_of=AS_OF):
    ratings = rate(Figures.of_rows(rows), law.scheme(scheme_id), law, as_of)
    return {name: ratings.result(row) for row, name in enumerate(rows)}


def of_model(tax: Any, output: Any = 0, land_mu: Any = 1) -> dict[str, Any]:
    """An enterprise of the model district, figures in 万元."""
    return {
        "tax_yuan": None if tax is None else Fraction(tax) * WAN,
        "output_yuan": None if output is None else Fraction(output) * WAN,
        "land_m2": Fraction(land_mu) / MU_PER_M2,
        "production_on": date(2010, 1, 1),
    }


# --- Golden case 34 ----------------------------------------------------------------------------


def test_golden_case_34(huangyan):
    result = rated({"X": GOLDEN_34}, "above_scale", huangyan)["X"]
    assert result.score is not None
    assert round(result.score, 2) == Fraction("82.30")
    shown = [str(round(float(one.score or 0), 2)) for one in result.indicators]
    assert shown == ["22.41", "17.63", "14.85", "8.11", "11.03", "8.28"]
    values = [one.value for one in result.indicators]
    assert values == [18, 120, 2, 4000, 20, Fraction(1, 40)]
    assert result.score == sum(
        Fraction(value) / Fraction(base) * weight
        for value, base, weight in (
            (18, "24.097", 30),
            (120, "136.16", 20),
            (2, "2.694", 20),
            (4000, "4929.81", 10),
            (20, "18.14", 10),
            ("0.025", "0.0302", 10),
        )
    )


def test_a_scheme_without_limits_of_classes_gives_ranks_and_no_class(huangyan):
    result = rated({"X": GOLDEN_34}, "above_scale", huangyan)["X"]
    assert (result.state, result.rank, result.rated_class) == (RatingState.RATED, 1, None)


def test_huangyan_below_scale(huangyan):
    row = {"land_m2": 1 / MU_PER_M2, "tax_yuan": 115_932, "electricity_kwh": 492_908}
    result = rated({"X": row}, "below_scale", huangyan)["X"]
    assert result.score == 50 + Fraction(115_932, 492_908) / Fraction("0.2352") * 50


# --- What is missing ---------------------------------------------------------------------------


def test_missing_emissions_take_the_mean_of_the_group(huangyan):
    rows = {
        "two": GOLDEN_34,
        "eight": GOLDEN_34 | {"emissions_t": Fraction("0.3")},
        "gap": GOLDEN_34 | {"emissions_t": None},
    }
    emission = rated(rows, "above_scale", huangyan)["gap"].indicators[3]
    assert (emission.value, emission.is_filled) == (6000, True)  # of 4000 and 8000


def test_a_missing_figure_without_a_rule_leaves_the_rating_open(huangyan):
    results = rated(
        {"X": GOLDEN_34, "gap": GOLDEN_34 | {"energy_tce": None}}, "above_scale", huangyan
    )
    gap = results["gap"]
    assert (gap.state, gap.score, gap.rank) == (RatingState.INCOMPLETE, None, None)
    assert gap.indicators[2].score is None
    assert results["X"].rated_count == 1


def test_where_nobody_knows_a_figure_there_is_no_mean(huangyan):
    rows = {"X": GOLDEN_34 | {"emissions_t": None}, "Y": GOLDEN_34 | {"emissions_t": 0}}
    assert {one.state for one in rated(rows, "above_scale", huangyan).values()} == {
        RatingState.INCOMPLETE
    }


def test_a_column_nobody_has_is_named(huangyan):
    rows = {"X": {key: value for key, value in GOLDEN_34.items() if key != "rd_yuan"}}
    with pytest.raises(LawBookError, match="rd_yuan"):
        rated(rows, "above_scale", huangyan)


# --- Who is left out ---------------------------------------------------------------------------


def test_huaian_leaves_out_utilities_and_who_has_not_produced_for_two_full_years(huaian):
    row = {
        "land_m2": 1 / MU_PER_M2,
        "tax_yuan": 10 * WAN,
        "revenue_yuan": 100 * WAN,
        "green_points": 12,
        "utility": False,
        "production_on": date(2020, 1, 1),
    }
    rows = {
        "old": row,
        "on the day": row | {"production_on": date(2022, 7, 1)},
        "a day older": row | {"production_on": date(2022, 6, 30)},
        "water works": row | {"utility": True},
        "unknown": row | {"production_on": None},
    }
    results = rated(rows, "enterprises", huaian)
    assert {name: one.state for name, one in results.items()} == {
        "old": RatingState.RATED,
        "on the day": RatingState.RECENT,
        "a day older": RatingState.RATED,
        "water works": RatingState.EXEMPT,
        "unknown": RatingState.PRODUCTION_UNKNOWN,
    }
    assert results["old"].score == Fraction(45, 2) + Fraction(35, 2) + 12
    assert results["old"].indicators[0].base == 20  # twice the mean of those rated
    assert results["water works"].indicators[0].value is None


@pytest.mark.parametrize(
    ("signed_on", "lease_started_on", "state"),
    [
        (date(2019, 7, 1), None, RatingState.OUT_OF_SCOPE),
        (date(2019, 6, 30), None, RatingState.RATED),
        (None, date(2021, 7, 1), RatingState.OUT_OF_SCOPE),
        (None, date(2021, 6, 30), RatingState.RATED),
        (date(2023, 1, 1), date(2021, 6, 30), RatingState.RATED),
        (date(2019, 6, 30), date(2023, 1, 1), RatingState.RATED),
        (None, None, RatingState.SCOPE_UNKNOWN),
    ],
)
def test_scope_is_five_full_years_of_land_or_three_of_lease(
    law, signed_on, lease_started_on, state
):
    known = {"signed_on": date(2000, 1, 1), "lease_started_on": date(2000, 1, 1)}
    row = {"signed_on": signed_on, "lease_started_on": lease_started_on}
    figures = Figures.of_rows({"other": known, "X": row})
    assert RatingState.at(int(supervision(figures, law, AS_OF)[1])) is state


# --- Jinshan -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme_id", ["enterprise_performance", "park_evaluation"])
def test_jinshan_states_no_weights_and_rates_nobody(law, scheme_id):
    scheme = law.scheme(scheme_id)
    version = scheme.on(AS_OF)
    assert version.indicators is None
    assert version.unstated["zh"]
    assert version.unstated["en"]
    with pytest.raises(LawBookError, match=rf"{scheme_id} of book 310116 are not known") as refusal:
        rated({"X": GOLDEN_34}, scheme_id, law)
    assert "no default is used" in str(refusal.value)


def test_the_four_classes_of_jinshan_best_first(law):
    version = law.scheme("enterprise_performance").on(AS_OF)
    assert [one.zh for one in version.classes] == ["优先发展", "鼓励提升", "调整转型", "监管整治"]
    assert version.supervised_only
    assert version.entails["en"].endswith("the papers do not say what each class entails.")


def test_before_its_first_version_a_scheme_is_not_guessed(law, model):
    with pytest.raises(LawBookError, match="2021-01-01 on, not on 2020-12-31"):
        law.scheme("enterprise_performance").on(date(2020, 12, 31))
    with pytest.raises(LawBookError, match="2020-01-01"):
        rated({"X": of_model(20)}, "enterprise_performance", model, date(2019, 12, 31))


def test_a_scheme_that_is_not_there_names_those_that_are(law):
    with pytest.raises(
        LawBookError, match="Choose one of: enterprise_performance, park_evaluation"
    ):
        law.scheme("heroes")


# --- Caps, floors, classes, ties ---------------------------------------------------------------


def test_cap_and_floor_are_applied_and_said(model):
    rows = {"rich": of_model(100, 400), "refunded": of_model(-5, 400), "plain": of_model(20, 400)}
    tax = {
        name: one.indicators[0]
        for name, one in rated(rows, "enterprise_performance", model).items()
    }
    assert (tax["rich"].score, tax["rich"].is_capped, tax["rich"].is_floored) == (90, True, False)
    assert (tax["refunded"].score, tax["refunded"].is_floored) == (0, True)
    assert (tax["plain"].score, tax["plain"].is_capped, tax["plain"].is_floored) == (
        60,
        False,
        False,
    )


def test_a_score_at_the_cap_is_not_capped(model):
    result = rated({"X": of_model(30)}, "enterprise_performance", model)["X"]
    assert (result.indicators[0].score, result.indicators[0].is_capped) == (90, False)


def test_the_same_score_has_the_same_rank_and_class(model):
    taxes = {"a": 10, "b": 9, "c": 9, "d": 9, "e": 1}
    results = rated(
        {name: of_model(tax) for name, tax in taxes.items()}, "enterprise_performance", model
    )
    assert {name: one.rank for name, one in results.items()} == dict(
        zip(taxes, [1, 2, 2, 2, 5], strict=True)
    )
    assert {name: one.tied_count for name, one in results.items()} == dict(
        zip(taxes, [0, 2, 2, 2, 0], strict=True)
    )
    assert [one.rated_class for one in results.values()] == [A, B, B, B, C]


@pytest.mark.parametrize(
    ("scheme_id", "limits"),
    [("above_scale", {1: A, 20: A, 21: B, 80: B, 81: C, 95: C, 96: D, 100: D}),
     ("below_scale", {5: A, 6: B, 75: B, 76: C, 95: C, 96: D})],
)  # fmt: skip
def test_wenling_parts_a_hundred_by_rank(scheme_id, limits):
    version = load_book("331081", OTHERS).scheme(scheme_id).on(AS_OF)
    score = exact.whole(np.arange(100, 0, -1))
    classes = classed(version, score, ranked(score, np.ones(100, dtype=np.bool_)))
    assert {rank: RatingClass.at(int(classes[rank - 1])) for rank in limits} == limits


def test_rounding_puts_nobody_into_a_worse_class():
    version = load_book("331081", OTHERS).scheme("above_scale").on(AS_OF)
    score = exact.whole(np.array([7, 6, 5, 4, 3, 2, 1]))
    classes = classed(version, score, ranked(score, np.ones(7, dtype=np.bool_)))
    assert [RatingClass.at(code) for code in classes.tolist()] == [A, A, B, B, B, B, C]


def test_parks_are_classed_by_score(model):
    rows = {"one": of_model(40, 400), "two": of_model(20, 400), "three": of_model(0, 533)}
    results = rated(rows, "park_evaluation", model)
    assert [one.rated_class for one in results.values()] == [A, B, C]
    at_limit = rated({"one": of_model(30, 400)}, "park_evaluation", model)["one"]
    assert (at_limit.score, at_limit.rated_class) == (120, A)


def test_nobody_is_rated_where_there_is_nobody():
    ranks = ranked(Exact.of([None]), np.zeros(1, dtype=np.bool_))
    assert (ranks.rated_count, ranks.rank.tolist()) == (0, [0])


# --- Properties --------------------------------------------------------------------------------

amounts = st.none() | st.integers(-3, 6) | st.fractions(0, 200, max_denominator=10**6)
fractions = st.fractions(-10_000, 10_000, max_denominator=10**9)
enterprises = st.lists(
    st.tuples(amounts, amounts, st.fractions("1/7", 900, max_denominator=10**4)),
    min_size=1,
    max_size=12,
)


@given(enterprises, st.randoms(use_true_random=False))
@settings(STEADY, max_examples=40)
def test_order_changes_nothing_and_ranks_are_those_of_the_fractions(model, drawn, random):
    rows = {str(number): of_model(*one) for number, one in enumerate(drawn)}
    shuffled = list(rows.items())
    random.shuffle(shuffled)
    results = rated(rows, "enterprise_performance", model)
    assert rated(dict(shuffled), "enterprise_performance", model) == {
        name: results[name] for name, _ in shuffled
    }
    scores = [one.score for one in results.values() if one.score is not None]
    for one in results.values():
        assert (one.score is None) == (one.rank is None) == (one.rated_class is None)
        if one.score is not None:
            assert one.score == sum(part.score for part in one.indicators)
            assert one.rank == 1 + sum(other > one.score for other in scores)
            assert one.tied_count == scores.count(one.score) - 1
            better = Fraction(one.rank - 1, len(scores))
            assert one.rated_class is next(
                (
                    grade
                    for grade, limit in ((A, "1/5"), (B, "3/5"), (C, "19/20"))
                    if better < Fraction(limit)
                ),
                D,
            )


@given(st.lists(st.none() | fractions, min_size=1, max_size=20))
@settings(STEADY, max_examples=60)
def test_the_mean_is_that_of_what_is_known(values):
    known = [value for value in values if value is not None]
    found = mean(Exact.of(values))
    if not known:
        assert found is None
        return
    assert found is not None
    assert abs(found - sum(known) / len(known)) <= Fraction(3, 2 * 10**9)
    assert found == mean(Exact.of(values[::-1]))


@given(st.lists(fractions, min_size=1, max_size=30))
@settings(STEADY, max_examples=60)
def test_keys_order_as_fractions_do(values):
    column = Exact.of(values + values)
    doubled = Exact(column.num.copy(), column.den.copy())
    doubled.num[len(values) :] *= 2
    doubled.den[len(values) :] *= 2
    keys = exact.order_keys(doubled).tolist()
    assert keys[: len(values)] == keys[len(values) :]
    pairs = list(zip(keys, values, strict=False))
    assert sorted(range(len(values)), key=lambda k: pairs[k][0]) == sorted(
        range(len(values)), key=lambda k: pairs[k][1]
    )


def test_classes_stay_blank_for_who_is_not_rated(model):
    ratings = rate(
        Figures.of_rows({"X": of_model(None), "Y": of_model(1)}),
        model.scheme("enterprise_performance"),
        model,
        AS_OF,
    )
    assert ratings.rated_class.tolist() == [NO_CODE, A.position]
    assert len(ratings) == 2
