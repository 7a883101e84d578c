from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from geodata.demo.district import build_district
from geodata.demo.stories import STORIES, cast
from geodata.model.attributes import BY_KEY
from geodata.model.codelists import Verdict
from geodata.model.identifiers import is_parcel_code, is_supervision_no, is_uscc

from .conftest import AS_OF

# Facts carry the day they became true; agreed and due dates may lie ahead.
FACTS = (
    "delivered_on", "start_on", "completion_on", "production_on", "target_output_on", "permit_on",
    "development_on", "suspended_on", "resumed_on", "idle_determined_on", "ground_known_on",
    "closed_on", "lease_started_on", "observed_on",
)  # fmt: skip


def test_rows_are_told_in_the_columns_of_the_ledger(district):
    assert 1220 <= len(district.ledger) <= 1250
    for row in district.ledger:
        assert set(row) <= set(BY_KEY)
        assert all(isinstance(cell, str) and cell.strip() == cell != "" for cell in row.values())


def test_contract_phase_and_parcel_identify_a_row(district):
    keys = [
        (row["contract_no"], row.get("phase", ""), row["parcel_code"]) for row in district.ledger
    ]
    assert len(set(keys)) == len(keys)


def test_ledger_and_map_tell_of_the_same_parcels(district):
    places = {row.parcel_code: (row.park, row.town) for row in district.parcels.itertuples()}
    assert {row["parcel_code"] for row in district.ledger} == set(places)
    assert all(places[row["parcel_code"]] == (row["park"], row["town"]) for row in district.ledger)


def test_some_parcels_have_two_contracts_and_some_contracts_two_phases(district):
    contracts = Counter(
        row["parcel_code"] for row in district.ledger if row.get("phase", "一期") == "一期"
    )
    phases = Counter(row.get("phase", "") for row in district.ledger)
    assert sum(count == 2 for count in contracts.values()) >= 15
    assert phases["一期"] == phases["二期"] >= 5


def test_an_earlier_contract_ended_before_the_land_was_supplied_again(district):
    signed: dict[str, list[dict[str, str]]] = {}
    for row in district.ledger:
        signed.setdefault(row["parcel_code"], []).append(row)
    pairs = [rows for rows in signed.values() if len({row["contract_no"] for row in rows}) == 2]
    assert pairs
    assert all(rows[0]["closed_on"] < rows[1]["signed_on"] for rows in pairs)


def test_nobody_can_take_it_for_real(district):
    for row in district.ledger:
        assert row["contract_no"].startswith("演示-")
        assert row["grantee"].endswith("（虚构）")
        assert row["project_name"].endswith("（虚构）")


def test_codes_are_well_formed(district):
    assert all(is_uscc(row["uscc"]) for row in district.ledger)
    assert all(
        is_parcel_code(row["parcel_code"]) and row["parcel_code"].startswith("310116")
        for row in district.ledger
    )
    cut_off = [row for row in district.ledger if not is_supervision_no(row["supervision_no"])]
    assert len(cut_off) == 1  # one of the clerk's slips


def test_one_credit_code_is_one_enterprise(district):
    names: dict[str, set[str]] = {}
    for row in district.ledger:
        names.setdefault(row["uscc"], set()).add(row["grantee"])
    assert all(len(found) == 1 for found in names.values())
    assert len(names) < len(district.ledger)


def test_contract_areas_are_close_to_the_outlines(district):
    measured = dict(
        zip(district.parcels["parcel_code"], district.parcels.to_crs(4549).area, strict=True)
    )
    registered: dict[str, float] = {}
    for row in district.ledger:
        if "closed_on" not in row:
            part = registered.get(row["parcel_code"], 0) if "phase" in row else 0
            registered[row["parcel_code"]] = part + float(row["area_m2"])
    errors = [abs(area / measured[code] - 1) for code, area in registered.items()]
    assert max(errors) < 0.0013
    assert sum(error > 1e-5 for error in errors) > 100


def test_histories_span_the_years_from_2008(district):
    years = {int(row["signed_on"][:4]) for row in district.ledger}
    assert years == set(range(2008, 2027))


def test_every_verdict_is_meant_to_be_shown(district):
    assert len(district.verdicts) == len(district.ledger)
    assert set(district.verdicts) == set(Verdict)


def test_the_proportions_are_those_of_a_well_kept_district(district):
    count = Counter(district.verdicts)
    share = {verdict: count[verdict] / len(district.ledger) for verdict in Verdict}
    assert 0.62 <= share[Verdict.COMPLIANT] + share[Verdict.CLOSED] <= 0.70
    assert 0.06 <= sum(share[v] for v in Verdict if v.startswith("overdue_")) <= 0.09
    assert 0.03 <= sum(share[v] for v in Verdict if v.is_suspected) <= 0.04
    assert 0.06 <= share[Verdict.SUPPLIED_UNUSED] <= 0.09
    assert 0.01 <= share[Verdict.UNDETERMINED] <= 0.03


def test_every_story_is_told():
    assert {id(story) for story in cast(300)} == {id(story) for story in STORIES}
    assert len(cast(1200)) == 1200


@pytest.mark.parametrize("as_of", [AS_OF, date(2024, 2, 29)])
def test_no_fact_lies_after_the_day_the_stories_are_told_for(as_of):
    for row in build_district(as_of, parcel_count=300).ledger:
        facts = [row[key] for key in FACTS if key in row and row[key] != "none"]
        assert max(facts, default="") <= as_of.isoformat()


def test_only_contracts_to_come_are_signed_later(district):
    later = [
        verdict
        for row, verdict in zip(district.ledger, district.verdicts, strict=True)
        if row["signed_on"] > AS_OF.isoformat()
    ]
    assert set(later) == {Verdict.NOT_IN_FORCE}
    assert len(later) == district.verdicts.count(Verdict.NOT_IN_FORCE)
