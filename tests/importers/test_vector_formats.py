"""Further formats: drawings, maps, file geodatabases; every file known by what is in it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.errors import InputFileError, MissingProgramError
from geodata.importers import drivers
from geodata.importers.issues import Issue
from geodata.importers.layers import read_layer
from geodata.importers.ledger import read_ledger
from geodata.importers.readers import ENDINGS, read_table
from geodata.importers.signatures import Format, format_of
from geodata.importers.tables import RawTable
from geodata.importers.vectors import layers_of
from tests.importers.drawn import CORNERS, KML, drawing, light
from tests.importers.samples import WRITERS, frame, square


def read(path: Path, layer: str | None = None) -> RawTable:
    return read_table(path, lambda _: False, layer)


def column(table: RawTable, header: str) -> list[object]:
    return list(table.columns[table.headers.index(header)])


# Drawings


@pytest.mark.parametrize(
    ("encoding", "page"), [("gbk", "ANSI_936"), ("gbk", ""), ("utf-8", ""), ("utf-8", "ANSI_936")]
)
def test_closed_lines_of_a_drawing_are_land(encoding: str, page: str, tmp_path: Path):
    table = read(drawing(tmp_path / "a.dxf", encoding=encoding, page=page))
    assert column(table, "Layer") == ["宗地", "宗地", "绿地", "老图"]
    assert table.geometry.geom_type.tolist() == ["Polygon", "LineString", "Polygon", "Polygon"]
    assert table.geometry.area.tolist() == [200, 0, 200, 200]
    assert table.geometry.crs is None
    opened, left_out = table.issues
    assert (opened.row, opened.values) == (2, {"layer": "宗地"})
    assert "not closed" in opened.text()
    assert left_out.values == {"count": 1}


def test_a_layer_of_a_drawing_can_be_named(tmp_path: Path):
    table = read(drawing(tmp_path / "a.dxf"), "绿地")
    assert column(table, "Layer") == ["绿地"]
    assert table.issues == ()


def test_escaped_letters_of_a_drawing_are_read(tmp_path: Path):
    path = drawing(tmp_path / "a.dxf", light(r"\U+5B97\U+5730", CORNERS, closed=True))
    assert column(read(path), "Layer") == ["宗地"]


def test_arcs_of_a_drawing_become_many_points(tmp_path: Path):
    entities = light("圆", [(0, 0), (10, 0)], closed=True).replace(
        "10\n0\n20\n0\n", "10\n0\n20\n0\n42\n1\n"
    )
    entities = entities.replace("10\n10\n20\n0\n", "10\n10\n20\n0\n42\n1\n")
    (area,) = read(drawing(tmp_path / "a.dxf", entities)).geometry.area
    assert area == pytest.approx(78.54, rel=0.01)


def test_open_lines_are_told_when_a_layer_is_read(tmp_path: Path):
    corners = [(40628300 + x, 3402900 + y) for x, y in CORNERS]
    entities = light("a", corners, closed=True) + light("a", corners, closed=False)
    told: list[Issue] = []
    layer = read_layer(drawing(tmp_path / "a.dxf", entities), crs="EPSG:4528", tell=told.append)
    assert layer.geom_type.tolist() == ["Polygon", "LineString"]
    assert "not closed" in told[0].text()


def test_blocks_that_hold_one_another_do_not_grow(tmp_path: Path):
    insert = "0\nINSERT\n2\nb{n}\n10\n0\n20\n0\n"
    blocks = "".join(
        f"0\nBLOCK\n2\nb{n}\n10\n0\n20\n0\n{insert.format(n=n + 1) * 10}0\nENDBLK\n"
        for n in range(12)
    )
    blocks += f"0\nBLOCK\n2\nb12\n10\n0\n20\n0\n{light('x', CORNERS, closed=True)}0\nENDBLK\n"
    path = tmp_path / "a.dxf"
    path.write_text(
        f"0\nSECTION\n2\nHEADER\n0\nENDSEC\n0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
        f"{insert.format(n=0)}{light('宗地', CORNERS, closed=True)}0\nENDSEC\n0\nEOF\n",
        "utf-8",
    )
    table = read(path)
    assert len(table) == 1
    assert table.issues[0].values == {"count": 1}


# Maps


def test_a_map_is_read_over_all_its_folders(tmp_path: Path):
    path = tmp_path / "a.kml"
    path.write_text(KML, "utf-8")
    table = read(path)
    assert table.headers == ("name", "folder", "description", "合同编号", "面积(亩)")
    assert column(table, "name") == ["甲", "乙", None, "丁", "戊"]
    assert column(table, "folder") == ["金山/宗地", *["金山/道路"] * 4]
    assert column(table, "description")[0] == "<b>x</b>"
    assert (column(table, "合同编号")[0], column(table, "面积(亩)")[0]) == ("7", "3.5")
    shapes = table.geometry.tolist()
    outline = Polygon(
        box(121.30, 30.70, 121.31, 30.71).exterior,
        [[(121.302, 30.702), (121.304, 30.702), (121.304, 30.704)]],
    )
    assert shapes[0].equals(outline)
    assert shapes[1].length == pytest.approx(0.1)
    assert isinstance(shapes[2], MultiPolygon)
    assert shapes[2].area == 1
    assert shapes[3:] == [None, None]
    assert table.geometry.crs.to_epsg() == 4326
    (issue,) = table.issues
    assert (issue.row, issue.line) == (5, 23)


def test_what_the_library_writes_is_read(tmp_path: Path):
    shapes = frame(4326)[["合同号", "geometry"]]
    shapes.to_file(tmp_path / "a.kml", driver="LIBKML")
    placed = read(tmp_path / "a.kml").geometry
    assert [
        a.hausdorff_distance(b) < 1e-9 for a, b in zip(placed, shapes.geometry, strict=True)
    ] == [True] * 3


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = [
    f'<!DOCTYPE kml [<!ENTITY l0 "lol">{LAUGHS}]>',
    '<!DOCTYPE kml [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE kml SYSTEM "http://127.0.0.1/x.dtd">',
]


@pytest.mark.parametrize("doctype", DOCTYPES, ids=["laughs", "external", "remote"])
def test_a_map_that_defines_entities_is_refused(doctype: str, tmp_path: Path):
    path = tmp_path / "a.kml"
    text = KML.replace("<kml", f"{doctype}<kml", 1).replace("甲", "&l9;")
    path.write_text(text, "utf-8")
    with pytest.raises(InputFileError, match="declares a document type"):
        read(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (KML[:900], "cannot be read: unclosed token: line 17"),
        (KML.replace("</Folder>", "", 1), "cannot be read: mismatched tag: line"),
        (KML.replace("<Folder>", "<Folder>" * 200_000, 1), "nests elements more than 100 deep"),
        ('<?xml version="1.0" encoding="x-none"?><kml></kml>', "of a kind that cannot be read"),
        ("<html><kml/></html>", "of a kind that cannot be read"),
    ],
)
def test_a_damaged_map_is_refused(text: str, reason: str, tmp_path: Path):
    path = tmp_path / "a.kml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputFileError, match=reason):
        read(path)


def test_a_map_leads_to_no_other_file(tmp_path: Path):
    other = tmp_path / "b.kml"
    other.write_text(KML, "utf-8")
    path = tmp_path / "a.kml"
    link = f"<NetworkLink><Link><href>{other}</href></Link></NetworkLink>"
    path.write_text(f"<kml><Document>{link}</Document></kml>", "utf-8")
    assert len(read(path)) == 0


# File geodatabases


def test_a_file_geodatabase(tmp_path: Path):
    path = tmp_path / "a.gdb"
    frame().to_file(path, driver="OpenFileGDB", layer="contracts")
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[square(5)], crs=4490).to_file(
        path, driver="OpenFileGDB", layer="parks"
    )
    assert layers_of(path) == ["contracts", "parks"]
    ledger = read_ledger(path)
    assert (ledger.layer, ledger.row_count) == ("contracts", 3)
    assert ledger.geometry[0].hausdorff_distance(square(0)) < 1e-8
    assert read_layer(path, "parks")["name"].tolist() == ["x"]


def test_a_cut_file_geodatabase_is_refused(tmp_path: Path):
    path = tmp_path / "a.gdb"
    path.mkdir()
    (path / "a00000001.gdbtable").write_bytes(b"\3\0\0\0")
    with pytest.raises(InputFileError, match="cannot be read"):
        read(path)


# Any name

NAMED = {
    "plain.xlsx": ("a.xls", "a.dat", "a"),
    "sheet.ods": ("a.xlsx", "a.bin"),
    "layer.gpkg": ("a.dat", "a.csv", "a"),
    "layer.geojson": ("a.txt", "a"),
    "shapes.parquet": ("a.csv", "a"),
    "gbk.csv": ("a.xls", "a.xlsx", "a.gpkg"),
    "tabs.tsv": ("a.xls", "a.csv"),
}


@pytest.mark.parametrize(
    ("name", "other"), [(name, other) for name, others in NAMED.items() for other in others]
)
def test_the_name_of_a_file_does_not_matter(name: str, other: str, tmp_path: Path):
    WRITERS[name](tmp_path / name).rename(tmp_path / other)
    assert read_ledger(tmp_path / other).row_count == 3


def test_drawings_and_maps_are_known_by_their_content(tmp_path: Path):
    drawing(tmp_path / "a.txt")
    assert format_of(tmp_path / "a.txt") is Format.DXF
    assert len(read(tmp_path / "a.txt")) == 4
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        text = KML.replace("UTF-8", "UTF-16") if encoding == "utf-16" else KML
        (tmp_path / "b.txt").write_text(text, encoding)
        assert len(read(tmp_path / "b.txt")) == 5


def test_what_the_library_says_of_a_file_is_told(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    frame().to_file(path)
    path.write_bytes(path.read_bytes().replace(b"GPKG", b"GEKG", 1))
    issue, *_ = (issue for issue in read_ledger(path).issues if not issue.column)
    assert "says: GPKG: bad application_id=0x47454B47 on 'a.gpkg'" in issue.text()


def test_every_ending_belongs_to_a_format():
    assert {ending for kind in Format for ending in kind.endings} == {*ENDINGS}
    assert all(ending == ending.lower() and ending.startswith(".") for ending in ENDINGS)


@pytest.mark.parametrize("kind", [kind for kind in Format if kind.driver])
def test_a_missing_driver_is_named(kind: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert kind.driver in pyogrio.list_drivers(read=True)
    monkeypatch.setattr(drivers.pyogrio, "list_drivers", lambda **_: {})
    told = pytest.raises(MissingProgramError, match=f"{kind.title}.*no driver {kind.driver}")
    with told, drivers.gdal_source(tmp_path / "a", kind):
        pass


def test_a_polygon_of_a_million_points_is_survived(tmp_path: Path):
    angles = np.linspace(0, 2 * np.pi, 1_000_001)
    ring = Polygon(np.column_stack((121.3 + np.cos(angles) / 10, 30.7 + np.sin(angles) / 10)))
    gpd.GeoDataFrame(geometry=[ring], crs=4490).to_file(tmp_path / "a.gpkg")
    (shape,) = read_layer(tmp_path / "a.gpkg").geometry
    assert shapely.get_num_coordinates(shape) == 1_000_001
