from __future__ import annotations

import pandas as pd
import pytest

from geodata.geometry.partition import Partition
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.land_lists import Means

from .conftest import AS_OF


@pytest.fixture(scope="module")
def done(district):
    claims = district.claims
    return claims[(claims["status"] == "done") & claims["reversed_on"].isna()]


def test_the_register_has_entries_of_every_kind(district):
    claims = district.claims
    assert 100 <= len(claims) <= 130
    assert claims["claim_code"].is_unique
    assert set(zip(claims["column"], claims["status"], strict=True)) == {
        (kind.value, status.value) for kind in ClaimKind for status in ClaimStatus
    }


def test_only_what_is_done_has_a_date_and_only_what_is_begun_has_evidence(district):
    claims = district.claims
    assert (claims["done_on"].notna() == (claims["status"] == "done")).all()
    assert ((claims["evidence"] == "") == (claims["status"] == "planned")).all()
    assert claims["done_on"].max() < pd.Timestamp(AS_OF)


def test_delays_are_on_record_and_some_cells_are_blank(district):
    claims = district.claims
    done = claims["status"] == "done"
    delays = (claims["done_on"] - claims["planned_on"])[done].dropna().dt.days
    assert len(delays) >= 19
    assert delays.min() < 0 < delays.median()
    assert claims["planned_on"].isna().any()
    assert claims["cost_yuan"].isna().any()
    assert (claims["cost_yuan"].dropna() > 0).all()


def test_what_is_planned_may_be_late_already(district):
    claims = district.claims
    planned_on = claims["planned_on"][claims["status"] == "in_progress"]
    assert (planned_on < pd.Timestamp(AS_OF)).any()
    assert (planned_on > pd.Timestamp(AS_OF)).any()


def test_means_fit_the_kind_of_entry(district):
    for column, means in zip(district.claims["column"], district.claims["means"], strict=True):
        assert Means.of(means).kind.value == column


def test_one_entry_was_withdrawn(district):
    withdrawn = district.claims[district.claims["reversed_on"].notna()]
    assert len(withdrawn) == 1
    assert (withdrawn["done_on"] < withdrawn["reversed_on"]).all()
    assert (withdrawn["reversed_on"] < pd.Timestamp(AS_OF)).all()


def test_part_of_the_targets_is_reached_once_double_claims_are_taken_out(done):
    shares = Partition.of(done).shares()
    credited = (done["area_m2"] * shares * 3 / 2000).groupby(done["column"]).sum()
    assert credited["vacated"] == pytest.approx(930, abs=10)
    assert credited["upgraded"] == pytest.approx(1900, abs=10)
    reported = (done["area_m2"] * 3 / 2000).groupby(done["column"]).sum()
    assert reported["upgraded"] > credited["upgraded"] + 50


def test_land_is_claimed_twice_wholly_and_in_part(done):
    partition = Partition.of(done)
    column = done.set_index("claim_code")["column"]
    kinds = {(column[pair.claim_code], column[pair.other_code]) for pair in partition.overlaps()}
    assert kinds == {("vacated", "upgraded"), ("upgraded", "upgraded")}
    assert len(partition.overlaps()) == 3
    assert sorted(partition.shares())[:3] == pytest.approx([0, 0, 0], abs=1e-6)
    assert (partition.shares() == 1).sum() == len(done) - 3


def test_claims_lie_on_parcels_some_on_a_part(district):
    parcels = district.parcels.to_crs(4549)
    claims = district.claims.to_crs(4549)
    joined = claims.sjoin(parcels.assign(geometry=parcels.buffer(0.01)), predicate="within")
    assert joined["claim_code"].nunique() == len(claims)
    assert (joined["park_left"] == joined["park_right"]).all()
    shares = claims.loc[joined.index].area / parcels.loc[joined["index_right"]].area.to_numpy()
    assert (shares < 0.8).sum() >= 5
    assert (shares > 0.999).sum() >= 40


def test_registered_areas_are_close_to_the_outlines(district):
    measured = district.claims.to_crs(4549).area
    assert (abs(district.claims["area_m2"] / measured - 1) < 0.0013).all()
