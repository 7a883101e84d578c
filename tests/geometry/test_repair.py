"""Repairs are made by a named policy only, are told, keep the original and hardly change areas."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.geometry.repair import closed_shapes, repair
from geodata.model.quality_lists import RepairPolicy
from geodata.settings import Tolerances

from .shapes import plot

USUAL = Tolerances()
SQUARE = [(0, 0), (40, 0), (40, 40), (0, 40)]
THIN_SPIKE = shapely.Polygon(
    [(0, 0), (40, 0), (40, 20), (50, 20.01), (40, 20.02), (40, 40), (0, 40)]
)
WIDE_SPIKE = shapely.Polygon([(0, 0), (40, 0), (40, 20), (70, 20.1), (40, 20.2), (40, 40), (0, 40)])
REPEATED = shapely.Polygon([(0, 0), (40, 0), (40, 0.0005), (40, 40), (0, 40), (0, 40)])
HOLED = shapely.Polygon(SQUARE, [[(5, 5), (9, 5), (9, 9), (5, 9)]])
BOW_TIE = shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
SMALL_CROSSING = shapely.Polygon(
    [(0, 0), (40, 0), (40, 40), (0.01, 40), (0, 39.99), (0.02, 40.01), (0, 30)]
)


def shapes(*given: shapely.Geometry | None) -> np.ndarray:
    return np.array(given, dtype=object)


def points(shape: shapely.Geometry) -> int:
    return shapely.get_num_coordinates(shape)


@pytest.mark.parametrize("policies", [(), (RepairPolicy.NONE,)])
def test_nothing_is_done_that_is_not_named(policies: tuple[RepairPolicy, ...]):
    given_shapes = shapes(BOW_TIE, REPEATED, THIN_SPIKE, HOLED, None)
    result = repair(given_shapes, policies, USUAL)
    assert result.repairs == ()
    assert all(after is before for after, before in zip(result.shapes, given_shapes, strict=True))


@pytest.mark.parametrize(
    ("policy", "shape", "is_mended"),
    [
        (RepairPolicy.DROP_POINTS, REPEATED, lambda after: points(after) == 5),
        (RepairPolicy.DROP_SPIKES, THIN_SPIKE, lambda after: after.bounds == (0, 0, 40, 40)),
        (RepairPolicy.MAKE_VALID, SMALL_CROSSING, lambda after: after.is_valid),
        (RepairPolicy.ORIENT, HOLED, lambda after: not after.interiors[0].is_ccw),
    ],
)
def test_a_policy_mends_its_fault_and_nothing_else(policy, shape, is_mended):
    sound = plot(0, 0, 40, 40)
    result = repair(shapes(sound, shape, None), (policy,), USUAL)
    (made,) = result.repairs
    assert (made.row, made.policy, made.is_made) == (1, policy, True)
    assert made.before is shape
    assert made.after is result.shapes[1]
    assert is_mended(made.after)
    assert made.change <= USUAL.repair_percent / 100
    assert result.originals[1] is shape
    assert result.shapes[0] is sound
    assert result.shapes[2] is None


@pytest.mark.parametrize(
    ("policy", "shape", "change"),
    [
        (RepairPolicy.MAKE_VALID, BOW_TIE, np.inf),
        (
            RepairPolicy.MAKE_VALID,
            shapely.Polygon(SQUARE, [[(50, 0), (60, 0), (60, 4), (50, 4)]]),
            0.05,
        ),
        (RepairPolicy.DROP_SPIKES, WIDE_SPIKE, 3 / 1603),
    ],
)
def test_a_repair_that_changes_much_land_is_told_and_not_made(policy, shape, change):
    result = repair(shapes(shape), (policy,), USUAL)
    (refused,) = result.repairs
    assert not refused.is_made
    assert refused.change == pytest.approx(change, rel=0.05)
    assert result.shapes[0] is shape


def test_a_shape_without_land_is_not_repaired_to_nothing():
    flat = shapely.Polygon([(0, 0), (20, 20), (40, 40)])
    result = repair(shapes(flat), (RepairPolicy.MAKE_VALID,), USUAL)
    assert [each.is_made for each in result.repairs] == [False]
    assert result.shapes[0] is flat


def test_a_spike_that_hides_another_is_left_out_with_it():
    barbed = shapely.Polygon(
        [
            (0, 0),
            (40, 0),
            (40, 20),
            (50, 20),
            (50, 20.01),
            (60, 20.015),
            (50, 20.02),
            (40, 20.03),
            (40, 40),
            (0, 40),
        ]
    )
    result = repair(shapes(barbed), (RepairPolicy.DROP_SPIKES,), USUAL)
    assert result.shapes[0].bounds[2] < 60


def test_a_ring_of_too_few_points_vanishes_with_its_spike():
    needle = [(5, 5), (5.001, 5), (5, 25)]
    parts = shapely.MultiPolygon(
        [shapely.Polygon(SQUARE, [needle]), shapely.Polygon([(60, 0), (60.01, 0), (60, 9)])]
    )
    result = repair(shapes(parts), (RepairPolicy.DROP_SPIKES,), USUAL)
    assert shapely.get_num_coordinates(result.shapes[0]) == 5


noise = st.floats(-12, 12, allow_nan=False)
outlines = st.lists(st.tuples(noise, noise), min_size=3, max_size=8, unique=True)


@settings(max_examples=150, deadline=None)
@given(outlines, st.permutations(list(RepairPolicy)))
def test_no_repair_ever_changes_more_land_than_is_tolerated(ring, policies):
    shape = shapely.Polygon(ring)
    tolerances = Tolerances(repair_percent=2.0, outer_ring="clockwise")
    result = repair(shapes(shape), policies, tolerances)
    assert abs(result.shapes[0].area - shape.area) <= 0.02 * shape.area + 1e-9
    assert result.originals[0] is shape
    assert all(each.before is shape for each in result.repairs)
    turned = repair(result.shapes, (RepairPolicy.ORIENT,), tolerances).shapes
    assert repair(turned, (RepairPolicy.ORIENT,), tolerances).repairs == ()


def wkb(*ring: tuple[float, float]) -> bytes:
    head = struct.pack("<BIII", 1, 3, 1, len(ring))
    return head + b"".join(struct.pack("<dd", *point) for point in ring)


def test_open_rings_are_closed_and_named():
    blobs = [wkb(*SQUARE), None, wkb(*SQUARE, SQUARE[0]), b"no shape"]
    found, unclosed = closed_shapes(blobs)
    assert unclosed.tolist() == [0]
    assert found[0].equals_exact(shapely.Polygon(SQUARE), 0)
    assert [shape is None for shape in found] == [False, True, False, True]
