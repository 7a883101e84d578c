"""Plans: proven the cheapest by trying everything, and reasons where there is none."""

from __future__ import annotations

import ctypes
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import UsageError
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim, Overlap
from geodata.model.units import MU_PER_M2, mu
from service.compliance.indicators.goals import Goal
from service.compliance.indicators.limits import Limit, Measure
from service.compliance.indicators.plan import plan
from service.compliance.indicators.plan_results import Excess, NoPlan, Plan, Taken
from service.compliance.indicators.quiet import without_output
from tests.law.checking import STEADY

AS_OF = date(2024, 6, 30)
LAST = date(2025, 12, 31)
VACATED, UPGRADED = ClaimKind.VACATED, ClaimKind.UPGRADED
ALL = frozenset(ClaimKind)


def entry(code, area_mu, kind=VACATED, town="A", done_on=None):
    status = ClaimStatus.DONE if done_on else ClaimStatus.PLANNED
    area_m2 = Fraction(area_mu) / MU_PER_M2
    return Claim(str(code), kind, status, done_on, None, area_m2, town, "", "")


def goal(area_mu, kinds=frozenset({VACATED}), until_on=LAST):
    return Goal("goal", kinds, Fraction(area_mu), until_on)


def wan(amount):
    return Fraction(amount) * 10_000


# --- By hand ------------------------------------------------------------------------------------

REGISTER = (
    entry("done", 100, done_on=date(2024, 1, 31)),
    entry("dear", 50),
    entry("cheap", 30),
    entry("cheaper", 20, town="B"),
    entry("unknown", 500),
)
COSTS = {"done": wan(1), "dear": wan(90), "cheap": wan(50), "cheaper": wan(30)}


def planned(goals, limits=(), overlaps=(), costs=COSTS, credited=None):
    return plan(REGISTER, costs, credited or {}, overlaps, goals, limits, AS_OF)


def test_the_cheapest_entries_close_the_gap():
    found = planned([goal(150)])
    assert isinstance(found, Plan)
    assert found.taken == (Taken("cheap", 2025), Taken("cheaper", 2025))
    assert found.cost_yuan == wan(80)
    assert found.is_cheapest


def test_an_entry_without_a_cost_is_listed_and_not_taken():
    assert planned([goal(150)]).unpriced == ("unknown",)
    assert isinstance(planned([goal("200.01")]), NoPlan)


def test_a_goal_that_is_reached_needs_nothing():
    assert planned([goal(100)]).taken == ()


def test_entries_that_overlap_exclude_each_other():
    found = planned([goal(150)], overlaps=[Overlap("cheap", "cheaper", 1.0)])
    assert found.taken == (Taken("dear", 2025),)


def test_land_credited_to_others_is_not_counted():
    found = planned([goal(150)], credited={"cheap": Fraction(1, 2)})
    assert [taken.claim_code for taken in found.taken] == ["dear"]


def test_a_limit_of_a_year_moves_entries_to_another():
    limits = [
        Limit(Measure.MU, Fraction(30), year=2024),
        Limit(Measure.MU, Fraction(20), year=2025),
    ]
    found = planned([goal(150)], limits)
    assert found.taken == (Taken("cheap", 2024), Taken("cheaper", 2025))


def test_a_goal_of_an_earlier_year_is_reached_by_its_end():
    found = planned([goal(120, until_on=date(2024, 12, 31)), goal(150)])
    assert Taken("cheap", 2024) in found.taken or Taken("cheaper", 2024) in found.taken


def test_the_limit_that_binds_is_named_with_what_it_lacks():
    limits = [Limit(Measure.YUAN, wan(75)), Limit(Measure.MU, Fraction(1000), town="A")]
    found = planned([goal(150)], limits)
    assert isinstance(found, NoPlan)
    assert found.excesses == (Excess(limits[0], wan(5)),)
    (short,) = found.shortfalls
    assert short.mu == 20


def test_a_goal_beyond_all_land_says_how_much_is_missing():
    found = planned([goal(250)], [Limit(Measure.YUAN, wan(1000))])
    assert found.excesses == ()
    assert found.shortfalls[0].mu == 50


def test_nothing_to_choose_from():
    nothing = plan((), {}, {}, (), [goal(1)], (), AS_OF)
    assert isinstance(nothing, NoPlan)
    assert nothing.shortfalls[0].mu == 1


def test_changed_goals_costs_and_limits_answer_what_if():
    assert planned([goal(120)]).cost_yuan == wan(30)
    assert planned([goal(150)], costs=COSTS | {"dear": wan(79)}).cost_yuan == wan(79)
    assert planned([goal(150)], [Limit(Measure.MU, Fraction(0), town="B")]).cost_yuan == wan(90)


def test_a_fen_decides():
    register = [entry("one", 10), entry("other", 10)]
    costs = {"one": wan(10**7) + Fraction(1, 100), "other": wan(10**7)}
    found = plan(register, costs, {}, (), [goal(10)], (), AS_OF)
    assert [taken.claim_code for taken in found.taken] == ["other"]


