"""What a plan is asked for: fields become goals and limits, or are refused by name."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from geodata.errors import UsageError
from service.compliance.indicators.limits import Limit, Measure
from service.compliance.indicators.scenario import read_scenario, usual_fields

AS_OF = date(2026, 6, 30)
TOWNS = ("亭林镇", "朱泾镇")
ASKED = {"until": "2027", "target:vacated_2025": "1600.5"}


def scenario(law, **fields: str):
    return read_scenario({**ASKED, **fields}, law.targets, TOWNS, AS_OF)


def limits(law, key: str, value: str = "200"):
    return scenario(law, **{f"limit:{key}": value}).limits


def test_without_a_change_every_target_is_asked_for(law):
    asked = read_scenario(usual_fields(law.targets, AS_OF), law.targets, TOWNS, AS_OF)
    land = [target for target in law.targets if target.is_land]
    assert [goal.goal_id for goal in asked.goals] == [target.target_id for target in land]
    assert [goal.mu for goal in asked.goals] == [target.target_mu for target in land]
    assert {goal.until_on for goal in asked.goals} == {date(2026, 12, 31)}
    assert (asked.cost_percent, asked.limits) == (100, ())


def test_while_terms_run_their_last_year_is_asked_for(law):
    assert usual_fields(law.targets, date(2024, 6, 30))["until"] == "2025"


def test_a_changed_target_is_read_exactly_and_a_blank_or_zero_one_is_dropped(law):
    asked = scenario(law, **{"target:upgraded_2025": " ", "target:transformed_2025": "0"})
    assert [(goal.goal_id, goal.mu) for goal in asked.goals] == [
        ("vacated_2025", Fraction(3201, 2))
    ]


def test_a_limit_holds_where_its_field_says(law):
    assert limits(law, "mu") == (Limit(Measure.MU, Fraction(200)),)
    assert limits(law, "朱泾镇:2026:yuan") == (Limit(Measure.YUAN, Fraction(200), "朱泾镇", 2026),)
    assert [each.year for each in limits(law, "year:mu")] == [2026, 2027]
    places = [(each.town, each.year) for each in limits(law, "town:year:mu")]
    assert places == [(town, year) for town in TOWNS for year in (2026, 2027)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("until", "2025"),
        ("until", "soon"),
        ("until", "2099"),
        ("costs", "-5"),
        ("target:vacated_2025", "many"),
        ("target:vacated_2025", "0"),
        ("limit:nowhere:mu", "1"),
        ("limit:year:acres", "1"),
        ("limit:year", "1"),
        ("limit:mu", "-1"),
    ],
)
def test_what_cannot_be_read_is_refused(law, field, value):
    with pytest.raises(UsageError):
        scenario(law, **{field: value})
