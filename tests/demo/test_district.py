from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.demo.district import build_district
from geodata.errors import UsageError

from .conftest import AS_OF

LAYERS = ("outline", "parks", "roads", "water", "parcels", "claims")

FINGERPRINT = """
import hashlib, sys
from datetime import date
from geodata.demo.district import build_district
district = build_district(date(2026, 6, 30), parcel_count=300)
shapes = [getattr(district, layer).geometry.to_wkb() for layer in ("parcels", "roads", "claims")]
told = repr((district.ledger, district.enterprises)).encode()
told += b"".join(shape for layer in shapes for shape in layer)
sys.stdout.write(hashlib.sha256(told).hexdigest())
"""


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_are_stored_in_cgcs2000_and_valid(district, layer):
    frame = getattr(district, layer)
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()


def test_the_district_lies_where_jinshan_lies(district):
    west, south, east, north = district.outline.total_bounds
    assert 120.9 < west < 121.1
    assert 121.3 < east < 121.5
    assert 30.65 < south < north < 31.0


def test_eleven_parks_and_towns_apart_from_each_other(on_grid):
    parks = on_grid["parks"]
    assert len(parks) == parks["park_code"].nunique() == parks["name_zh"].nunique() == 11
    assert set(parks["kind"]) == {"park", "town"}
    assert shared_areas_m2(parks).max(initial=0) == 0
    assert parks.within(on_grid["outline"].union_all()).all()


def test_as_many_parcels_as_asked_for(district):
    assert len(district.parcels) == district.parcels["parcel_code"].nunique() == 1200
    assert len(build_district(AS_OF, parcel_count=300).parcels) == 300


@pytest.mark.parametrize("count", [299, 3001])
def test_too_few_parcels_for_the_stories_too_many_for_the_parks(count):
    with pytest.raises(UsageError, match=str(count)):
        build_district(AS_OF, parcel_count=count)


def test_parcels_never_overlap(on_grid):
    assert shared_areas_m2(on_grid["parcels"]).max() < 1e-3


def test_parcels_share_their_edges_exactly(district):
    """In the stored degrees, without any tolerance: neighbours have the same corners."""
    shapes = district.parcels.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    touching = shapely.STRtree(shapes).query(shapes, predicate="touches")
    assert len(np.unique(touching[0])) > 0.9 * len(shapes)


def test_parcels_lie_inside_their_park_and_town(on_grid):
    parks = on_grid["parks"].set_index("name_zh").geometry
    home = gpd.GeoSeries(parks.loc[on_grid["parcels"]["park"]].to_numpy(), crs=parks.crs)
    assert on_grid["parcels"].within(home).all()
    zones = on_grid["parcels"][on_grid["parcels"]["park"] == "金山第二工业区"]
    assert set(zones["town"]) == {"金山卫镇"}


@pytest.mark.parametrize("layer", ["water", "roads"])
def test_water_and_roads_stay_clear_of_parcels(on_grid, layer):
    frame = on_grid[layer]
    taken = frame.geometry
    if layer == "roads":
        # Street corners are cut off and streets end askew, so the outermost metre is left out.
        taken = frame.buffer(frame["width_m"] / 2 - 1, cap_style="flat")
    shared = shapely.intersection(taken.union_all(), on_grid["parcels"].geometry.to_numpy())
    assert shapely.area(shared).max() < 1


def test_sizes_are_those_of_industrial_land(on_grid):
    hectares = on_grid["parcels"].area / 10_000
    assert 2 < hectares.median() < 3
    assert hectares.between(0.6, 8.5).mean() > 0.95
    assert hectares.max() < 17
    spread = np.log(hectares).std()
    assert 0.4 < spread < 0.75


def test_roads_and_water_of_every_kind(district):
    assert set(district.roads["kind"]) == {"expressway", "trunk", "arterial", "local"}
    assert set(district.water["kind"]) == {"sea", "river", "canal"}
    named = district.roads[district.roads["kind"] != "local"]
    assert (named["name"] != "").all()


def test_the_same_arguments_give_the_same_district(district):
    again = build_district(AS_OF)
    assert again.ledger == district.ledger
    assert again.verdicts == district.verdicts
    for layer in LAYERS:
        assert (
            getattr(again, layer)
            .geometry.geom_equals_exact(getattr(district, layer).geometry, tolerance=0)
            .all()
        )


def test_another_process_elsewhere_gives_the_same_district():
    prints = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/Los_Angeles"))
    }
    assert len(prints) == 1
    assert len(prints.pop()) == 64


def test_another_seed_is_another_district(district):
    other = build_district(AS_OF, seed=1)
    assert len(other.parcels) == 1200
    assert other.ledger != district.ledger
    assert shapely.coverage_is_valid(other.parcels.geometry.to_numpy())
    parks = other.parks.to_crs("EPSG:4549").set_index("name_zh").geometry
    assert shared_areas_m2(parks.reset_index()).max(initial=0) == 0
    home = gpd.GeoSeries(parks.loc[other.parcels["park"]].to_numpy(), crs=parks.crs)
    assert other.parcels.to_crs("EPSG:4549").within(home).all()


def test_another_day_leaves_the_land_as_it_is(district):
    earlier = build_district(date(2024, 2, 29))
    assert earlier.parcels.geometry.geom_equals_exact(district.parcels.geometry, 0).all()
    assert earlier.ledger != district.ledger


def shared_areas_m2(frame: gpd.GeoDataFrame) -> np.ndarray:
    shapes = frame.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes)
    pair = first < second
    return shapely.area(shapely.intersection(shapes[first[pair]], shapes[second[pair]]))