def test_a_hundredth_of_a_square_metre_decides():
    register = [entry("short", "9.99999"), entry("enough", 10)]
    costs = {"short": wan(1), "enough": wan(2)}
    found = plan(register, costs, {}, (), [goal(10)], (), AS_OF)
    assert [taken.claim_code for taken in found.taken] == ["enough"]


def test_time_that_is_up_is_said():
    register = [entry(number, 10 + number) for number in range(50)]
    costs = {str(number): wan(7 + number) for number in range(50)}
    with pytest.raises(UsageError, match="0 seconds"):
        plan(register, costs, {}, (), [goal(1000)], (), AS_OF, seconds=0)


# --- Against every possibility ------------------------------------------------------------------

YEARS = (2024, 2025)
amounts = st.integers(1, 10**6).map(lambda hundredths: Fraction(hundredths, 100))
entries = st.builds(
    lambda area, kind, town: (area, kind, town),
    st.integers(1, 400).map(lambda tenths: Fraction(tenths, 10)),
    st.sampled_from(ClaimKind),
    st.sampled_from("AB"),
)


@st.composite
def problems(draw):
    rows = draw(st.lists(entries, min_size=1, max_size=12))
    register = [entry(n, area, kind, town) for n, (area, kind, town) in enumerate(rows)]
    costs = {claim.claim_code: draw(amounts) for claim in register}
    codes = st.sampled_from(sorted(costs))
    overlaps = draw(st.lists(st.builds(Overlap, codes, codes, st.just(1.0)), max_size=4))
    overlaps = [pair for pair in overlaps if pair.claim_code != pair.other_code]
    total = sum(mu(claim.area_m2) for claim in register)
    share = draw(st.integers(5, 105))
    kinds = draw(st.sampled_from([ALL, frozenset({VACATED})]))
    limits = draw(
        st.lists(
            st.builds(
                Limit,
                st.sampled_from(Measure),
                st.integers(0, 20_000).map(Fraction),
                st.sampled_from([None, "A", "B"]),
            ),
            max_size=3,
        )
    )
    return register, costs, overlaps, goal(total * share / 100, kinds), limits


def is_kept(limit, chosen, costs):
    here = [claim for claim in chosen if limit.town in (None, claim.town)]
    if limit.measure is Measure.MU:
        return sum(mu(claim.area_m2) for claim in here) <= limit.at_most
    return sum(costs[claim.claim_code] for claim in here) <= limit.at_most


def cheapest(register, costs, overlaps, wanted, limits):
    """Cost of the best set of entries, by trying each."""
    found = []
    for bits in product([False, True], repeat=len(register)):
        chosen = [claim for claim, bit in zip(register, bits, strict=True) if bit]
        codes = {claim.claim_code for claim in chosen}
        land = sum(mu(claim.area_m2) for claim in chosen if claim.kind in wanted.kinds)
        if (
            land >= wanted.mu
            and not any({pair.claim_code, pair.other_code} <= codes for pair in overlaps)
            and all(is_kept(limit, chosen, costs) for limit in limits)
        ):
            found.append(sum(costs[code] for code in codes))
    return min(found, default=None)


@given(problems())
@settings(STEADY, max_examples=60)
def test_no_set_of_entries_is_cheaper(problem):
    register, costs, overlaps, wanted, limits = problem
    found = plan(register, costs, {}, overlaps, [wanted], limits, AS_OF)
    best = cheapest(register, costs, overlaps, wanted, limits)
    if best is None:
        assert isinstance(found, NoPlan)
    else:
        assert isinstance(found, Plan)
        assert found.is_cheapest
        assert found.cost_yuan == best


@given(problems())
@settings(STEADY, max_examples=40)
def test_raised_limits_let_the_goal_be_reached(problem):
    register, costs, overlaps, wanted, limits = problem
    found = plan(register, costs, {}, overlaps, [wanted], limits, AS_OF)
    if isinstance(found, NoPlan) and found.excesses:
        by = {excess.limit: excess.by for excess in found.excesses}
        raised = [
            Limit(x.measure, x.at_most + by.get(x, Fraction(0)), x.town, x.year) for x in limits
        ]
        assert isinstance(plan(register, costs, {}, overlaps, [wanted], raised, AS_OF), Plan)
    elif isinstance(found, NoPlan):
        assert cheapest(register, costs, overlaps, wanted, ()) is None


def test_what_the_solver_prints_by_mistake_reaches_nobody(
    capfd: pytest.CaptureFixture[str],
) -> None:
    libc = ctypes.CDLL(None)
    libc.puts(b"before")
    with without_output():
        libc.puts(b"within")
    libc.puts(b"after")
    libc.fflush(None)
    assert capfd.readouterr().out.split() == ["before", "after"]
