"""The order of places along a curve."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.geometry.curve import along_curve


def test_the_curve_is_the_one_of_another_library():
    boxes = shapely.box(*np.random.default_rng(1).integers(0, 1_000, (4, 500)))
    other = gpd.GeoSeries(boxes).hilbert_distance().to_numpy()
    order = along_curve(shapely.bounds(boxes))
    assert (np.diff(other[order].astype(np.int64)) >= 0).all()


@given(st.lists(st.tuples(*[st.integers(-5, 5)] * 4) | st.just((np.nan,) * 4), max_size=20))
def test_every_row_comes_once_and_those_without_a_place_last(rows):
    bounds = np.array(rows, dtype=np.float64).reshape(-1, 4)
    order = along_curve(bounds)
    assert sorted(order.tolist()) == list(range(len(rows)))
    has_place = np.isfinite(bounds[order, 0])
    assert has_place.tolist() == sorted(has_place.tolist(), reverse=True)
