"""Sound parcels give no issue, and the order of the file never matters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import CoordinateError
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import survey
from geodata.model.quality_lists import RingDirection, ShapeFault

from .outlines import USUAL, checked, issues_of, tilings, told
from .shapes import layer, plot

few = settings(max_examples=25, deadline=None)


@few
@given(tilings())
def test_a_tiling_has_nothing_wrong(parcels: gpd.GeoDataFrame):
    ground = gpd.GeoSeries([parcels.union_all()], index=["park"], crs=parcels.crs)
    stated = parcels.area.to_list()
    assert issues_of(parcels, stated_m2=stated, district=ground, parks=ground) == ()


@few
@given(tilings(), st.sampled_from(["EPSG:4490", "EPSG:4528", "EPSG:3857"]))
def test_nor_in_another_system(parcels: gpd.GeoDataFrame, system: str):
    assert issues_of(parcels.to_crs(system), stated_m2=parcels.area.to_list()) == ()


@few
@given(tilings(overlapping=0.3), st.randoms(use_true_random=False))
def test_the_order_of_the_file_never_matters(parcels: gpd.GeoDataFrame, chance):
    order = list(range(len(parcels)))
    chance.shuffle(order)
    district = gpd.GeoSeries([plot(0, 0, 1, 1)], crs=parcels.crs)
    park = gpd.GeoSeries([parcels.union_all().buffer(0.5)], index=["park"], crs=parcels.crs)
    given_order, other_order = (
        [
            (issue.fault, issue.severity, issue.parcels, issue.where, issue.measured)
            for issue in issues_of(frame, frame["key"].tolist(), district=district, parks=park)
        ]
        for frame in (parcels, parcels.iloc[order])
    )
    assert given_order == other_order


def test_rows_are_told_as_the_file_numbers_them():
    shapes = layer(plot(0, 0, 10, 10), None, plot(5, 0, 15, 10)).geometry
    surveyed = survey(shapes, ["B", "C", "A"], USUAL, row_no=[2, 4, 9])
    assert surveyed.row_no.tolist() == [9, 2, 4]
    issues = issues_of(shapes, ["B", "C", "A"])
    assert [(issue.parcels, issue.rows) for issue in issues] == [
        (("C",), (2,)),
        (("A", "B"), (3, 1)),
    ]


def test_heights_are_no_fault():
    assert checked(shapely.force_3d(plot(0, 0, 9, 9), 4.0)) == ()


def test_nothing_has_nothing_wrong():
    ground = gpd.GeoSeries([plot(0, 0, 9, 9)], index=["park"], crs="EPSG:4549")
    assert checked() == ()
    assert told(checked(parks=ground)) == [("gap",)]
    assert checked(district=ground) == ()


def test_shapes_without_a_system_are_not_checked():
    with pytest.raises(CoordinateError):
        survey(layer(plot(0, 0, 1, 1), crs=None).geometry, ["A"], USUAL)


# --- Public data -------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["amap", "tianditu"])
def test_the_districts_of_shanghai_are_sound(shared_data: Path, source: str):
    path = shared_data / "boundaries" / f"shanghai_districts_{source}.geojson"
    districts = gpd.read_file(path)
    city = gpd.GeoSeries([districts.union_all()], crs=districts.crs)
    assert issues_of(districts, districts["district_name"].tolist(), district=city) == ()


@pytest.mark.parametrize(
    ("name", "largest_m2", "told_by_default"),
    [("brpgewaspercelen_definitief_2023.gpkg", 0.016, 1), ("Marker_2026.zip", 0.003, 0)],
)
def test_four_pairs_of_fields_abroad_overlap_by_square_decimetres(
    shared_data: Path, name: str, largest_m2: float, told_by_default: int
):
    fields = gpd.read_file(shared_data / "parcels_abroad" / name)
    exact = _told(fields, ShapeFault.OVERLAP, overlap_m2=0.0)
    assert len(exact) == 4
    assert max(issue.measured for issue in exact) == pytest.approx(largest_m2, abs=5e-4)
    assert len(_told(fields, ShapeFault.OVERLAP)) == told_by_default


def test_fields_that_touch_do_not_overlap(shared_data: Path):
    fields = gpd.read_file(shared_data / "parcels_abroad" / "referentiepercelen.gpkg")
    assert told(issues_of(fields)) == [("spike", "P43")]


def test_the_holes_of_real_fields_run_the_other_way(shared_data: Path):
    fields = gpd.read_file(shared_data / "parcels_abroad" / "Marker_2026.zip")
    with_holes = shapely.get_num_interior_rings(fields.geometry.to_numpy()) > 0
    turned = [
        len(_told(fields, ShapeFault.RING_DIRECTION, outer_ring=wanted.value))
        for wanted in RingDirection
    ]
    assert with_holes.any()
    assert turned in ([0, 0, 100], [0, 100, 0])


def _told(fields: gpd.GeoDataFrame, fault: ShapeFault, **changed: Any) -> list[QualityIssue]:
    issues = issues_of(fields, tolerances=replace(USUAL, **changed))
    return [issue for issue in issues if issue.fault is fault]
