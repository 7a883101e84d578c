"""Which shapes share land: the search that leaves most pairs out finds what comparing all finds."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import shapely

from geodata.geometry.pairs import shared_land
from tests.bench.parcels import many_parcels

NOISE = 0.1


def drawn(count: int, seed: int, **options: bool | float) -> np.ndarray:
    frame = many_parcels(count, seed=seed, **options)  # type: ignore[arg-type]  # by name
    return np.asarray(frame.geometry.to_numpy(), dtype=np.object_)


def compared(shapes: np.ndarray) -> dict[tuple[int, int], float]:
    found = {}
    for one, other in combinations(range(len(shapes)), 2):
        area = shapely.area(shapely.intersection(shapes[one], shapes[other]))
        if area > NOISE:
            found[one, other] = area
    return found


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("overlapping", [0.0, 0.02, 0.3, 1.0])
@pytest.mark.parametrize("apart", [False, True])
def test_the_search_finds_what_comparing_all_pairs_finds(seed, overlapping, apart):
    shapes = drawn(300, seed, overlapping=overlapping, apart=apart)
    shapes[7] = None
    shapes[11] = shapes[12]
    shapes[20] = shapely.union(shapes[21], shapes[22])
    order = np.random.default_rng(seed).permutation(len(shapes))
    found = shared_land(shapes[order], NOISE)
    wanted = compared(shapes[order])
    assert [tuple(pair) for pair in found.pairs.tolist()] == sorted(wanted)
    assert found.areas.tolist() == pytest.approx([wanted[pair] for pair in sorted(wanted)])
    assert shapely.area(found.shapes).tolist() == pytest.approx(found.areas.tolist())
    assert found.is_complete


@pytest.mark.parametrize("shift", [0.05, 5.0])
def test_one_point_that_was_moved_is_found_among_neighbours(shift):
    shapes = drawn(400, 3)
    points = shapely.get_coordinates(shapes[150])
    middle = points.mean(axis=0)
    points[0] = points[-1] = points[0] + (points[0] - middle) * shift / math.dist(points[0], middle)
    shapes[150] = shapely.Polygon(points)
    assert {tuple(pair) for pair in shared_land(shapes, NOISE).pairs.tolist()} == set(
        compared(shapes)
    )


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_shapes(count):
    assert len(shared_land(drawn(300, 1)[:count], NOISE).pairs) == 0
    assert len(shared_land(np.full(count, None), NOISE).pairs) == 0
