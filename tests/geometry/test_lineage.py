"""Land passes from outline to outline, and no square metre of it is lost."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.geometry.lineage import DRAWING_NOISE_M2, NOWHERE, Lineage, Outlines, trace_land
from geodata.model.import_lists import LineageKind

from .shapes import GRID, plot

WHOLE = plot(0, 0, 100, 100)
LESS = plot(0, 0, 98, 100)
WEST, EAST = plot(0, 0, 40, 100), plot(40, 0, 100, 100)

Drawn = dict[int, shapely.Polygon]


def outlines(drawn: Drawn, new: set[int]) -> Outlines:
    shapes = gpd.GeoSeries(list(drawn.values()), crs=GRID).to_crs(4490)
    parcels = np.array(list(drawn), dtype=np.int64)
    return Outlines(parcels, shapes, np.array([number in new for number in drawn], dtype=np.bool_))


def traced(before: Drawn, after: Drawn, kept: set[int] = frozenset()) -> Lineage:
    """Outlines by number of their parcel; `kept` neither end nor begin."""
    return trace_land(outlines(before, set(before) - kept), outlines(after, set(after) - kept))


def told(before: Drawn, after: Drawn, kept: set[int] = frozenset()) -> set[tuple[object, ...]]:
    lineage = traced(before, after, kept)
    earlier, later = [*before, None], [*after, None]
    return {
        (earlier[one], later[other], kind.value, round(area))
        for one, other, kind, area in zip(
            lineage.before, lineage.after, lineage.kind, lineage.area_m2, strict=True
        )
    }


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({1: WHOLE}, {1: LESS}, {(1, 1, "boundary", 9800), (1, None, "released", 200)}),
        ({1: LESS}, {1: WHOLE}, {(1, 1, "boundary", 9800), (None, 1, "enclosed", 200)}),
        ({1: WHOLE}, {2: WEST, 3: EAST}, {(1, 2, "split", 4000), (1, 3, "split", 6000)}),
        ({1: WHOLE}, {1: WEST, 3: EAST}, {(1, 1, "split", 4000), (1, 3, "split", 6000)}),
        ({1: WEST, 2: EAST}, {3: WHOLE}, {(1, 3, "merge", 4000), (2, 3, "merge", 6000)}),
        ({1: WEST, 2: EAST}, {2: WHOLE}, {(1, 2, "merge", 4000), (2, 2, "merge", 6000)}),
        ({1: WHOLE}, {2: WHOLE}, {(1, 2, "recoded", 10000)}),
        (
            {1: WEST, 2: EAST},
            {3: plot(0, 0, 100, 50), 4: plot(0, 50, 100, 100)},
            {(o, n, "replotted", area) for o, area in ((1, 2000), (2, 3000)) for n in (3, 4)},
        ),
        (
            {1: WEST, 2: EAST},
            {1: plot(0, 0, 42, 100), 2: plot(42, 0, 100, 100)},
            {(1, 1, "boundary", 4000), (2, 2, "boundary", 5800), (2, 1, "boundary", 200)},
        ),
        ({1: WHOLE}, {}, {(1, None, "released", 10000)}),
        ({1: WHOLE}, {2: plot(200, 0, 300, 100)}, {(1, None, "released", 10000)}),
    ],
    ids=["shrinks", "grows", "split", "split off", "merged", "swallowed", "recoded", "replotted",
         "line moved", "gone", "elsewhere"],
)  # fmt: skip
def test_how_land_passes(before, after, wanted):
    assert told(before, after) == wanted


def test_an_outline_that_stays_gives_land_and_keeps_the_rest():
    """The child came, and the parent is still known as it was."""
    assert told({1: WHOLE}, {2: WEST}) == {(1, 2, "recoded", 4000), (1, None, "released", 6000)}
    assert told({1: WHOLE}, {1: WHOLE, 2: WEST}, kept={1}) == {(1, 2, "split", 4000)}


def test_land_that_passed_before_is_traced_to_who_holds_it():
    wanted = {(1, 1, "split", 6000), (1, 2, "split", 4000)}
    assert told({1: WHOLE, 2: WEST}, {1: EAST, 2: WEST}, kept={2}) == wanted


def test_land_that_two_hold_is_credited_once():
    lineage = traced({1: WHOLE}, {2: plot(0, 0, 70, 100), 3: plot(50, 0, 100, 100)})
    assert lineage.area_m2.tolist() == pytest.approx([7000, 3000], abs=0.01)


def test_drawing_noise_is_no_lineage():
    assert told({1: WHOLE}, {1: WHOLE, 2: plot(99.9999, 0, 200, 100)}, kept={1}) == set()


@st.composite
def cuttings(draw: st.DrawFn) -> tuple[Drawn, Drawn]:
    """A strip of land cut twice, in whatever way."""
    cuts = [sorted({0, 100, *draw(st.lists(st.integers(1, 99), max_size=4))}) for _ in range(2)]
    before, after = (
        {
            number + start: plot(left, 0, right, 50)
            for number, (left, right) in enumerate(pairwise(cut))
        }
        for cut, start in zip(cuts, (0, draw(st.sampled_from([0, 2, 10]))), strict=True)
    )
    for drawn in (before, after):
        for number in draw(st.sets(st.sampled_from(sorted(drawn)), max_size=len(drawn) - 1)):
            del drawn[number]
    return before, after


@settings(max_examples=60, deadline=None)
@given(cuttings())
def test_areas_add_up_from_both_ends(drawn):
    """What an outline hands on is its area; what one receives is its area, if it has ancestors."""
    before, after = drawn
    lineage = traced(before, after)
    for rows, outline in ((lineage.before, before), (lineage.after, after)):
        for row, shape in enumerate(outline.values()):
            parts = lineage.area_m2[rows == row]
            if rows is lineage.before or len(parts):
                assert parts.sum() == pytest.approx(shape.area, abs=DRAWING_NOISE_M2)
    assert ((lineage.before != NOWHERE) | (lineage.after != NOWHERE)).all()
    assert all(isinstance(kind, LineageKind) for kind in lineage.kind)
