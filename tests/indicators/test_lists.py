"""Lists of land: each condition both ways, idle land not twice, bodies, registers and holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from geodata.model.codelists import ClosedAs, Verdict
from geodata.model.columns import NO_CODE, NO_DAY, Exact, day_number, from_rows
from geodata.model.land_lists import (
    Body,
    ConditionState,
    Control,
    LandList,
    ListCondition,
    ListState,
    MatchKind,
    Register,
)
from geodata.model.rating_lists import RatingClass
from service.compliance.indicators.lists import (
    OperationFacts,
    SiteFacts,
    inefficient_development,
    inefficient_operation,
    judged_list,
    split_transfer,
)
from service.compliance.indicators.registers import RegisterEntry, Subject, holds, matches
from service.compliance.law import load_book
from service.compliance.rules.evaluate import evaluate

AS_OF = date(2024, 7, 1)
YES, NO = 1, 0
HOLDS, FAILS, UNKNOWN = ConditionState.HOLDS, ConditionState.FAILS, ConditionState.UNKNOWN
NOT_CONFIGURED, NOT_YET = ConditionState.NOT_CONFIGURED, ConditionState.NOT_YET
A, B, C, D = RatingClass.A, RatingClass.B, RatingClass.C, RatingClass.D

COMPLETED: dict[str, Any] = {
    "contract_no": "1",
    "signed_on": date(2018, 1, 10),
    "delivered_on": date(2018, 3, 1),
    "start_agreed_on": date(2018, 9, 1),
    "start_on": date(2018, 8, 1),
    "development_on": date(2018, 8, 1),
    "completion_agreed_on": date(2020, 9, 1),
    "completion_on": date(2020, 8, 1),
    "area_m2": Fraction(20_000),
    "developed_m2": Fraction(19_000),
    "far_min": Fraction(3, 2),
    "far_actual": Fraction(3, 2),
    "investment_agreed_yuan": Fraction(80_000_000),
    "investment_actual_yuan": Fraction(80_000_000),
    "premium_yuan": Fraction(10_000_000),
}
UNSTARTED: dict[str, Any] = {
    key: COMPLETED[key] for key in ("contract_no", "signed_on", "delivered_on", "area_m2")
}
IDLE = UNSTARTED | {"start_agreed_on": date(2022, 6, 30)}
LATE = UNSTARTED | {"start_agreed_on": date(2024, 6, 30)}


@pytest.fixture(scope="module")
def model():
    """The fictitious district, which has thresholds."""
    return load_book("999901")


def facts(**known: Any) -> SiteFacts:
    """What an office knows of one contract's land."""
    blank = SiteFacts.unknown(1)
    made = {
        key: np.array([day_number(value)], dtype=np.int32)
        if isinstance(value, date)
        else np.array([value], dtype=np.int8)
        for key, value in known.items()
    }
    return replace(blank, **made)


SOUND = {"vacant": NO, "contrary_use": NO}


def developed(law, row=COMPLETED, as_of=AS_OF, **known):
    columns = from_rows([row])
    judged = evaluate(columns, law, as_of)
    return inefficient_development(columns, facts(**(SOUND | known)), judged, law, as_of)


def state(listing):
    return ListState.at(int(listing.states[0]))


# --- Inefficient in development ----------------------------------------------------------------


def test_land_that_no_condition_holds_of_is_not_listed(model):
    listing = developed(model)
    assert set(listing.held(0).values()) == {FAILS}
    assert state(listing) is ListState.NOT_LISTED
    assert not listing.listed.any()


@pytest.mark.parametrize(
    ("condition", "changes", "known", "expected"),
    [
        (ListCondition.LOW_FAR, {"far_actual": Fraction("1.49")}, {}, HOLDS),
        (ListCondition.LOW_FAR, {"far_actual": None}, {}, UNKNOWN),
        (ListCondition.LOW_FAR, {"far_min": None}, {}, UNKNOWN),
        (ListCondition.LITTLE_BUILT, {"developed_m2": Fraction("7999.99")}, {}, HOLDS),
        (ListCondition.LITTLE_BUILT, {"developed_m2": Fraction(8_000)}, {}, FAILS),
        (ListCondition.LITTLE_BUILT, {"developed_m2": None}, {}, UNKNOWN),
        (
            ListCondition.LOW_INVESTMENT,
            {"investment_actual_yuan": Fraction("79999999.99")},
            {},
            HOLDS,
        ),
        (ListCondition.LOW_INVESTMENT, {"investment_agreed_yuan": None}, {}, UNKNOWN),
        (
            ListCondition.LONG_VACANT,
            {},
            {"vacant": YES, "vacant_since_on": date(2022, 6, 30)},
            HOLDS,
        ),
        (
            ListCondition.LONG_VACANT,
            {},
            {"vacant": YES, "vacant_since_on": date(2022, 7, 1)},
            FAILS,
        ),
        (ListCondition.LONG_VACANT, {}, {"vacant": YES}, UNKNOWN),
        (ListCondition.LONG_VACANT, {}, {"vacant": NO_CODE}, UNKNOWN),
        (ListCondition.CONTRARY_USE, {}, {"contrary_use": YES}, HOLDS),
        (ListCondition.CONTRARY_USE, {}, {"contrary_use": NO_CODE}, UNKNOWN),
    ],
)
def test_each_condition_of_development_by_itself(model, condition, changes, known, expected):
    listing = developed(model, COMPLETED | changes, **known)
    held = listing.held(0)
    assert held.pop(condition) is expected
    assert set(held.values()) == {FAILS}
    of_state = {HOLDS: ListState.LISTED, FAILS: ListState.NOT_LISTED, UNKNOWN: ListState.OPEN}
    assert state(listing) is of_state[expected]


