"""Outlines of parcels and what lies around them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from samples import NOON, batch, ledger, squares

from geodata.errors import InputFileError
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.parcels import (
    outlines_near,
    read_features,
    read_outlines,
    read_parks,
)
from geodata.store.session import in_our_words
from geodata.store.tables import PARCEL, PARK

A, B, C = squares(0, 2, 4)


def outlines(connection, **options):
    stored = read_contracts(connection)
    return read_outlines(connection, stored.contract_id, **options).tolist()


def test_outlines_come_back_as_multipolygons(connection):
    with_hole = A.difference(A.buffer(-0.0003))
    shapes = np.array([with_hole, None, shapely.MultiPolygon([B, C])], dtype=np.object_)
    rows = [{"parcel_code": "P1"}, {"parcel_code": "P2"}, {"parcel_code": "P3"}]
    import_ledger(connection, batch(), ledger(*rows), shapes)
    assert outlines(connection) == [shapely.MultiPolygon([with_hole]), None, shapes[2]]


def test_outlines_follow_the_order_asked_for(connection):
    import_ledger(connection, batch(), ledger({}, {}), squares(0, 2))
    contract_id = read_contracts(connection).contract_id[::-1]
    found = read_outlines(connection, contract_id)
    assert found.tolist() == [shapely.MultiPolygon([B]), shapely.MultiPolygon([A])]
    assert len(read_outlines(connection, contract_id[:0])) == 0


def test_a_contract_without_a_parcel_code_has_a_parcel_of_its_own(connection):
    rows = [{"contract_no": "C"}, {"contract_no": "C", "phase": "2"}, {"parcel_code": "P"}]
    import_ledger(connection, batch(), ledger(*rows), squares(0, 2, 4))
    codes = connection.scalars(sa.select(PARCEL.c.parcel_code).order_by(PARCEL.c.parcel_id))
    assert codes.all() == ["contract:C", "contract:C/2", "P"]
    assert outlines(connection) == [shapely.MultiPolygon([part]) for part in (A, B, C)]


def test_rows_of_one_parcel_give_its_outline_together(connection):
    rows = [{"parcel_code": "P", "phase": "1"}, {"parcel_code": "P", "phase": "2"}, {}]
    import_ledger(connection, batch(), ledger(*rows), np.array([A, B, C], dtype=np.object_))
    both = shapely.MultiPolygon([A, B])
    assert [shape.equals(both) for shape in outlines(connection)] == [True, True, False]


def test_a_moved_outline_is_a_change_and_the_old_one_stays_known(connection):
    rows = ledger({}, {})
    import_ledger(connection, batch(), rows, squares(0, 2))
    counts = import_ledger(connection, batch(1), rows, squares(0, 4))
    assert (counts.changed, counts.unchanged) == (1, 1)
    assert outlines(connection)[1] == shapely.MultiPolygon([C])
    assert outlines(connection, known_at=NOON)[1] == shapely.MultiPolygon([B])
    assert outlines(connection, known_at=NOON - timedelta(hours=1)) == [None, None]


def test_a_ledger_without_geometry_leaves_the_outlines(connection):
    import_ledger(connection, batch(), ledger({}), squares(0))
    counts = import_ledger(connection, batch(1), ledger({}))
    assert (counts.unchanged, outlines(connection)) == (1, [shapely.MultiPolygon([A])])


def test_a_ring_that_starts_elsewhere_is_no_change(connection):
    import_ledger(connection, batch(), ledger({}), squares(0))
    ring = list(A.exterior.coords)[1:]
    turned = np.array([shapely.Polygon(ring[::-1])], dtype=np.object_)
    assert import_ledger(connection, batch(1), ledger({}), turned).unchanged == 1


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        shapely.Point(121.3, 30.7),
        shapely.LineString([(121.3, 30.7), (121.4, 30.8)]),
    ],
    ids=["bow tie", "point", "line"],
)
def test_what_is_no_sound_polygon_is_refused(connection, shape):
    with pytest.raises(InputFileError), in_our_words():
        import_ledger(connection, batch(), ledger({}), np.array([shape], dtype=np.object_))


def test_the_copy_for_tiles_lies_in_web_mercator(connection):
    """The point of reference was computed by hand from the formula of the projection."""
    around = shapely.Point(121.34, 30.74).buffer(1e-7, cap_style="square")
    park = {"park_code": "P", "name_zh": "甲", "name_en": "A", "kind": "park"}
    park["geom"] = f"SRID=4490;{shapely.MultiPolygon([around]).wkt}"
    connection.execute(sa.insert(PARK).values(park))
    centre = sa.func.ST_Centroid(PARK.c.geom_3857)
    x, y = connection.execute(sa.select(sa.func.ST_X(centre), sa.func.ST_Y(centre))).one()
    assert (x, y) == (pytest.approx(13507507.01, abs=0.01), pytest.approx(3599029.03, abs=0.01))


def test_an_empty_store_gives_empty_layers(connection):
    features = read_features(connection)
    assert set(features) == {"outline", "roads", "water"}
    for layer in (read_parks(connection), *features.values()):
        assert (len(layer), layer.crs.to_epsg()) == (0, 4490)


def test_the_outlines_near_a_shape_are_those_known_by_now(connection):
    assert [len(part) for part in outlines_near(connection, squares(0))] == [0, 0]
    rows = ledger({"parcel_code": "P"}, {"parcel_code": "Q"})
    import_ledger(connection, batch(), rows, squares(0, 4))
    import_ledger(connection, batch(1), rows, squares(0, 8))
    codes, shapes = outlines_near(connection, squares(0.5, 4))
    assert (codes.tolist(), shapes.tolist()) == (["P"], [shapely.MultiPolygon([A])])
    assert [len(part) for part in outlines_near(connection, squares()[:0])] == [0, 0]
