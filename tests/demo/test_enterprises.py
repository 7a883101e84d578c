from __future__ import annotations

from collections import defaultdict

import pytest

from geodata.demo.district import build_district
from geodata.demo.writing import TABLES, write_district
from geodata.importers.content import read_content
from geodata.model.content_lists import OccupancyRole
from geodata.model.identifiers import uscc_check_character

from .conftest import AS_OF


@pytest.fixture(scope="module")
def told(district):
    return district.enterprises


def test_figures_run_from_the_year_before_the_plan_to_the_last_one_that_was_over(told):
    years = {int(row["year"]) for row in told.years}
    assert (min(years), max(years)) == (2020, AS_OF.year - 1)


def test_nobody_has_figures_of_a_year_in_which_it_did_not_produce(told):
    began = defaultdict(list)
    for row in told.occupancies:
        began[row["uscc"]].append(int(row["begins_on"][:4]))
    assert all(int(row["year"]) >= min(began[row["uscc"]]) for row in told.years)


def test_what_the_ledger_states_of_a_mu_was_made_in_the_last_year(district, told):
    """Of those who hold one parcel and let nothing of it."""
    stays = defaultdict(list)
    for row in told.occupancies:
        stays[row["uscc"]].append(row)
    stated = {
        row["uscc"]: float(row["output_actual"]) * float(row["area_m2"]) * 15
        for row in district.ledger
        if row.get("output_actual") and len(stays[row["uscc"]]) == 1
        and stays[row["uscc"]][0]["occupied_m2"] == row["area_m2"]
    }  # fmt: skip
    last = {row["uscc"]: row for row in told.years if row["year"] == str(AS_OF.year - 1)}
    compared = [uscc for uscc in stated if last.get(uscc, {}).get("output_yuan")]
    assert len(compared) > 100
    for uscc in compared:
        assert float(last[uscc]["output_yuan"]) == pytest.approx(stated[uscc], rel=0.04)


def test_enterprises_of_a_parcel_share_its_land(district, told):
    area = dict(zip(district.parcels["parcel_code"], district.parcels["area_m2"], strict=True))
    taken = defaultdict(float)
    for row in told.occupancies:
        taken[row["parcel_code"]] += float(row["occupied_m2"])
    assert all(taken[code] <= area[code] + 0.11 for code in taken)
    assert any(row["role"] == OccupancyRole.TENANT.value for row in told.occupancies)


def test_codes_are_well_formed_and_no_tenant_has_that_of_a_holder(district, told):
    assert all(uscc_check_character(r["uscc"][:17]) == r["uscc"][17] for r in told.occupancies)
    holders = {row.get("uscc") for row in district.ledger}
    tenants = {row["uscc"] for row in told.occupancies if row["role"] == "tenant"}
    assert tenants.isdisjoint(holders)


def test_the_tables_are_read_without_an_issue(district, tmp_path):
    write_district(district, tmp_path)
    for kind, name in TABLES.items():
        file = read_content(tmp_path / name, kind)
        assert file.rows
        assert not file.rejected
        assert not file.issues


def test_the_same_arguments_give_the_same_enterprises(told):
    assert build_district(AS_OF).enterprises == told
