"""Shapes moved to other coordinates, many at once."""

from __future__ import annotations

import numpy as np
import shapely

from geodata.geometry.moving import moved

from .shapes import plot

STEP = np.array([1, 2])
WITH_HOLE = plot(0, 0, 9, 9).difference(plot(3, 3, 6, 6))


def test_every_kind_of_shape_is_moved_and_keeps_its_parts():
    shapes = np.array(
        [plot(0, 0, 2, 3), WITH_HOLE, None, shapely.MultiPolygon([plot(0, 0, 1, 1), WITH_HOLE])],
        dtype=np.object_,
    )
    there = moved(shapes, lambda points: points + STEP)
    back = moved(there, lambda points: points - STEP)
    assert there[0].equals_exact(plot(1, 2, 3, 5), 1e-9)
    assert there[2] is None
    assert shapely.equals_exact(back[[0, 1, 3]], shapes[[0, 1, 3]], 1e-9).all()


def test_polygons_of_one_ring_are_moved_as_any_other():
    plain = np.array([plot(0, 0, 2, 3), plot(4, 4, 6, 9)], dtype=np.object_)
    alone = moved(plain, lambda points: 2 * points)
    among = moved(np.append(plain, WITH_HOLE), lambda points: 2 * points)
    assert shapely.equals_exact(alone, among[:2], 0).all()


def test_heights_are_left_out():
    raised = np.array([shapely.force_3d(plot(0, 0, 2, 2), 4.5)], dtype=np.object_)
    assert not shapely.has_z(moved(raised, lambda points: points)).any()


def test_what_has_no_place_becomes_infinite():
    (lost,) = moved(np.array([plot(0, 0, 2, 2)]), lambda points: np.full_like(points, np.inf))
    assert np.isinf(shapely.get_coordinates(lost)).all()


def test_no_shapes_stay_none():
    assert len(moved(np.empty(0, dtype=np.object_), lambda points: points)) == 0
