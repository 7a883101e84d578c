from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from service.maps.packing import Column, packed, shape_columns
from tests.maps.unpacking import unpacked

WORLD = 1 << 28
HALF_WORLD_M = 20_037_508.342789244
MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
WEST, SOUTH = 121.3, 30.8

corner = st.tuples(st.floats(0, 0.2), st.floats(0, 0.2))


def box(at: tuple[float, float], size: float) -> shapely.Polygon:
    return shapely.box(WEST + at[0], SOUTH + at[1], WEST + at[0] + size, SOUTH + at[1] + size)


def shapes_of(*shapes: shapely.Geometry | None) -> np.ndarray:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def on_grid(lon: float, lat: float) -> tuple[float, float]:
    x, y = MERCATOR.transform(lon, lat)
    return (x / HALF_WORLD_M + 1) * WORLD / 2, (1 - y / HALF_WORLD_M) * WORLD / 2


@given(st.lists(st.tuples(corner, st.floats(1e-5, 0.05)), min_size=1, max_size=8))
def test_every_corner_comes_back_to_within_half_a_unit(boxes):
    shapes = [box(at, size) for at, size in boxes]
    land = unpacked(packed(shape_columns("x", shapes_of(*shapes)), {}, {}))
    for shape, (ring,) in zip(shapes, land.rings("x"), strict=True):
        wanted = {on_grid(*point) for point in shape.exterior.coords}
        assert len(ring) == 4, "no ring repeats its first corner"
        for x, y in wanted:
            assert np.hypot(ring[:, 0] - x, ring[:, 1] - y).min() < 0.71


def test_a_grid_unit_is_as_fine_as_a_boundary_point():
    width_m = 2 * HALF_WORLD_M / WORLD * np.cos(np.radians(SOUTH))
    assert width_m < 0.15


def test_parts_holes_lines_and_gaps_keep_their_places():
    holed = box((0, 0), 0.1).difference(box((0.02, 0.02), 0.01))
    both = shapely.union_all([holed, box((0.15, 0), 0.01)])
    line = shapely.LineString([(WEST, SOUTH), (WEST + 0.1, SOUTH), (WEST, SOUTH)])
    land = unpacked(packed(shape_columns("x", shapes_of(both, None, line, holed)), {}, {}))
    found = land.rings("x")
    assert [len(rings) for rings in found] == [3, 0, 1, 2]
    assert [len(ring) for ring in found[2]] == [3], "a line may end where it begins"
    outer, hole = (signed_area(ring) for ring in found[3])
    assert outer * hole < 0, "holes go round the other way"


def signed_area(ring: np.ndarray) -> float:
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


@given(st.lists(st.integers(-(2**31), 2**31 - 1)), st.lists(st.integers(0, 255)))
def test_columns_texts_and_lists_come_back(numbers, small):
    columns = [Column("s", "u1", np.array(small)), Column("n", "i4", np.array(numbers))]
    texts = {"names": ["东园", "", "a\nb"]}
    land = unpacked(packed(columns, texts, {"kinds": [["x", 1, None]]}))
    assert land.columns["n"].tolist() == numbers
    assert land.columns["s"].tolist() == small
    assert land.texts["names"] == ["东园", "", "a b"], "one line each"
    assert land.lists == {"kinds": [["x", 1, None]]}


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_can_be_packed_too(count):
    land = unpacked(packed(shape_columns("x", shapes_of(*[None] * count)), {}, {}))
    assert land.rings("x") == [[]] * count
