"""The register of inefficient land in and out of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import shapely
from samples import NOON, batch, claim, ledger, squares

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.land_lists import Means
from geodata.store.digest import claim_digests
from geodata.store.queries.claims import first_promises, import_claims, read_claims
from geodata.store.queries.contracts import import_ledger, read_contracts

VACATED = claim("K1")
PLANNED = claim(
    "K0",
    kind=ClaimKind.UPGRADED,
    status=ClaimStatus.PLANNED,
    done_on=None,
    reversed_on=date(2024, 2, 2),
    area_m2=Fraction(1, 3),
    evidence="",
)


def test_entries_come_back_as_they_went_in(connection):
    shapes = np.array([squares(0)[0], None], dtype=np.object_)
    counts = import_claims(connection, batch(declined=1), [VACATED, PLANNED], shapes)
    assert (counts.rows_in, counts.added, counts.declined) == (3, 2, 1)
    claims, outlines = read_claims(connection)
    assert claims == [VACATED, PLANNED]
    assert outlines.tolist() == [shapely.MultiPolygon([shapes[0]]), None]
    assert outlines.crs.to_epsg() == 4490


def test_only_what_differs_is_a_change(connection):
    import_claims(connection, batch(), [VACATED, PLANNED, claim("K2")], squares(0, 2, 4))
    done = replace(PLANNED, status=ClaimStatus.DONE)
    counts = import_claims(connection, batch(1), [done, VACATED, claim("K2")], squares(2, 0, 6))
    assert (counts.added, counts.changed, counts.unchanged) == (0, 2, 1)
    claims, outlines = read_claims(connection)
    assert claims == [VACATED, done, claim("K2")]
    assert outlines.tolist()[2] == shapely.MultiPolygon([squares(6)[0]])


def test_what_was_known_stays_known(connection):
    import_claims(connection, batch(), [VACATED], squares(0))
    reversed_later = replace(VACATED, reversed_on=date(2024, 2, 20))
    import_claims(connection, batch(1), [reversed_later, PLANNED], squares(4, 2))
    claims, outlines = read_claims(connection, NOON)
    assert claims == [VACATED]
    assert outlines.tolist() == [shapely.MultiPolygon([squares(0)[0]])]


def test_a_register_and_a_ledger_may_come_at_the_same_instant(connection):
    import_ledger(connection, batch(), ledger({}))
    import_claims(connection, batch(), [VACATED], squares(0))
    assert read_contracts(connection).known_at == NOON
    assert read_claims(connection, NOON)[0] == [VACATED]


def test_plans_come_back_and_the_day_first_promised_is_kept(connection):
    planned = replace(
        PLANNED, planned_on=date(2025, 3, 1), cost_yuan=Fraction(10, 3), means=Means.GRAFTING
    )
    import_claims(connection, batch(), [PLANNED, VACATED], squares(0, 2))
    import_claims(connection, batch(1), [planned, VACATED], squares(0, 2))
    moved = replace(planned, planned_on=date(2026, 3, 1), means=None)
    import_claims(connection, batch(2), [moved, VACATED], squares(0, 2))
    assert read_claims(connection)[0] == [moved, VACATED]
    assert first_promises(connection) == {"K0": date(2025, 3, 1)}
    assert first_promises(connection, NOON) == {}


def test_an_entry_that_says_no_more_than_before_has_the_digest_it_had():
    digest = "f056211c"
    assert claim_digests([VACATED], squares(0))[0].hex()[:8] == digest
    assert claim_digests([replace(VACATED, cost_yuan=Fraction(1))], squares(0))[0].hex() != digest


def test_an_empty_register_is_read_as_one(connection):
    claims, outlines = read_claims(connection)
    assert (claims, len(outlines), outlines.crs.to_epsg()) == ([], 0, 4490)