def test_what_is_not_completed_is_not_measured_yet(model):
    row = COMPLETED | {"completion_on": None, "far_actual": Fraction(1, 2), "developed_m2": None}
    listing = developed(model, row | {"completion_agreed_on": date(2025, 9, 1)})
    held = listing.held(0)
    built = (ListCondition.LOW_FAR, ListCondition.LITTLE_BUILT, ListCondition.LOW_INVESTMENT)
    assert {held[one] for one in built} == {NOT_YET}
    assert state(listing) is ListState.NOT_LISTED
    completed_later = COMPLETED | {"far_actual": Fraction(1, 2)}
    assert developed(model, completed_later, date(2020, 7, 31)).held(0)[built[0]] is NOT_YET
    assert developed(model, completed_later, date(2020, 8, 1)).held(0)[built[0]] is HOLDS


def test_jinshan_knows_no_threshold_and_none_is_guessed(law):
    listing = developed(law, COMPLETED | {"developed_m2": Fraction(1)}, vacant=YES)
    held = listing.held(0)
    assert held[ListCondition.LITTLE_BUILT] is NOT_CONFIGURED
    assert held[ListCondition.LONG_VACANT] is NOT_CONFIGURED
    assert state(listing) is ListState.OPEN
    assert all(one.threshold is None for one in listing.conditions)


def test_a_threshold_is_not_carried_back_before_its_first_day(model):
    row = COMPLETED | {"completion_on": date(2019, 8, 1), "developed_m2": Fraction(1)}
    for day, expected in ((date(2019, 12, 31), NOT_CONFIGURED), (date(2020, 1, 1), HOLDS)):
        assert developed(model, row, day).held(0)[ListCondition.LITTLE_BUILT] is expected
    (threshold,) = {one.threshold for one in developed(model).conditions[1:2]}
    assert threshold is not None
    assert threshold.citations


def test_idle_land_is_not_counted_twice(model):
    listing = developed(model, IDLE, contrary_use=YES)
    assert listing.held(0)[ListCondition.CONTRARY_USE] is HOLDS
    assert state(listing) is ListState.COUNTED_AS_IDLE
    assert not listing.listed.any()


def test_a_contract_that_ended_is_on_no_list(model):
    ended = {"closed_on": date(2023, 1, 1), "closed_as": ClosedAs.RECOVERED.position}
    row = COMPLETED | ended | {"far_actual": Fraction(1)}
    assert state(developed(model, row)) is ListState.CLOSED


# --- Inefficient in operation ------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "tax": Fraction(4),
    "output": Fraction(80),
    "now": A,
    "before": A,
    "three_highs": NO,
    "is_idle": False,
}


def operating(law, classes=(A, B, C, D), as_of=date(2025, 1, 1), **changes):
    told = GOOD | changes

    def code(grade):
        return np.array([NO_CODE if grade is None else grade.position], dtype=np.int8)

    return inefficient_operation(
        OperationFacts(
            tax_wan_per_mu=Exact.of([told["tax"]]),
            output_wan_per_mu=Exact.of([told["output"]]),
            rated_class=code(told["now"]),
            class_before=code(told["before"]),
            three_highs=np.array([told["three_highs"]], dtype=np.int8),
            is_idle=np.array([told["is_idle"]]),
        ),
        classes,
        law,
        as_of,
    )


def test_an_enterprise_that_no_condition_holds_of_is_not_listed(model):
    assert state(operating(model)) is ListState.NOT_LISTED


