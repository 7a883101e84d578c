from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geodata.errors import NothingFoundError
from geodata.tiles.catalogue import CELLS, LARGEST_BYTES, Layer, details, layer_named
from geodata.tiles.matrix import DEEPEST, HALF_WORLD_M, TileAddress

ZOOMS = st.integers(0, DEEPEST)


@given(ZOOMS, st.data())
def test_the_four_parts_of_a_tile_fill_it(zoom, data):
    place = st.integers(0, 2**zoom - 1)
    tile = TileAddress.of(zoom, data.draw(place), data.draw(place))
    parts = [
        TileAddress(zoom + 1, 2 * tile.column + x, 2 * tile.row + y).bounds_m
        for x in (0, 1)
        for y in (0, 1)
    ]
    west, south, east, north = zip(*parts, strict=True)
    joined = (min(west), min(south), max(east), max(north))
    assert joined == pytest.approx(tile.bounds_m, abs=1e-6)


def test_the_first_tile_is_the_world_that_can_be_drawn():
    assert TileAddress.of(0, 0, 0).bounds_m == (-HALF_WORLD_M,) * 2 + (HALF_WORLD_M,) * 2
    east, _ = Transformer.from_crs(4326, 3857, always_xy=True).transform(180, 0)
    assert pytest.approx(east) == HALF_WORLD_M


@pytest.mark.parametrize(
    "address", [(-1, 0, 0), (DEEPEST + 1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 0, 1)]
)
def test_an_address_out_of_range_is_named(address):
    with pytest.raises(NothingFoundError, match="/".join(map(str, address))):
        TileAddress.of(*address)


@given(ZOOMS, st.sampled_from(Layer))
def test_every_zoom_has_something_to_tell_and_less_to_fall_back_on(zoom, layer):
    found = details(layer, zoom)
    assert found
    assert [d.from_zoom for d in found] == sorted({d.from_zoom for d in found}, reverse=True)
    assert all(
        set(less.attributes) - {"count"} <= set(more.attributes)
        for more, less in itertools.pairwise(found)
    )


def test_the_cells_of_a_tile_stay_small_however_many_there_are():
    most_bytes_of_a_cell = 40
    assert CELLS.most * most_bytes_of_a_cell < LARGEST_BYTES


def test_an_unknown_layer_is_answered_with_those_there_are():
    with pytest.raises(NothingFoundError, match="parcels, ground"):
        layer_named("secrets")
