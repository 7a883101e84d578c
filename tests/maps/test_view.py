from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from geodata.model.codelists import FindingCode, Group, Verdict
from service.compliance.rules.results import FindingResult
from service.maps.view import Stake
from tests.maps.samples import district, judged


def test_the_finding_a_verdict_rests_on_comes_first():
    suspect = judged(verdict=Verdict.SUSPECT_IDLE_1Y)
    codes = [finding.code for finding in suspect.ranked_findings]
    assert codes == ["suspect_idle_1y", "overdue_start", "supplied_unused"]


def test_money_at_stake_is_counted_once_per_contract():
    suspect = judged(verdict=Verdict.SUSPECT_IDLE_1Y)
    assert suspect.stake(Group.OVERDUE).yuan == Decimal("4392000.00")
    assert suspect.stake(Group.IDLE).yuan == Decimal("2400000.00")
    assert suspect.stake() == suspect.stake(Group.SUPPLIED_UNUSED) == Stake(Decimal("6792000.00"))


def test_an_unknown_amount_is_counted_and_never_a_zero():
    late = judged()
    unknown = replace(late.result, findings=(FindingResult(FindingCode.OVERDUE_START),))
    assert replace(late, result=unknown).stake() == Stake(Decimal(0), 1)


def test_the_gravest_verdict_comes_first_and_contracts_not_in_force_last():
    ranked = sorted(Verdict, key=lambda verdict: verdict.severity)
    assert ranked[0] is Verdict.IDLE_CONFIRMED
    assert ranked[-2:] == [Verdict.NOT_IN_FORCE, Verdict.CLOSED]


def test_a_map_of_one_park_keeps_the_district():
    whole = district()
    part_of_it = whole.of_parks(["东园"])
    assert {parcel.park for parcel in part_of_it.parcels} == {"东园"}
    assert part_of_it.backdrop is whole.backdrop


def test_an_area_is_exact_until_it_is_written():
    assert judged(0).area_m2 == Fraction(6667)