@pytest.mark.parametrize(
    ("condition", "changes", "expected"),
    [
        (ListCondition.LOW_CLASS, {"now": D}, HOLDS),
        (ListCondition.LOW_CLASS, {"now": D, "before": None}, HOLDS),
        (ListCondition.LOW_CLASS, {"now": C, "before": C}, HOLDS),
        (ListCondition.LOW_CLASS, {"now": C, "before": D}, FAILS),
        (ListCondition.LOW_CLASS, {"now": C, "before": B}, FAILS),
        (ListCondition.LOW_CLASS, {"now": B, "before": None}, FAILS),
        (ListCondition.LOW_CLASS, {"now": C, "before": None}, UNKNOWN),
        (ListCondition.LOW_CLASS, {"now": None}, UNKNOWN),
        (ListCondition.LOW_TAX, {"tax": Fraction("3.999")}, HOLDS),
        (ListCondition.LOW_TAX, {"tax": None}, UNKNOWN),
        (ListCondition.LOW_OUTPUT, {"output": Fraction("79.99")}, HOLDS),
        (ListCondition.LOW_OUTPUT, {"output": None}, UNKNOWN),
        (ListCondition.THREE_HIGHS, {"three_highs": YES}, HOLDS),
        (ListCondition.THREE_HIGHS, {"three_highs": NO_CODE}, UNKNOWN),
    ],
)
def test_each_condition_of_operation_by_itself(model, condition, changes, expected):
    listing = operating(model, **changes)
    held = listing.held(0)
    assert held.pop(condition) is expected
    assert set(held.values()) == {FAILS}
    of_state = {HOLDS: ListState.LISTED, FAILS: ListState.NOT_LISTED, UNKNOWN: ListState.OPEN}
    assert state(listing) is of_state[expected]
    idle = operating(model, is_idle=True, **changes)
    assert state(idle) is ListState.COUNTED_AS_IDLE


def test_the_threshold_is_that_of_the_year(model):
    year_before = operating(model, as_of=date(2024, 12, 31), tax=Fraction(3))
    assert year_before.held(0)[ListCondition.LOW_TAX] is FAILS
    assert operating(model, tax=Fraction(3)).held(0)[ListCondition.LOW_TAX] is HOLDS


def test_without_rating_and_thresholds_only_the_bureaus_word_lists(law):
    listing = operating(law, classes=(), tax=Fraction(0), output=Fraction(0), now=None)
    held = listing.held(0)
    assert held.pop(ListCondition.THREE_HIGHS) is FAILS
    assert set(held.values()) == {NOT_CONFIGURED}
    assert state(listing) is ListState.OPEN
    assert state(operating(law, classes=(), three_highs=YES)) is ListState.LISTED


def test_one_class_alone_is_the_lowest(model):
    held = operating(model, classes=(A,)).held(0)
    assert held[ListCondition.LOW_CLASS] is HOLDS


# --- Lists that follow the judgement -----------------------------------------------------------


@pytest.mark.parametrize(
    ("land_list", "row", "expected"),
    [
        (LandList.SUPPLIED_UNUSED, LATE, True),
        (LandList.SUPPLIED_UNUSED, LATE | {"start_agreed_on": date(2024, 9, 1)}, False),
        (LandList.SUPPLIED_UNUSED, COMPLETED, False),
        (LandList.OVERDUE_START, LATE, True),
        (LandList.OVERDUE_START, LATE | {"start_agreed_on": AS_OF}, False),
        (LandList.USED_NOT_FULL, COMPLETED | {"developed_m2": Fraction(16_000)}, True),
        (LandList.USED_NOT_FULL, COMPLETED, False),
    ],
)
def test_lists_hold_what_was_judged(law, land_list, row, expected):
    judged = evaluate(from_rows([row]), law, AS_OF)
    listing = judged_list(land_list, judged, law)
    assert state(listing) is (ListState.LISTED if expected else ListState.NOT_LISTED)
    (held,) = listing.held(0).values()
    assert held is (HOLDS if expected else FAILS)


@pytest.mark.parametrize(
    ("changes", "known", "expected"),
    [
        ({}, {"separable": YES, "used_part_meets": YES}, ListState.LISTED),
        ({"developed_m2": Fraction(19_000)}, {"separable": YES, "used_part_meets": YES},
         ListState.NOT_LISTED),
        ({}, {"separable": NO, "used_part_meets": YES}, ListState.NOT_LISTED),
        ({}, {"separable": YES, "used_part_meets": NO}, ListState.NOT_LISTED),
        ({}, {"separable": NO}, ListState.NOT_LISTED),
        ({}, {"separable": YES}, ListState.OPEN),
        ({}, {"used_part_meets": YES}, ListState.OPEN),
    ],
)  # fmt: skip
def test_surplus_land_can_be_split_off_when_every_condition_holds(law, changes, known, expected):
    row = COMPLETED | {"developed_m2": Fraction(15_000)} | changes
    listing = split_transfer(facts(**known), evaluate(from_rows([row]), law, AS_OF), law)
    assert state(listing) is expected


