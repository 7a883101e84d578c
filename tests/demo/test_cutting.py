from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.demo.chance import Chance
from geodata.demo.cutting import as_coverage, cut_corners, into_blocks, into_parcels, part_of

GROUND = shapely.Polygon([(0, 0), (610, 30), (650, 420), (-20, 380)])


@pytest.fixture
def chance():
    return Chance(7)


def test_street_corners_are_cut_off():
    (block,) = cut_corners(shapely.box(0, 0, 200, 100))
    assert len(block.exterior.coords) - 1 == 8
    assert block.area == pytest.approx(200 * 100 - 4 * 14 * 14 / 2)


def test_blocks_leave_room_for_the_roads_between_them(chance):
    blocks, roads = into_blocks(GROUND, 60_000, chance)
    assert len(blocks) > 2
    assert roads
    assert all(block.distance(road) > 9.9 for block in blocks for road in roads)
    assert all(block.within(GROUND.buffer(0.01)) for block in blocks)


def test_parcels_fill_their_block(chance):
    parcels = into_parcels(GROUND, 25_000, chance)
    assert len(parcels) > 4
    assert sum(parcel.area for parcel in parcels) == pytest.approx(GROUND.area)


def test_a_coverage_has_no_gap_and_no_overlap(chance):
    parcels = into_parcels(GROUND, 12_000, chance)
    covering = as_coverage(parcels)
    assert shapely.coverage_is_valid(covering)
    assert len(covering) == len(parcels)
    corners = shapely.get_coordinates(covering)
    np.testing.assert_allclose(corners, np.round(corners, 3), atol=1e-9)
    for one, other in zip(parcels, covering, strict=True):
        assert other.area == pytest.approx(one.area, abs=2)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_part_has_about_the_share_asked_for(chance, share):
    part = part_of(GROUND, share, chance)
    assert part.area / GROUND.area == pytest.approx(share, abs=0.06)


def test_chance_repeats_itself_stream_by_stream():
    first, again, other = Chance(1, 2), Chance(1, 2), Chance(1, 3)
    draws = [[c.between(0, 1) for _ in range(5)] for c in (first, again, other)]
    assert draws[0] == draws[1] != draws[2]
    assert [first.whole(3, 3), again.pick("x")] == [3, "x"]


def test_chance_draws_what_it_promises(chance):
    sizes = [chance.size(20_000, 0.5) for _ in range(2_000)]
    assert np.median(sizes) == pytest.approx(20_000, rel=0.05)
    assert np.log(sizes).std() == pytest.approx(0.5, rel=0.1)
    assert {chance.whole(1, 3) for _ in range(100)} == {1, 2, 3}
    assert sorted(chance.shuffled(list("abcdef"))) == list("abcdef")
    assert not chance.happens(0)
    assert chance.happens(1)
