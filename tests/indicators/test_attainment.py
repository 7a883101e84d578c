"""达纲率, 亩产冠军, parks, entry standards, means of renewal and the balance of quota."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.columns import Exact
from geodata.model.land_lists import Body, ConditionState, Means, ProjectKind
from geodata.model.rating_lists import RatingClass
from geodata.model.units import MU_PER_M2
from service.compliance.indicators.attainment import attainment, champions, park_figures
from service.compliance.indicators.entry_standards import check_entry
from service.compliance.indicators.figures import Figures
from service.compliance.indicators.rating import rate
from service.compliance.indicators.renewal import Renewal, by_means, linkage
from service.compliance.law import load_book

AS_OF = date(2024, 7, 1)
WAN = 10_000


@pytest.fixture(scope="module")
def model():
    """The fictitious district, which states what Jinshan leaves open."""
    return load_book("999901")


def enterprise(output_wan: Any, land_mu: Any, tax_wan: Any = 0) -> dict[str, Any]:
    return {
        "output_yuan": None if output_wan is None else Fraction(output_wan) * WAN,
        "tax_yuan": None if tax_wan is None else Fraction(tax_wan) * WAN,
        "land_m2": None if land_mu is None else Fraction(land_mu) / MU_PER_M2,
    }


# --- 达纲率 ------------------------------------------------------------------------------------


def test_projects_and_output_that_reached_target_by_park_and_cohort():
    parks = ["B", "A", "A", "A", "A"]
    cohorts = [2020, 2021, 2020, 2020, 2020]
    output = Exact.of([50, 7, 100, 99, None])
    target = Exact.of([50, None, 100, 100, 100])
    one, unknown, other = attainment(parks, cohorts, output, target)
    assert (one.park, one.cohort, one.project_count, one.reached_count) == ("A", 2020, 2, 1)
    assert one.unknown_count == 1
    assert one.project_share == Fraction(1, 2)
    assert one.output_share == Fraction(100, 199)
    assert one.output_rate == Fraction(199, 200)
    assert (unknown.cohort, unknown.project_count, unknown.unknown_count) == (2021, 0, 1)
    assert unknown.project_share is unknown.output_share is unknown.output_rate is None
    assert (other.park, other.project_share) == ("B", 1)


def test_the_order_of_projects_changes_no_rate():
    rows = [("A", 2020, 10, 12), ("B", 2020, 5, 5), ("A", 2021, 3, 2), ("A", 2020, 9, 9)]

    def told(order):
        parks, cohorts, output, target = zip(*order, strict=True)
        return attainment(parks, cohorts, Exact.of(output), Exact.of(target))

    assert told(rows) == told(rows[::-1])


# --- 亩产冠军 ----------------------------------------------------------------------------------


def test_the_champion_makes_most_of_a_mu_and_shares_the_place():
    figures = Figures.of_rows(
        {
            "large": enterprise(1000, 10),
            "small": enterprise(300, 2),
            "equal": enterprise(150, 1),
            "unknown": enterprise(9999, None),
            "alone": enterprise(None, 3),
        }
    )
    first, second = champions(["A", "A", "A", "A", "B"], figures)
    assert (first.names, first.output_wan_per_mu, first.unknown_count) == (
        ("equal", "small"),
        150,
        1,
    )
    assert (second.names, second.output_wan_per_mu, second.unknown_count) == ((), None, 1)


# --- Parks -------------------------------------------------------------------------------------


def test_parks_are_evaluated_from_the_figures_of_their_enterprises(model):
    figures = Figures.of_rows(
        {
            "1": enterprise(4000, 10, 400),
            "2": enterprise(4000, 10, 0),
            "3": enterprise(100_000, 1, None),
            "4": enterprise(None, 1, 1),
        }
    )
    parks = park_figures(["A", "A", "A", "B"], figures, ("output_yuan", "tax_yuan", "land_mu"))
    assert (parks.counted, parks.left_out) == ((2, 0), (1, 1))
    ratings = rate(parks.figures, model.scheme("park_evaluation"), model, AS_OF)
    park = ratings.result(0)
    assert [one.value for one in park.indicators] == [400, 20]
    assert (park.name, park.score, park.rated_class) == ("A", 100, RatingClass.B)
    assert ratings.result(1).rank is None


def test_sums_of_a_park_may_outgrow_the_columns_they_come_from():
    odd = [Fraction(10**12, prime) for prime in (10**9 + 7, 10**9 + 9, 10**9 + 21)]
    figures = Figures.of_rows({str(n): {"output_yuan": one} for n, one in enumerate(odd)})
    parks = park_figures(["A"] * 3, figures, ("output_yuan",))
    assert parks.figures.number("output_yuan").fraction(0) == sum(odd)
    assert (
        len(park_figures([], Figures.of_rows({}, ("output_yuan",)), ("output_yuan",)).figures) == 0
    )


# --- Entry standards ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ProjectKind)
def test_jinshan_names_four_standards_and_states_no_figure(law, kind):
    project = Figures.of_rows({"X": {"investment_yuan": 1}})
    check = check_entry(project, 0, kind, law, AS_OF)
    assert (check.state, check.checks) == (ConditionState.NOT_CONFIGURED, ())
    assert check.standard is not None
    assert check.standard.unstated["zh"]
    assert check.standard.citations
    assert check_entry(project, 0, kind, law, date(2020, 12, 31)).standard is None


@pytest.mark.parametrize(
    ("investment_wan", "tax_wan", "states", "state"),
    [
        (1000, 40, ["holds", "holds"], "holds"),
        ("999.99", 40, ["fails", "holds"], "fails"),
        (1000, "39.99", ["holds", "fails"], "fails"),
        (None, 40, ["unknown", "holds"], "unknown"),
        (None, 39, ["unknown", "fails"], "fails"),
    ],
)
def test_each_requirement_is_checked_by_itself(model, investment_wan, tax_wan, states, state):
    row = enterprise(1, 2, tax_wan) | {
        "investment_yuan": None if investment_wan is None else Fraction(investment_wan) * WAN
    }
    check = check_entry(Figures.of_rows({"X": row}), 0, ProjectKind.NEW_LAND, model, AS_OF)
    assert [one.state.value for one in check.checks] == states
    assert check.state.value == state


def test_a_district_without_a_standard_for_a_kind_has_none(model):
    check = check_entry(Figures.of_rows({"X": {}}), 0, ProjectKind.EXTENSION, model, AS_OF)
    assert (check.standard, check.state) == (None, ConditionState.NOT_CONFIGURED)


# --- Means and quota ---------------------------------------------------------------------------


def test_means_add_up_by_status_and_name_who_answers(law):
    done, going, planned = ClaimStatus.DONE, ClaimStatus.IN_PROGRESS, ClaimStatus.PLANNED
    entries = [
        Renewal(Means.RESERVE, done, 10 / MU_PER_M2),
        Renewal(Means.RESERVE, going, 4 / MU_PER_M2),
        Renewal(Means.GRAFTING, planned, 3 / MU_PER_M2),
        Renewal(None, done, 1 / MU_PER_M2),
    ]
    lines = {line.means: line for line in by_means(entries, law)}
    assert list(lines) == [*Means, None]
    reserve = lines[Means.RESERVE]
    assert (reserve.entry_count, reserve.done_mu, reserve.in_progress_mu) == (2, 10, 4)
    assert reserve.duty is not None
    assert reserve.duty.bodies == (Body.ECONOMY, Body.INVESTMENT, Body.PLANNING)
    assert lines[Means.GRAFTING].planned_mu == 3
    assert lines[None].done_mu == 1
    assert lines[Means.REDUCTION].duty is None  # no text names anybody
    assert by_means(entries, law) == by_means(entries[::-1], law)
    assert None not in {line.means for line in by_means(entries[:3], law)}


def test_means_either_vacate_or_upgrade():
    vacating = [one.zh for one in Means if one.kind is ClaimKind.VACATED]
    assert vacating == ["收储", "收购", "减量化", "产业结构调整", "收回"]


def test_jinshan_states_no_share_so_there_is_no_balance(law):
    balance = linkage(20 / MU_PER_M2, 4 / MU_PER_M2, law, AS_OF)
    assert (balance.disposed_mu, balance.used_mu) == (20, 4)
    assert balance.share is balance.earned_mu is balance.balance_mu is None
    assert balance.duty is not None
    assert balance.duty.bodies[0] is Body.PLANNING


@pytest.mark.parametrize(("used_mu", "left"), [(4, 6), (10, 0), (12, -2)])
def test_quota_earned_against_quota_used(model, used_mu, left):
    balance = linkage(20 / MU_PER_M2, used_mu / MU_PER_M2, model, AS_OF)
    assert (balance.earned_mu, balance.balance_mu) == (10, left)
