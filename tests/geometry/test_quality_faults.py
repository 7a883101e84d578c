"""Each fault is found with its kind, its parcels, its place and its figure."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geodata.geometry.pairs import shared_land
from geodata.geometry.quality.check import check_outlines
from geodata.geometry.quality.survey import survey
from geodata.model.quality_lists import STANDING, QualitySeverity, Responsible, ShapeFault
from tests.bench.parcels import many_parcels

from .outlines import USUAL, checked, issues_of, on_grid, tilings, told
from .shapes import EAST_M, GRID, NORTH_M, layer, plot

few = settings(max_examples=25, deadline=None)


def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(EAST_M + east, NORTH_M + north) for east, north in points]


def ring(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon(at(*points))


SQUARE = at((0, 0), (40, 0), (40, 40), (0, 40))


# --- Rings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "fault", "place"),
    [
        (None, "shape_missing", None),
        (shapely.Polygon(), "shape_missing", None),
        (shapely.LineString(at((0, 0), (5, 5))), "no_polygon", at((0, 0), (5, 5))),
        (ring((0, 0), (1, float("inf")), (1, 1)), "bad_coordinate", None),
        (ring((0, 0), (20, 20), (0, 0)), "too_few_points", at((0, 0))),
        (ring((0, 0), (20, 0), (20, 20), (4, -8)), "self_intersection", None),
        (shapely.Polygon(SQUARE, [at((60, 6), (70, 6), (70, 9))]), "hole_outside", at((60, 6))),
        (
            shapely.Polygon(at((5, 5), (9, 5), (9, 9), (5, 9)), [SQUARE]),
            "ring_order",
            at((0, 0)),
        ),
        (
            shapely.Polygon(
                SQUARE, [at((5, 5), (35, 5), (35, 35), (5, 35)), at((9, 9), (20, 9), (20, 20))]
            ),
            "rings_in_conflict",
            at((9, 9)),
        ),
    ],
)
def test_a_broken_ring_is_told_where_it_breaks(shape, fault, place):
    (issue,) = [i for i in checked(shape) if i.fault.value not in ("sliver", "spike")]
    assert (issue.fault.value, issue.parcels, issue.rows) == (fault, ("P0",), (1,))
    assert issue.severity is QualitySeverity.ERROR
    assert issue.responsible is Responsible.SURVEYOR
    if place:
        assert shapely.get_coordinates(on_grid(issue)) == pytest.approx(np.array(place), abs=2e-3)


def test_a_crossing_is_told_where_the_edges_meet():
    (issue,) = checked(ring((0, 0), (20, 20), (20, 0), (0, 20)))
    assert told([issue]) == [("self_intersection", "P0")]
    assert on_grid(issue).equals(shapely.Point(EAST_M + 10, NORTH_M + 10))


def test_too_few_points_are_counted():
    (issue,) = checked(ring((0, 0), (20, 20), (0, 0)))
    assert (issue.measured, issue.unit, issue.threshold) == (2, "points", 3)


def test_a_ring_the_file_left_open_is_told():
    surveyed = survey(layer(plot(0, 0, 9, 9), plot(20, 0, 29, 9)).geometry, ["A", "B"], USUAL)
    (issue,) = check_outlines(surveyed, open_row_no=[2])
    assert (told([issue]), issue.severity) == ([("unclosed_ring", "B")], QualitySeverity.WARNING)


def test_a_hole_that_runs_like_its_outer_ring_is_told_in_either_direction():
    hole = at((5, 5), (9, 5), (9, 9), (5, 9))
    for shell in (SQUARE, SQUARE[::-1]):
        same = hole if shell is SQUARE else hole[::-1]
        (issue,) = checked(shapely.Polygon(shell, [same]))
        assert (told([issue]), issue.measured) == ([("ring_direction", "P0")], 1)
        assert on_grid(issue).bounds == (EAST_M + 5, NORTH_M + 5, EAST_M + 9, NORTH_M + 9)
        assert checked(shapely.Polygon(shell, [same[::-1]])) == ()


@pytest.mark.parametrize(("wanted", "turned"), [("clockwise", "P0"), ("counterclockwise", "P1")])
def test_an_agreed_direction_is_asked_of_outer_rings(wanted: str, turned: str):
    second = [(east + 100, north) for east, north in SQUARE[::-1]]
    parts = shapely.MultiPolygon(
        [shapely.Polygon(SQUARE), plot(0, 90, 9, 99).normalize().reverse()]
    )
    shapes = (parts, shapely.Polygon(second))
    issues = checked(*shapes, outer_ring=wanted)
    assert told(issues) == [("ring_direction", turned)]
    assert issues[0].measured == {"P0": 2, "P1": 1}[turned]


# --- Points ------------------------------------------------------------------------------------


@few
@given(tilings(), st.data())
def test_repeated_points_are_counted_and_shown(parcels: gpd.GeoDataFrame, data):
    row = data.draw(st.integers(0, len(parcels) - 1))
    points = shapely.get_coordinates(parcels.geometry.iloc[row])[:-1]
    places = data.draw(st.sets(st.integers(0, len(points) - 1), min_size=1, max_size=5))
    repeated = np.insert(points, sorted(places), points[sorted(places)], axis=0)
    shapes = parcels.geometry.to_list()
    shapes[row] = shapely.Polygon(repeated)
    (issue,) = issues_of(gpd.GeoSeries(shapes, crs=GRID))
    assert told([issue]) == [("duplicate_point", f"P{row}")]
    assert (issue.measured, issue.unit) == (len(places), "points")
    shown = shapely.get_coordinates(on_grid(issue))
    assert {tuple(p) for p in shown.round(3)} == {tuple(points[place]) for place in places}


@few
@given(st.floats(0.01, 0.2), st.floats(10, 30), st.integers(0, 3))
def test_a_spike_is_told_at_its_tip(width: float, length: float, turns: int):
    tip = (60.0, 20.0)
    shape = ring(
        (0, 0),
        (40, 0),
        (40, 20 - width / 2),
        (40 + length, 20),
        (40, 20 + width / 2),
        (40, 40),
        (0, 40),
    )
    middle = shapely.Point(EAST_M + 20, NORTH_M + 20)
    turned = shapely.affinity.rotate(shape, 90 * turns, origin=middle)
    tip = shapely.affinity.rotate(
        shapely.Point(EAST_M + 40 + length, NORTH_M + 20), 90 * turns, origin=middle
    )
    (issue,) = checked(turned)
    assert told([issue]) == [("spike", "P0")]
    assert on_grid(issue).distance(tip) < 0.002
    assert issue.measured == pytest.approx(2 * np.degrees(np.arctan(width / 2 / length)))
    assert (issue.unit, issue.threshold) == ("degrees", USUAL.spike_degrees)


def test_a_spike_without_any_width_is_told_as_well():
    issues = checked(ring((0, 0), (40, 0), (40, 20), (70, 20), (40, 20), (40, 40), (0, 40)))
    assert told(issues) == [("self_intersection", "P0"), ("spike", "P0")]
    assert issues[1].measured == 0


def test_a_later_part_is_looked_at_too():
    spiked = ring((90, 0), (99, 0), (99, 9), (94.6, 9), (94.5, 20), (94.4, 9), (90, 9))
    (issue,) = checked(shapely.MultiPolygon([shapely.Polygon(SQUARE), spiked]), plot(0, 60, 9, 69))
    assert told([issue]) == [("spike", "P0")]


def test_a_wide_wedge_is_no_spike():
    assert checked(ring((0, 0), (400, 0), (400, 20))) == ()


# --- Land --------------------------------------------------------------------------------------


def test_a_narrow_part_is_a_sliver():
    (issue,) = checked(shapely.MultiPolygon([plot(0, 0, 40, 40), plot(50, 0, 50.3, 60)]))
    assert told([issue]) == [("sliver", "P0")]
    assert issue.measured == pytest.approx(2 * 0.3 * 60 / (2 * 60.3))
    assert on_grid(issue).equals(plot(50, 0, 50.3, 60))


@few
@given(st.floats(0.01, 30), st.floats(1, 40), st.booleans())
def test_an_overlap_is_told_with_its_land(across: float, along: float, reverse: bool):
    left, right = plot(0, 0, 40, 40), plot(40 - across, 0, 100, along)
    (issue,) = checked(*([right, left] if reverse else [left, right]))
    assert told([issue]) == [("overlap", "P0", "P1")]
    assert issue.measured == pytest.approx(across * along, rel=1e-6)
    assert (issue.unit, issue.threshold) == ("m2", USUAL.overlap_m2)
    shown = on_grid(issue)
    assert shown.symmetric_difference(left.intersection(right)).area < 0.1


def test_neighbours_whose_boundaries_differ_by_a_rounding_do_not_overlap():
    assert checked(plot(0, 0, 40, 40), plot(39.9999, 0, 80, 40)) == ()


def test_copies_of_a_parcel_are_one_issue_however_they_are_drawn():
    turned = shapely.Polygon([*SQUARE[2:], *SQUARE[:2]][::-1])
    issues = checked(shapely.Polygon(SQUARE), plot(60, 0, 99, 40), turned, plot(0, 0, 40, 40))
    assert told(issues) == [("duplicate_parcel", "P0", "P2", "P3")]
    assert (issues[0].measured, issues[0].responsible) == (1.0, Responsible.BUREAU)


def test_nearly_the_same_parcel_is_drawn_twice_too():
    (issue,) = checked(plot(0, 0, 40, 40), plot(0, 0, 40, 40.01))
    assert told([issue]) == [("duplicate_parcel", "P0", "P1")]
    assert issue.measured == pytest.approx(40 / 40.01)


def test_a_copy_is_compared_with_others_once():
    square = plot(0, 0, 40, 40)
    issues = checked(square, square, plot(20, 0, 60, 40))
    assert told(issues) == [("duplicate_parcel", "P0", "P1"), ("overlap", "P0", "P2")]


def test_a_parcel_inside_another_overlaps_it():
    (issue,) = checked(plot(0, 0, 40, 40), plot(10, 10, 20, 20))
    assert (told([issue]), issue.measured) == ([("overlap", "P0", "P1")], pytest.approx(100))
    hole = plot(0, 0, 40, 40) - plot(10, 10, 20, 20)
    assert checked(hole, plot(10, 10, 20, 20)) == ()


def test_an_invalid_parcel_is_compared_all_the_same():
    bow_tie = ring((0, 0), (20, 20), (20, 0), (0, 20))
    issues = checked(bow_tie, plot(0, 0, 40, 40))
    assert told(issues) == [("self_intersection", "P0"), ("overlap", "P0", "P1")]
    assert issues[1].measured == pytest.approx(200)


@few
@given(tilings(overlapping=0.4), st.integers(0, 3))
def test_overlaps_are_those_of_comparing_all_with_all(parcels: gpd.GeoDataFrame, copies: int):
    shapes = parcels.geometry.to_numpy()
    shapes = np.concatenate([shapes, shapes[:copies], [None]])
    found = shared_land(shapes, 0.01)
    one, other = np.triu_indices(len(shapes), 1)
    areas = np.nan_to_num(shapely.area(shapely.intersection(shapes[one], shapes[other])))
    real = areas > 0.01
    assert found.pairs.tolist() == np.column_stack([one, other])[real].tolist()
    assert found.areas == pytest.approx(areas[real])
    assert found.is_complete


@pytest.mark.parametrize("overlapping", [0.0, 0.004, 0.1])
def test_groups_that_tile_the_ground_hide_no_overlap(overlapping: float):
    shapes = many_parcels(900, overlapping=overlapping).geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes)
    one, other = one[one < other], other[one < other]
    areas = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    real = areas > 0.01
    found = shared_land(shapes, 0.01)
    assert set(map(tuple, found.pairs.tolist())) == set(zip(one[real], other[real], strict=True))
    assert found.areas.sum() == pytest.approx(areas[real].sum())


def test_a_heap_of_shapes_is_given_up_and_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geodata.geometry.quality.neighbours._LEAST_ENOUGH", 50)
    monkeypatch.setattr("geodata.geometry.pairs._BLOCK", 4)
    issues = checked(*(plot(0, 0, 40 + number, 40) for number in range(30)))
    (given_up,) = (i for i in issues if i.fault is ShapeFault.UNCHECKED_OVERLAPS)
    overlaps = [i for i in issues if i.fault is ShapeFault.OVERLAP]
    assert len(overlaps) == given_up.measured == 29 + 28 + 27 + 26
    assert given_up.threshold == 50


# --- Around ------------------------------------------------------------------------------------


def park(*bounds: float) -> gpd.GeoSeries:
    return gpd.GeoSeries([plot(*bounds)], index=["东园"], crs=GRID)


@few
@given(st.floats(0.1, 0.9), st.floats(30, 90))
def test_a_strip_between_two_parcels_is_a_gap(width: float, depth: float):
    shapes = (plot(0, 0, 40, depth), plot(40 + width, 0, 100, depth))
    (issue,) = checked(*shapes, parks=park(0, 0, 100, 200))
    assert (told([issue]), issue.place) == ([("gap", "P0", "P1")], "东园")
    assert issue.measured == pytest.approx(width * depth, rel=0.05)
    assert on_grid(issue).within(plot(39.9, -0.1, 40.1 + width, depth + 1))


def test_a_small_piece_is_a_gap_and_open_land_is_none():
    left = plot(0, 0, 100, 100) - plot(20, 20, 28, 28)
    (issue,) = checked(left, parks=park(0, 0, 100, 400))
    assert (told([issue]), issue.measured) == ([("gap", "P0")], pytest.approx(64))
    assert issue.responsible is Responsible.SURVEYOR
    road = (plot(0, 0, 40, 100), plot(46, 0, 100, 100))
    assert checked(*road, parks=park(0, 0, 100, 100)) == ()


@pytest.mark.parametrize(
    ("shift", "fault", "area"),
    [(0, None, 0), (200, "outside_district", 1600), (80, "across_district", 800)],
)
def test_land_outside_the_district_is_told(shift: float, fault: str | None, area: float):
    issues = checked(plot(shift, 10, shift + 40, 50), district=park(0, 0, 100, 100))
    assert told(issues) == ([(fault, "P0")] if fault else [])
    assert [issue.measured for issue in issues] == pytest.approx([area] if fault else [], rel=1e-9)


@few
@given(st.floats(-0.2, 0.2), st.sampled_from([120.3, 121.49, 121.51, 122.7]))
def test_a_stated_area_is_held_against_the_grid_of_its_zone(off: float, lon: float):
    zone = 4549 if lon < 121.5 else 4550
    (middle,) = gpd.GeoSeries([shapely.Point(lon, 30.7)], crs=4490).to_crs(zone)
    square = gpd.GeoSeries([middle.buffer(50, cap_style="square")], crs=zone)
    stated = [10_000 * (1 + off)]
    issues = issues_of(square.to_crs(4549), stated_m2=stated)
    percent = 100 * abs(off)
    assume(all(abs(percent - limit) > 1e-3 for limit in (1.0, 5.0)))
    if percent <= USUAL.area_warn_percent:
        assert issues == ()
        return
    (issue,) = issues
    is_error = percent > USUAL.area_error_percent
    assert issue.severity is (QualitySeverity.ERROR if is_error else QualitySeverity.WARNING)
    assert (issue.measured, issue.unit) == (pytest.approx(percent, rel=1e-4), "percent")
    assert issue.threshold == (5.0 if is_error else 1.0)


def test_an_unknown_area_is_not_compared():
    assert checked(plot(0, 0, 40, 40), stated_m2=[float("nan")]) == ()
    assert told(checked(None, plot(0, 0, 9, 9), stated_m2=[5.0, 81.0])) == [("shape_missing", "P0")]


def test_every_fault_has_its_standing():
    assert set(ShapeFault) <= set(STANDING)
    assert len({fault.value for fault in STANDING}) == len(STANDING)