def test_rows_are_judged_by_themselves(model):
    rows = [COMPLETED, COMPLETED | {"far_actual": Fraction(1)}, IDLE, LATE]
    columns = from_rows([row | {"contract_no": str(n)} for n, row in enumerate(rows)])
    together = inefficient_development(
        columns, SiteFacts.unknown(4), evaluate(columns, model, AS_OF), model, AS_OF
    )
    alone = [developed(model, row, vacant=NO_CODE, contrary_use=NO_CODE) for row in rows]
    assert together.states.tolist() == [int(one.states[0]) for one in alone]


# --- Bodies ------------------------------------------------------------------------------------


def test_every_list_register_and_hold_names_who_answers_for_it(law):
    keys = [f"list.{one.value}" for one in LandList]
    keys += [f"register.{one.value}" for one in Register]
    keys += [f"control.{one.value}" for one in Control]
    for key in keys:
        assert law.duties[key].citations
    assert law.duties["register.cultivation"].bodies == ()  # the plan names nobody
    assert law.duties["list.overdue_start"].bodies == (Body.PLANNING, Body.INVESTMENT, Body.TOWNS)
    assert law.duties["list.inefficient_operation"].bodies[0] is Body.ECONOMY
    assert law.duties["control.auction"].bodies == (Body.PLANNING, Body.MARKET, Body.COURT)
    assert developed(law).duty is law.duties["list.inefficient_development"]


def test_a_district_whose_papers_name_nobody_says_so(model):
    assert developed(model).duty is None


# --- Registers and holds -----------------------------------------------------------------------

CODE, OTHER_CODE = "91310116MA1J00006H", "91310116MA1J00014C"
FIRM = Subject("示例智能装备（上海）有限公司", CODE)


def entry(name: str, uscc: str = "", from_on=date(2024, 1, 1), until_on=None) -> RegisterEntry:
    return RegisterEntry(Register.NEGATIVE, Subject(name, uscc), from_on, until_on)


@pytest.mark.parametrize(
    ("listed", "kind"),
    [
        (entry("改名后的公司", CODE), MatchKind.CREDIT_CODE),
        (entry(FIRM.name), MatchKind.NAME),
        (entry(FIRM.name, CODE), MatchKind.CREDIT_CODE),
        (entry(FIRM.name, OTHER_CODE), MatchKind.TO_CONFIRM),
        (entry("示例智能装备(上海)有限公司"), MatchKind.TO_CONFIRM),
        (entry("示例智能装备（上海）有限公司二分厂"), MatchKind.TO_CONFIRM),
        (entry("示例智造装备（上海）有限公司"), MatchKind.TO_CONFIRM),
        (entry("示例能装备（上海）有限公司"), MatchKind.TO_CONFIRM),
        (entry("示例制造装备（上海）有限公司"), None),
        (entry("别的公司"), None),
        (entry("示例"), None),
        (entry("", ""), None),
        (entry("", OTHER_CODE), None),
    ],
)
def test_only_the_same_code_or_name_is_certain(listed, kind):
    found = matches(FIRM, [listed], AS_OF)
    assert [match.kind for match in found] == ([kind] if kind else [])
    assert all(match.is_certain is (kind is not MatchKind.TO_CONFIRM) for match in found)


def test_a_nameless_subject_matches_by_code_alone():
    assert matches(Subject("", ""), [entry("", "")], AS_OF) == ()
    assert matches(Subject("", CODE), [entry("", CODE)], AS_OF)[0].is_certain


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2023, 12, 31), 0), (date(2024, 1, 1), 1), (date(2024, 6, 30), 1), (AS_OF, 0)],
)
def test_an_entry_holds_from_its_first_day_to_its_last(day, found):
    listed = entry(FIRM.name, until_on=date(2024, 6, 30))
    assert len(matches(FIRM, [listed], day)) == found


def test_certain_matches_come_first_whatever_the_order():
    near, name, code = entry("示例智能装备"), entry(FIRM.name), entry("", CODE)
    for listed in ([near, name, code], [code, near, name]):
        assert [match.entry for match in matches(FIRM, listed, AS_OF)] == [code, name, near]


@pytest.mark.parametrize("land_list", LandList)
def test_only_the_inefficient_are_held(law, land_list):
    found = holds(FIRM, land_list, AS_OF, law)
    inefficient = (LandList.INEFFICIENT_DEVELOPMENT, LandList.INEFFICIENT_OPERATION)
    assert [one.control for one in found] == (list(Control) if land_list in inefficient else [])
    assert all(one.duty and Body.COURT in one.duty.bodies for one in found)
    assert all(one.since_on == AS_OF for one in found)


def test_the_verdicts_these_tests_rest_on(law):
    for row, verdict in ((IDLE, Verdict.SUSPECT_IDLE_2Y), (LATE, Verdict.OVERDUE_START)):
        assert evaluate(from_rows([row]), law, AS_OF).verdict.tolist() == [verdict.position]
    assert NO_DAY in SiteFacts.unknown(1).vacant_since_on
