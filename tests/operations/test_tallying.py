"""The tally beside the contracts: land that stands as idle is named with who claims it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
import shapely

from geodata.model.codelists import ClaimKind, ClaimStatus, Verdict
from geodata.model.columns import from_rows
from geodata.model.entities import Claim
from geodata.store.queries.claims import import_claims
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work
from service.operations.cards import refresh_cards
from service.operations.tallying import tally_report
from tests.conftest import NOON

STARTED, IDLE_SINCE = date(2023, 3, 31), date(2023, 4, 1)  # golden case 1c


def outline(west: float) -> shapely.MultiPolygon:
    """Some 95 m by 111 m, 95 m further east with each thousandth of a degree."""
    return shapely.MultiPolygon([shapely.box(west, 30.80, west + 0.001, 30.801)])


def entry(code: str, reversed_on: date | None = None) -> Claim:
    done_on, area_m2 = date(2022, 5, 1), Fraction(10_000)
    return Claim(
        code, ClaimKind.VACATED, ClaimStatus.DONE, done_on, reversed_on, area_m2, "", "", ""
    )


@pytest.fixture
def engine(own_engine, law):
    """Golden case 1c on a parcel that two entries claim in part; one of them was reversed."""
    rows = [{"contract_no": "G1c", "parcel_code": "P1", "start_agreed_on": date(2022, 3, 31)}]
    entries = [entry("HALF"), entry("BACK", date(2022, 9, 1)), entry("BESIDE")]
    outlines = [outline(121.3005), outline(121.3005), outline(121.301)]
    batch = ImportBatch("a.csv", "0" * 64, NOON, "tester")
    with unit_of_work(own_engine) as connection:
        import_ledger(
            connection, batch, from_rows(rows), np.array([outline(121.3)], dtype=np.object_)
        )
        import_claims(connection, batch, entries, np.array(outlines, dtype=np.object_))
    refresh_cards(own_engine, law, IDLE_SINCE)
    return own_engine


def test_an_entry_on_idle_land_is_named_with_the_contract(engine, law):
    (found,) = tally_report(engine, law, IDLE_SINCE).idle
    assert (found.claim_code, found.contract.contract_no) == ("HALF", "G1c")
    assert found.verdict is Verdict.SUSPECT_IDLE_1Y
    assert found.area_m2 == pytest.approx(5_300, rel=0.01)


def test_before_the_year_is_full_nothing_is_idle(engine, law):
    assert tally_report(engine, law, STARTED).idle == ()


def test_what_was_known_at_an_instant_is_not_told(engine, law):
    assert tally_report(engine, law, IDLE_SINCE, NOON).idle is None
