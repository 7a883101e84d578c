from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import CoordinateError
from geodata.geometry.measure import ellipsoid_area_m2, planar_area_m2
from geodata.model.units import mu

from .shapes import layer, plot

# The boundary-point example of the rulebook: 200 m x 150 m with a hole of 20 m x 30 m.
WITH_HOLE = plot(0, 0, 200, 150).difference(plot(80, 50, 100, 80))


def test_grid_and_ellipsoid_area_of_the_published_example():
    example = layer(WITH_HOLE)
    assert planar_area_m2(example) == pytest.approx([29_400.00], abs=1e-6)
    assert ellipsoid_area_m2(example) == pytest.approx([29_388.05], abs=0.01)


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:4528", "EPSG:3857", "EPSG:4326"])
def test_area_does_not_depend_on_the_system_it_comes_in(system):
    example = layer(WITH_HOLE).to_crs(system)
    assert planar_area_m2(example) == pytest.approx([29_400.00], rel=1e-7)
    assert ellipsoid_area_m2(example) == pytest.approx([29_388.05], abs=0.01)


def test_direction_of_the_ring_does_not_matter():
    clockwise = layer(shapely.orient_polygons(WITH_HOLE, exterior_cw=True))
    assert ellipsoid_area_m2(clockwise) == pytest.approx(ellipsoid_area_m2(layer(WITH_HOLE)))


def test_a_missing_shape_has_no_area():
    for measure in (planar_area_m2, ellipsoid_area_m2):
        areas = measure(layer(None, WITH_HOLE))
        assert np.isnan(areas[0])
        assert areas[1] > 29_000


def test_no_area_without_a_reference_system():
    for measure in (planar_area_m2, ellipsoid_area_m2):
        with pytest.raises(CoordinateError):
            measure(layer(WITH_HOLE, crs=None))


def test_mu_is_exact():
    assert mu(Decimal("29400.00")) == Fraction(441, 10)
    assert mu(Fraction(2000, 3)) == 1
    assert mu(1_000_000) == 1500


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_mu_of_a_sum_is_the_sum_of_mu(one, other):
    hundredths = Fraction(1, 100)
    assert mu((one + other) * hundredths) == mu(one * hundredths) + mu(other * hundredths)
