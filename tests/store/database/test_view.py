"""The view of the ledger for people and QGIS."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from samples import batch, ledger, squares

from geodata.model.attributes import ATTRIBUTES
from geodata.store.queries.contracts import import_ledger


def rows(connection: sa.Connection) -> list[dict[str, object]]:
    view = sa.text(
        "SELECT *, ST_AsText(geom) AS shape FROM parcelwatch.ledger ORDER BY contract_id"
    )
    return [dict(row) for row in connection.execute(view).mappings()]


@pytest.mark.parametrize(
    ("key", "cell", "shown"),
    [
        ("parcel_code", "P1", "P1"),
        ("phase", None, None),
        ("damages_scheme", 1, "bond_tier"),
        ("reserve_land", 0, False),
        ("signed_on", date(2024, 1, 2), date(2024, 1, 2)),
        ("area_m2", Fraction(20_000, 3), Decimal("6666.67")),
        ("premium_yuan", Fraction(10**12), Decimal(10**12)),
        ("foundation_share", Fraction(1, 3), Decimal("0.3333")),
        ("start_agreed_after", (6, 2, 2), "6m after delivery"),
        ("bond_split", (Fraction(60), Fraction(20), Fraction(20)), "60/20/20"),
        ("bond_split", None, None),
        ("instalments", None, None),
        ("instalments", [], ""),
        (
            "instalments",
            [
                (date(2023, 5, 31), Fraction(10**7), None, date(2023, 7, 20)),
                (date(2023, 9, 30), Fraction(1, 2), date(2023, 9, 1), None),
            ],
            "2023-05-31 10000000 - 2023-07-20; 2023-09-30 0.5 2023-09-01 -",
        ),
        (
            "production_extensions",
            [
                (None, date(2023, 6, 15), date(2023, 12, 31)),
                (date(2023, 12, 1), None, date(2024, 6, 30)),
            ],
            "/2023-06-15/2023-12-31; 2023-12-01//2024-06-30",
        ),
        (
            "government_periods",
            [(date(2022, 9, 1), date(2023, 2, 28), 1, 0), (date(2023, 6, 1), None, 0, 1)],
            "2022-09-01/2023-02-28 G2 verified; 2023-06-01/ G1 claimed",
        ),
    ],
)
def test_cells_read_as_in_a_ledger_file(connection, key, cell, shown):
    import_ledger(connection, batch(), ledger({key: cell}))
    assert rows(connection)[0][key] == shown


def test_it_shows_what_is_known_now_with_its_outline(connection):
    import_ledger(connection, batch(), ledger({"note": "a"}, {}), squares(0, 2))
    import_ledger(connection, batch(1), ledger({"note": "b"}, {}), squares(4, 2))
    shown = rows(connection)
    assert [row["note"] for row in shown] == ["b", None]
    assert (
        shown[0]["shape"]
        == "MULTIPOLYGON(((121.305 30.7,121.305 30.701,121.304 30.701,121.304 30.7,121.305 30.7)))"
    )
    assert {a.key for a in ATTRIBUTES} < shown[0].keys()


def test_a_contract_without_an_outline_is_shown_too(connection):
    import_ledger(connection, batch(), ledger({}))
    assert rows(connection)[0]["shape"] is None
