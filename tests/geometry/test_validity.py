from __future__ import annotations

import pytest
import shapely

from geodata.geometry.validity import check_polygons

from .shapes import layer, plot

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
# The last corner is overshot by a hair's breadth on both sides.
HAIR_CROSSED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (-1e-4, 4), (0, 4.0001)])
# A ring that touches itself along a spike without area.
SPIKED = shapely.Polygon([(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)])
HOLE_OUTSIDE = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(6, 6), (7, 6), (7, 7), (6, 7)]])


def test_sound_shapes_pass_unchanged():
    checked = check_polygons(layer(plot(0, 0, 10, 10), shapely.MultiPolygon([plot(0, 0, 1, 1)])))
    assert checked.defects == ()
    assert set(checked.frame.geom_type) == {"MultiPolygon"}
    assert checked.frame.area.tolist() == [100, 1]
    assert checked.frame.crs == layer(plot(0, 0, 1, 1)).crs


@pytest.mark.parametrize(
    ("shape", "reason", "area"),
    [
        (SPIKED, "Self-intersection", 16),
        (HAIR_CROSSED, "Self-intersection", 16),
    ],
)
def test_faults_are_repaired_and_told(shape, reason, area):
    checked = check_polygons(layer(plot(0, 0, 1, 1), shape))
    (defect,) = checked.defects
    assert (defect.row, defect.repaired) == (1, True)
    assert reason in defect.reason
    assert checked.frame.geometry.iloc[1].is_valid
    assert checked.frame.area.iloc[1] == pytest.approx(area)
    assert [repair.before for repair in checked.repairs] == [shape]


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
    checked = check_polygons(layer(shape, plot(0, 0, 1, 1)))
    (defect,) = checked.defects
    assert (defect.row, defect.repaired) == (0, False)
    assert reason in defect.reason
    assert checked.frame["number"].tolist() == [0, 1]
    assert checked.frame.geometry.isna().tolist() == [True, False]


def test_polygons_inside_a_collection_are_kept():
    mixed = shapely.GeometryCollection([plot(0, 0, 2, 2), shapely.Point(9, 9)])
    checked = check_polygons(layer(mixed))
    assert [(defect.reason, defect.repaired) for defect in checked.defects] == [
        ("not a polygon: GeometryCollection", True)
    ]
    assert checked.frame.area.tolist() == [4]


def test_heights_are_left_out_silently():
    checked = check_polygons(layer(shapely.force_3d(plot(0, 0, 2, 2), z=4.5)))
    assert checked.defects == ()
    assert not checked.frame.has_z.any()


def test_the_given_frame_is_not_touched():
    given = layer(BOW_TIE)
    check_polygons(given)
    assert given.geometry.iloc[0].equals_exact(BOW_TIE, 0)


def test_an_empty_layer_stays_empty():
    checked = check_polygons(layer())
    assert (len(checked.frame), checked.defects) == (0, ())
