from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geodata.errors import CoordinateError
from geodata.geometry import crs

from .shapes import layer, plot


@pytest.mark.parametrize(
    ("lon", "epsg"),
    [
        (121.34, 4549),  # Jinshan, central meridian 120
        (121.5, 4550),  # the border belongs to the eastern zone
        (121.4999, 4549),
        (118.5, 4549),
        (73.5, 4534),
        (136.49, 4554),
    ],
)
def test_zone_of_a_longitude(lon, epsg):
    assert crs.zone_for(lon) == epsg


@pytest.mark.parametrize("lon", [73.49, 136.5, 0.0, float("nan"), float("inf")])
def test_no_zone_outside_china(lon):
    with pytest.raises(CoordinateError, match="3-degree zone"):
        crs.zone_for(lon)


def test_public_reference_point_in_every_system_in_use():
    point = gpd.GeoSeries([shapely.Point(121.34, 30.74)], crs=crs.STORAGE_EPSG)
    expected = {
        crs.ZONE_40_EPSG: (628327.242, 3402915.962),
        crs.PREFIXED_ZONE_40_EPSG: (40628327.242, 3402915.962),
        crs.TILE_EPSG: (13507507.01, 3599029.03),
    }
    for epsg, (east, north) in expected.items():
        projected = point.to_crs(epsg).iloc[0]
        assert (projected.x, projected.y) == pytest.approx((east, north), abs=0.006)


def test_metres_are_required_for_measuring():
    assert crs.require_projected(layer(plot(0, 0, 10, 10))).to_epsg() == crs.ZONE_40_EPSG
    crs.require_projected(layer(plot(0, 0, 10, 10), crs="EPSG:32651"))


@pytest.mark.parametrize(
    ("system", "named"),
    [
        ("EPSG:4490", "EPSG:4490"),  # degrees
        ("EPSG:4326", "EPSG:4326"),
        ("EPSG:3857", "EPSG:3857"),  # metres that are not true ones
        ("EPSG:2225", "EPSG:2225"),  # feet
        (None, "no coordinate reference system"),
    ],
)
def test_measuring_elsewhere_is_refused(system, named):
    with pytest.raises(CoordinateError, match=named):
        crs.require_projected(layer(plot(0, 0, 10, 10), crs=system))


def test_storage_keeps_east_first():
    stored = crs.to_storage(layer(plot(0, 0, 10, 10)))
    west, south, _, _ = stored.total_bounds
    assert stored.crs.to_epsg() == crs.STORAGE_EPSG
    assert (west, south) == pytest.approx((121.3397, 30.7398), abs=1e-3)


def test_one_zone_serves_all_shapes():
    across = layer(shapely.box(121.3, 30.7, 121.6, 30.8), crs="EPSG:4490")
    assert crs.to_measuring(across).crs.to_epsg() == crs.ZONE_40_EPSG
    assert crs.to_measuring(layer(None, shapely.Polygon())).crs.to_epsg() == crs.ZONE_40_EPSG


def test_coordinates_without_a_system_are_never_guessed():
    unknown = layer(plot(0, 0, 10, 10), crs=None)
    for function in (crs.to_storage, crs.to_measuring):
        with pytest.raises(CoordinateError, match="no coordinate reference system"):
            function(unknown)
