from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import NothingFoundError
from geodata.model.codelists import FindingCode, Group, Verdict
from service.maps.selection import worst_days
from service.maps.view import ContractKey, FindingView, Stake, severity
from tests.maps.samples import district, judged

part = st.text(alphabet=st.sampled_from("沪A1-/~%?#. ()"))


@given(part, part, part)
def test_a_key_survives_its_address(contract_no, phase, parcel_code):
    key = ContractKey(contract_no, phase, parcel_code)
    assert "/" not in key.slug
    assert ContractKey.from_slug(key.slug) == key


@pytest.mark.parametrize("slug", ["", "a", "a~b", "a~b~c~d"])
def test_an_address_of_another_form_names_no_contract(slug):
    with pytest.raises(NothingFoundError, match="names no contract"):
        ContractKey.from_slug(slug)


def test_a_verdict_rests_on_the_finding_of_its_name_else_of_its_colour():
    suspect = judged(verdict=Verdict.SUSPECT_IDLE_1Y)
    assert suspect.lead.code is FindingCode.SUSPECT_IDLE_1Y
    assert suspect.ranked_findings[0] is suspect.lead
    gap = FindingView(FindingCode.DATA_GAP)
    assert replace(judged(), verdict=Verdict.UNDETERMINED, findings=(gap,)).lead is gap
    assert judged(verdict=Verdict.COMPLIANT).lead is None


def test_money_at_stake_is_counted_once_per_contract():
    suspect = judged(verdict=Verdict.SUSPECT_IDLE_1Y)
    assert suspect.stake(Group.OVERDUE).yuan == Decimal("4392000.00")
    assert suspect.stake(Group.IDLE).yuan == Decimal("2400000.00")
    assert suspect.stake() == suspect.stake(Group.SUPPLIED_UNUSED) == Stake(Decimal("6792000.00"))


def test_an_unknown_amount_is_counted_and_never_a_zero():
    unknown = replace(judged(), findings=(FindingView(FindingCode.OVERDUE_START),))
    assert unknown.stake() == Stake(Decimal(0), 1)


def test_the_gravest_verdict_comes_first_and_contracts_not_in_force_last():
    ranked = sorted(Verdict, key=severity)
    assert ranked[0] is Verdict.IDLE_CONFIRMED
    assert ranked[-2:] == [Verdict.NOT_IN_FORCE, Verdict.CLOSED]


def test_a_map_of_one_park_keeps_the_district():
    whole = district()
    part_of_it = whole.of_parks(["东园"])
    assert {parcel.park for parcel in part_of_it.parcels} == {"东园"}
    assert part_of_it.backdrop is whole.backdrop


def test_days_of_a_milestone_that_was_met_late_are_over():
    late = judged()
    assert worst_days(late) == 638
    met = replace(late.milestones[0], done_on=late.milestones[0].due_on)
    assert worst_days(replace(late, milestones=(met,), findings=())) == 0


def test_an_area_is_exact_until_it_is_written():
    assert judged(0).area_m2 == Fraction(6667)
