from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Polygon

from geodata.errors import CoordinateError, InputFileError
from geodata.importers.claims import read_claims
from geodata.importers.layers import read_layer
from geodata.importers.vectors import layers_of
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from tests.importers.samples import square


def test_roads_stay_lines_without_heights(tmp_path: Path):
    roads = gpd.GeoDataFrame(
        {"name": ["亭卫公路", None], "code": ["007", "8"]},
        geometry=[LineString([(121.3, 30.7, 4), (121.4, 30.8, 5)]), None],
        crs=4490,
    )
    roads.to_crs(4549).to_file(tmp_path / "a.gpkg", layer="roads")
    read = read_layer(tmp_path / "a.gpkg", "roads")
    assert read["name"].tolist() == ["亭卫公路", None]
    assert read["code"].tolist() == ["007", "8"]
    assert read.crs.to_epsg() == 4490
    assert not read.geometry[0].has_z
    assert read.geometry[0].hausdorff_distance(roads.geometry[0]) < 1e-9
    assert read.geometry[1] is None


def test_parks_become_valid_multipolygons(tmp_path: Path):
    bow = Polygon([(121, 30), (121.1, 30.1), (121.1, 30), (121, 30.1)])
    parks = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[bow, square(0)], crs=4490)
    parks.to_file(tmp_path / "a.geojson")
    read = read_layer(tmp_path / "a.geojson")
    assert read.geometry.is_valid.all()
    assert set(read.geom_type) == {"MultiPolygon"}


def test_a_layer_needs_shapes_with_a_system(tmp_path: Path):
    pd.DataFrame({"name": ["a"]}).to_csv(tmp_path / "a.csv")
    with pytest.raises(InputFileError, match="has no shapes"):
        read_layer(tmp_path / "a.csv")
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[square(0)]).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(CoordinateError, match="no coordinate reference system"):
        read_layer(tmp_path / "a.parquet")
    with pytest.raises(InputFileError, match="does not exist"):
        read_layer(tmp_path / "b.gpkg")


REGISTER = {
    "claim_code": ["LE-01", "LE-02"],
    "column": ["vacated", "提升"],
    "status": ["done", "计划"],
    "done_on": ["2024-05-06", None],
    "area_mu": ["12.3", "3"],
    "town": ["朱泾镇", None],
    "evidence": ["收回协议", None],
    "surveyor": ["x", "y"],
}


def register(path: Path, **changes: list[str | None]) -> Path:
    columns = {name: cells for name, cells in (REGISTER | changes).items() if cells}
    frame = gpd.GeoDataFrame(columns, geometry=[square(0), square(1)], crs=4490)
    frame.to_file(path, layer="claims")
    return path


def test_claims_with_their_outlines(tmp_path: Path):
    path = register(tmp_path / "a.gpkg")
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[square(5)], crs=4490).to_file(path, layer="parks")
    claims, outlines = read_claims(path)
    assert claims == [
        Claim(
            claim_code="LE-01",
            kind=ClaimKind.VACATED,
            status=ClaimStatus.DONE,
            done_on=date(2024, 5, 6),
            reversed_on=None,
            area_m2=Fraction(8_200),
            town="朱泾镇",
            park="",
            evidence="收回协议",
        ),
        Claim(
            claim_code="LE-02",
            kind=ClaimKind.UPGRADED,
            status=ClaimStatus.PLANNED,
            done_on=None,
            reversed_on=None,
            area_m2=Fraction(2_000),
            town="",
            park="",
            evidence="",
        ),
    ]
    assert outlines.crs.to_epsg() == 4490
    assert [shape.equals(square(n)) for n, shape in enumerate(outlines)] == [True, True]
    assert read_claims(path, "claims")[0] == claims


def test_claims_from_a_plain_chinese_table(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("图斑编号,类别,状态,完成日期,面积（亩）\n甲,腾退,已完成,2024/5/6,3\n", "gbk")
    claims, outlines = read_claims(path)
    assert [(c.claim_code, c.kind, c.area_m2) for c in claims] == [("甲", ClaimKind.VACATED, 2_000)]
    assert outlines.tolist() == [None]
    assert outlines.crs.to_epsg() == 4490


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"area_mu": ["12.3", "-3"]}, r"Row 2 .* column area_mu \(“-3”\): -3 is negative"),
        ({"column": ["vacated", "demolished"]}, "Row 2 .*“demolished” is none of"),
        ({"done_on": ["2024-02-30", None]}, "Row 1 .*not a day of the calendar"),
        ({"done_on": [None, "2024-05-06"]}, "Row 1 .* column done_on .*needs it"),
        ({"claim_code": ["LE-01", None]}, "Row 2 .* column claim_code .*needs it"),
        ({"claim_code": ["LE-01", "LE-01"]}, "Row 2 .*Row 1 has the same code"),
        ({"status": []}, r"has no column status \(状态\)"),
        ({"area_mu": []}, r"has no column area_m2 \(面积\)"),
    ],
)
def test_a_register_with_a_bad_entry_is_refused(
    changes: dict[str, list[str | None]], reason: str, tmp_path: Path
):
    path = register(tmp_path / "a.gpkg", **changes)
    with pytest.raises(InputFileError, match=reason):
        read_claims(path)


def test_the_layers_of_a_file_are_listed(tmp_path: Path):
    path = register(tmp_path / "a.gpkg")
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[square(5)], crs=4490).to_file(path, layer="parks")
    assert layers_of(path) == ["claims", "parks"]
    with pytest.raises(InputFileError, match="cannot be read"):
        layers_of(tmp_path / "b.gpkg")
