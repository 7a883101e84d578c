from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from geodata.geometry import shifts

# True, GCJ-02 and BD-09 positions of cities as published with the map libraries (seven decimals).
PUBLISHED = {
    "Zhumadian": ((114.0164322, 33.0133556), (114.022306, 33.0115324), (114.0287781, 33.0176697)),
    "Shaoyang": ((111.4622119, 27.242124), (111.4677938, 27.2388981), (111.4742271, 27.2451662)),
    "Xingtai": ((114.498916, 37.0700925), (114.5048503, 37.0705911), (114.5113116, 37.0766797)),
    "Nagqu": ((92.0499619, 31.4784436), (92.0512438, 31.4762063), (92.0576832, 31.4824421)),
    "Liaoyang": ((123.2312099, 41.2651725), (123.2369518, 41.2672464), (123.2433178, 41.2736074)),
    "Shantou": ((116.6775114, 23.3567569), (116.6819735, 23.3540964), (116.6885014, 23.3598884)),
    "Quanzhou": ((118.6711365, 24.8770487), (118.6756787, 24.8741363), (118.6821251, 24.8804872)),
    "Jinhua": ((119.6427465, 29.0820414), (119.6474509, 29.0790641), (119.6538875, 29.0854003)),
}
GEOD = Geod(ellps="GRS80")
PAIRS = [
    pytest.param(shifts.to_gcj02, shifts.from_gcj02, id="GCJ-02"),
    pytest.param(shifts.to_bd09, shifts.from_bd09, id="BD-09"),
]
each_shift = pytest.mark.parametrize(("shift", "restore"), PAIRS)


def metres(one: shifts.Points, other: shifts.Points) -> shifts.Points:
    return np.asarray(GEOD.inv(*one.T, *other.T)[2])


def test_the_shift_at_jinshan():
    true = np.array([[121.34, 30.74]])
    assert shifts.to_gcj02(true) == pytest.approx(np.array([[121.344528, 30.737822]]), abs=5e-7)
    assert metres(true, shifts.to_gcj02(true)) == pytest.approx(495, abs=5)


@pytest.mark.parametrize("city", PUBLISHED)
def test_published_positions(city):
    true, gcj02, bd09 = (np.array([point]) for point in PUBLISHED[city])
    assert metres(shifts.to_gcj02(true), gcj02) < 2
    assert metres(shifts.to_bd09(true), bd09) < 2


@pytest.mark.parametrize(
    ("restore", "lon_lat"),
    [
        (shifts.from_gcj02, (122.99395597, 44.99804071)),
        (shifts.from_bd09, (122.98762210, 44.99171540)),
    ],
)
def test_published_restored_position(restore, lon_lat):
    assert restore(np.array([[123.0, 45.0]])) == pytest.approx(np.array([lon_lat]), abs=1e-5)


@each_shift
@given(st.lists(st.tuples(st.floats(73.5, 135.1), st.floats(3.8, 53.6)), min_size=1, max_size=20))
@example([(97.0, 37.0)])
@example([(105.0, 35.0), (105.000001, 35.0), (104.9999, 20.0)])
def test_what_is_shifted_is_restored(shift, restore, points):
    true = np.array(points)
    moved = shift(true)
    assert (moved != true).any(axis=1).all()
    assert np.abs(restore(moved) - true).max() < 1e-9
    assert metres(restore(moved), true).max() < 1e-3


@each_shift
@given(st.floats(-180, 180), st.floats(-90, 90))
@example(4.9, 52.4)
@example(-180, 90)
def test_points_outside_china_stay(shift, restore, lon, lat):
    if 71 < lon < 139 and -1 < lat < 57:
        return
    point = np.array([[lon, lat]])
    assert (shift(point) == point).all()
    assert (restore(point) == point).all()


@each_shift
def test_each_point_is_moved_for_itself(shift, restore):
    points = np.array([[121.34, 30.74], [4.9, 52.4], [np.nan, 30.0], [116.4, 39.9]])
    for change in (shift, restore):
        alone = np.vstack([change(point[None]) for point in points])
        np.testing.assert_allclose(change(points), alone, rtol=0, atol=1e-11)
    assert shift(np.empty((0, 2))).shape == (0, 2)
    assert restore(np.empty((0, 2))).shape == (0, 2)


def test_the_points_handed_over_are_not_changed():
    points = np.array([[121.34, 30.74]])
    shifts.from_bd09(points)
    assert points.tolist() == [[121.34, 30.74]]
