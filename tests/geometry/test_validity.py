from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.geometry.validity import (
    CheckedShapes,
    check_polygons,
    multipolygons,
    without_heights,
)

from .shapes import plot

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
# The last corner is overshot by a hair's breadth on both sides.
HAIR_CROSSED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (-1e-4, 4), (0, 4.0001)])
# A ring that touches itself along a spike without area.
SPIKED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)])
HOLE_OUTSIDE = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(6, 6), (7, 6), (7, 7), (6, 7)]])


def checked(*shapes: shapely.Geometry | None) -> CheckedShapes:
    given = np.empty(len(shapes), dtype=np.object_)
    given[:] = shapes
    return check_polygons(given)


def test_sound_shapes_pass_as_the_objects_they_are():
    shapes = (plot(0, 0, 10, 10), shapely.MultiPolygon([plot(0, 0, 1, 1)]))
    found = checked(*shapes)
    assert (found.faults.tolist(), found.repairs) == (["", ""], ())
    assert [one is other for one, other in zip(found.shapes, shapes, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("shape", "reason", "area"),
    [
        (SPIKED, "Self-intersection", 16),
        (HAIR_CROSSED, "Self-intersection", 16),
    ],
)
def test_faults_are_repaired_and_told(shape, reason, area):
    found = checked(plot(0, 0, 1, 1), shape)
    assert found.faults[0] == ""
    assert reason in found.faults[1]
    assert found.shapes[1].is_valid
    assert found.shapes[1].area == pytest.approx(area)
    (repair,) = found.repairs
    assert (repair.row, repair.before, repair.is_made) == (1, shape, True)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (None, "geometry is missing"),
        (shapely.Polygon(), "geometry is empty"),
        (shapely.LineString([(0, 0), (1, 1)]), "not a polygon: LineString"),
        (shapely.Polygon([(0, 0), (1, 1), (0, 0)]), ""),  # a ring without an area
        # What these enclose is for a surveyor to say: a repair would choose other land.
        (BOW_TIE, "Self-intersection"),
        (HOLE_OUTSIDE, "Hole lies outside shell"),
    ],
)
def test_what_cannot_be_repaired_keeps_its_row(shape, reason):
    found = checked(shape, plot(0, 0, 1, 1))
    assert reason in found.faults[0]
    assert not any(repair.is_made for repair in found.repairs)
    assert [each is None for each in found.shapes] == [True, False]


def test_polygons_inside_a_collection_are_kept():
    mixed = shapely.GeometryCollection([plot(0, 0, 2, 2), shapely.Point(9, 9)])
    found = checked(mixed)
    assert found.faults.tolist() == ["not a polygon: GeometryCollection"]
    assert found.shapes[0].area == 4


def test_heights_are_left_out_where_there_are_some():
    flat = np.array([plot(0, 0, 2, 2), None], dtype=np.object_)
    assert without_heights(flat) is flat
    left = without_heights(np.append(flat, shapely.force_3d(plot(0, 0, 2, 2), z=4.5)))
    assert not shapely.has_z(left).any()
    assert left[1] is None


def test_polygons_become_multipolygons_of_one_part():
    multi = multipolygons(np.array([plot(0, 0, 2, 2), None], dtype=np.object_))
    assert multi[0].equals_exact(shapely.MultiPolygon([plot(0, 0, 2, 2)]), 0)
    assert multi[1] is None


def test_the_given_shapes_are_not_touched():
    given = np.array([BOW_TIE], dtype=np.object_)
    check_polygons(given)
    assert given[0] is BOW_TIE


def test_no_shapes_are_no_shapes():
    found = checked()
    assert (len(found.shapes), len(found.faults), found.repairs) == (0, 0, ())
