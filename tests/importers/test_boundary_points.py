"""The exchange text of boundary points: its sample, its fourteen variants, its refusals."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.errors import CoordinateError, InputFileError, LandError
from geodata.importers.boundary_points import (
    BlockLabel,
    BoundaryFile,
    PointNames,
    Style,
    Variant,
    boundary_table,
    read_boundary_points,
    write_boundary_points,
)
from geodata.importers.boundary_points.checks import stated_area
from geodata.importers.layers import read_layer
from geodata.importers.readers import read_table
from geodata.importers.signatures import Format, format_of
from geodata.model.units import mu

HEADER = """\
[属性描述]
格式版本号=1.01版本
数据产生单位=示例测绘有限公司
数据产生日期=2025-06-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
OUTLINE = """\
J1,1,3403050.000,40628300.000
J2,1,3403050.000,40628500.000
J3,1,3402900.000,40628500.000
J4,1,3402900.000,40628300.000
J1,1,3403050.000,40628300.000
"""
HOLE = """\
J5,2,3403000.000,40628380.000
J6,2,3402980.000,40628380.000
J7,2,3402980.000,40628410.000
J8,2,3403000.000,40628410.000
J5,2,3403000.000,40628380.000
"""
BLOCK = "10,2.9400,1,示例地块一,面,,工业用地,0601,@\n"
SAMPLE = f"{HEADER}{BLOCK}{OUTLINE}{HOLE}"
SHAPE = Polygon(
    box(40628300, 3402900, 40628500, 3403050).exterior,
    [box(40628380, 3402980, 40628410, 3403000).exterior],
)


def read(tmp_path: Path, text: str, encoding: str = "gb18030") -> BoundaryFile:
    path = tmp_path / "a.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return read_boundary_points(path)


def assert_sample(file: BoundaryFile, shape: shapely.Geometry = SHAPE) -> None:
    (block,) = file.blocks
    assert file.rejected == ()
    assert block.shape is not None
    assert block.shape.normalize().equals(shape.normalize())
    assert block.area_m2 == pytest.approx(29_400)


def test_the_sample_has_the_area_it_states(tmp_path: Path):
    file = read(tmp_path, SAMPLE)
    assert_sample(file)
    (block,) = file.blocks
    assert block.label == BlockLabel("1", "示例地块一", "面", "", "工业用地", "0601", "")
    assert block.area_m2 == block.stated_area_m2 == 29_400
    assert f"{block.area_m2 / 10_000:.4f}" == "2.9400"
    assert float(mu(block.area_m2)) == 44.10
    assert block.line == 13
    assert file.crs == CRS.from_epsg(4528)
    assert file.attributes["数据产生单位"] == "示例测绘有限公司"
    assert (file.issues, dict(file.variants)) == ((), {})


def test_the_sample_lies_where_the_standard_says(tmp_path: Path):
    read(tmp_path, SAMPLE)
    layer = read_layer(tmp_path / "a.txt")
    assert layer.crs.to_epsg() == 4490
    assert layer["地块名称"].tolist() == ["示例地块一"]
    corners = shapely.get_coordinates(layer.geometry[0])
    assert np.abs(corners - [121.33973233, 30.74121162]).sum(axis=1).min() < 2e-8


RUNNING_HOLE = HOLE.replace("J", "")
SECOND_PART = """\
J1,2,3403050.000,40628600.000
J2,2,3403050.000,40628700.000
J3,2,3402950.000,40628700.000
J4,2,3402950.000,40628600.000
J1,2,3403050.000,40628600.000
"""


def exchanged(points: str) -> str:
    rows = [line.split(",") for line in points.splitlines()]
    return "".join(f"{name},{ring},{y},{x}\n" for name, ring, x, y in rows)


FULL_WIDTH = str.maketrans(",[]=", "，【】＝")
DEGREES = """\
J1,1,30.741211620,121.339732330
J2,1,30.741211620,121.341732330
J3,1,30.739211620,121.341732330
J4,1,30.739211620,121.339732330
J1,1,30.741211620,121.339732330
"""

# By variant: texts that have it and nothing else, each meaning the sample.
ALONE: dict[str, tuple[Variant, str]] = {
    "closing points missing": (
        Variant.CLOSING_POINT_MISSING,
        HEADER
        + BLOCK.replace("10,", "8,", 1)
        + "".join(OUTLINE.splitlines(keepends=True)[:4] + HOLE.splitlines(keepends=True)[:4]),
    ),
    "one closing point missing": (
        Variant.CLOSING_POINT_MISSING,
        SAMPLE.removesuffix("J5,2,3403000.000,40628380.000\n"),
    ),
    "closing points not counted": (
        Variant.CLOSING_POINTS_NOT_COUNTED,
        SAMPLE.replace("10,2.94", "8,2.94"),
    ),
    "bare names": (Variant.POINT_NAMES, HEADER + BLOCK + OUTLINE.replace("J", "") + RUNNING_HOLE),
    "closing line with the next number": (
        Variant.NEXT_RING_NUMBER,
        SAMPLE.replace("3402900.000,40628300.000\nJ1,1,", "3402900.000,40628300.000\nJ1,2,"),
    ),
    "every closing line with the next number": (
        Variant.NEXT_RING_NUMBER,
        SAMPLE.replace(
            "3402900.000,40628300.000\nJ1,1,", "3402900.000,40628300.000\nJ1,2,"
        ).replace("40628410.000\nJ5,2,", "40628410.000\nJ5,3,"),
    ),
    "hole before outline": (
        Variant.RING_NUMBERS,
        HEADER
        + BLOCK
        + HOLE.replace(",2,34", ",1,34").replace("J5", "J1")
        + OUTLINE.replace(",1,34", ",2,34"),
    ),
    "both rings under one number": (
        Variant.RING_NUMBERS,
        SAMPLE.replace(",2,34", ",1,34"),
    ),
    "easting before northing": (
        Variant.AXES_EXCHANGED,
        HEADER + BLOCK + exchanged(OUTLINE + HOLE),
    ),
    "zone number only in the header": (Variant.ZONE_NUMBER, SAMPLE.replace(",40628", ",628")),
    "zone number only in the eastings": (
        Variant.ZONE_NUMBER,
        SAMPLE.replace("带号=40", "带号="),
    ),
    "eight fields": (Variant.FIELDS, SAMPLE.replace(",0601,@", ",@")),
    "no end mark": (Variant.FIELDS, SAMPLE.replace(",0601,@", ",0601")),
    "text behind the mark": (Variant.FIELDS, SAMPLE.replace("@", "@备注")),
    "area in square metres": (Variant.AREA_UNIT, SAMPLE.replace("2.9400", "29400.00")),
    "area with its unit": (Variant.AREA_UNIT, SAMPLE.replace("2.9400", "2.9400公顷")),
    "area in mu with its unit": (Variant.AREA_UNIT, SAMPLE.replace("2.9400", "44.1 亩")),
    "full width": (Variant.PUNCTUATION, SAMPLE.translate(FULL_WIDTH)),
    "semicolons": (Variant.PUNCTUATION, SAMPLE.replace(",", "；").replace("；；；；；；", ",")),
    "blanks": (
        Variant.PUNCTUATION,
        HEADER + BLOCK.replace(",,", ",").replace(",", " ") + (OUTLINE + HOLE).replace(",", "   "),
    ),
    "tabs": (Variant.PUNCTUATION, HEADER + (BLOCK + OUTLINE + HOLE).replace(",", "\t")),
    "comma and blank": (Variant.PUNCTUATION, SAMPLE.replace(",1,34", ", 1, 34")),
    "blank lines": (Variant.PUNCTUATION, SAMPLE.replace("[地块坐标]\n", "\n[地块坐标]\n\n")),
    "byte order mark": (Variant.PUNCTUATION, f"\ufeff{SAMPLE}"),
    "CGCS2000": (Variant.SYSTEM_NAME, SAMPLE.replace("2000国家大地坐标系", "CGCS2000")),
    "1980西安坐标系": (Variant.SYSTEM_NAME, SAMPLE.replace("2000国家大地坐标系", "1980西安坐标系")),
    "80国家大地坐标系": (
        Variant.SYSTEM_NAME,
        SAMPLE.replace("2000国家大地坐标系", "80国家大地坐标系"),
    ),
    "precision 3": (Variant.PRECISION, SAMPLE.replace("精度=0.001", "精度=3")),
    "precision 0.01": (Variant.PRECISION, SAMPLE.replace("精度=0.001", "精度=0.01")),
    "precision empty": (Variant.PRECISION, SAMPLE.replace("精度=0.001", "精度=")),
}


@pytest.mark.parametrize("name", ALONE)
def test_each_variant_is_read_as_the_sample_and_told(name: str, tmp_path: Path):
    variant, text = ALONE[name]
    file = read(tmp_path, text, "utf-8" if text.startswith("\ufeff") else "gb18030")
    bare = name == "zone number only in the header"
    assert_sample(file, translate(SHAPE, -40e6) if bare else SHAPE)
    assert [*file.variants] == [variant]
    (issue,) = file.issues
    assert issue.line == file.variants[variant] > 0
    assert format_of(file.path) is Format.BOUNDARY_POINTS


def test_variants_are_numbered_as_in_the_rulebook_and_each_is_tried():
    assert [variant.value for variant in Variant] == [*range(1, 15)]
    tried = {variant for variant, _ in ALONE.values()}
    assert {*Variant} - tried == {Variant.SEVERAL_BLOCKS, Variant.DEGREES}


@pytest.mark.parametrize(
    ("change", "epsg"),
    [
        (("带号=40", "带号="), 4528),
        ((",40628", ",628"), 4549),
        (("2000国家大地坐标系", "CGCS2000"), 4528),
        (("2000国家大地坐标系", "1980西安坐标系"), 2364),
        (("2000国家大地坐标系", "80国家大地坐标系"), 2364),
        (("2000国家大地坐标系", "1954年北京坐标系"), 2416),
        ((",40628", ",21628"), None),
        (("坐标系=2000国家大地坐标系", "坐标系="), None),
        (("2000国家大地坐标系", "上海平面坐标系"), None),
    ],
)
def test_header_and_numbers_agree_on_the_system_or_leave_it_open(
    change: tuple[str, str], epsg: int | None, tmp_path: Path
):
    file = read(tmp_path, SAMPLE.replace(*change))
    assert (file.crs and file.crs.to_epsg()) == epsg
    assert file.blocks[0].area_m2 == 29_400


def test_six_degree_zones_are_told_by_their_number(tmp_path: Path):
    six = SAMPLE.replace("带号=40", "带号=21").replace("几度分带=3", "几度分带=6")
    assert read(tmp_path, six.replace(",40628", ",21328")).crs == CRS.from_epsg(4499)
    assert read(tmp_path, six.replace(",40628", ",328")).crs == CRS.from_epsg(4510)


@pytest.mark.parametrize("name", ["1980西安坐标系", "1954年北京坐标系", "上海平面坐标系"])
def test_systems_without_a_public_shift_are_read_and_not_placed(name: str, tmp_path: Path):
    file = read(tmp_path, SAMPLE.replace("2000国家大地坐标系", name))
    assert file.blocks[0].area_m2 == 29_400
    with pytest.raises(CoordinateError, match=name):
        boundary_table(file)
    with pytest.raises(CoordinateError, match=name):
        read_table(file.path, lambda _: False)


def test_a_system_that_is_left_open_is_asked_for(tmp_path: Path):
    text = SAMPLE.replace("带号=40", "带号=").replace(",40628", ",628")
    file = read(tmp_path, text.replace("几度分带=3", "几度分带="))
    assert file.crs is None
    with pytest.raises(CoordinateError):
        read_layer(file.path)


def test_several_blocks_are_told(tmp_path: Path):
    second = BLOCK.replace("一", "二") + OUTLINE + HOLE
    file = read(tmp_path, SAMPLE + second.replace(",3402", ",3401").replace(",3403", ",3402"))
    assert [block.label.name for block in file.blocks] == ["示例地块一", "示例地块二"]
    assert [block.area_m2 for block in file.blocks] == [29_400, 29_400]
    assert dict(file.variants) == {Variant.SEVERAL_BLOCKS: 24}


def test_point_names_that_run_on_are_told(tmp_path: Path):
    second = (BLOCK + OUTLINE + HOLE).replace("J1", "J9")
    assert Variant.POINT_NAMES in read(tmp_path, SAMPLE + second).variants


def test_files_joined_end_to_end_are_read_unless_their_headers_differ(tmp_path: Path):
    assert len(read(tmp_path, SAMPLE + SAMPLE).blocks) == 2
    with pytest.raises(InputFileError, match=r"Line 32 of .* gives 带号 another value"):
        read(tmp_path, SAMPLE + SAMPLE.replace("带号=40", "带号=41"))


@pytest.mark.parametrize("turned", [False, True])
def test_degrees_are_measured_in_their_zone(turned: bool, tmp_path: Path):
    points = exchanged(DEGREES) if turned else DEGREES
    file = read(tmp_path, f"{HEADER}5,4.2463,1,a,面,,,,@\n{points}")
    assert Variant.DEGREES in file.variants
    assert (Variant.AXES_EXCHANGED in file.variants) is turned
    assert file.crs == CRS.from_epsg(4490)
    assert file.blocks[0].area_m2 == pytest.approx(42_463, rel=1e-3)
    west, south, *_ = file.blocks[0].shape.bounds
    assert (west, south) == (121.33973233, 30.73921162)


def test_further_rings_outside_are_further_parts(tmp_path: Path):
    file = read(tmp_path, HEADER + BLOCK.replace("2.9400", "4.0000") + OUTLINE + SECOND_PART)
    shape = file.blocks[0].shape
    assert isinstance(shape, MultiPolygon)
    assert file.blocks[0].area_m2 == 40_000
    assert dict(file.variants) == {Variant.RING_NUMBERS: 19}


def test_an_island_in_a_hole_is_land(tmp_path: Path):
    island = "".join(
        f"J{n},3,{x}.000,{y}.000\n"
        for n, x, y in [
            (9, 3402985, 40628385),
            (10, 3402985, 40628395),
            (11, 3402995, 40628395),
            (12, 3402995, 40628385),
            (9, 3402985, 40628385),
        ]
    )
    file = read(tmp_path, SAMPLE.replace("10,2.9400", "15,2.9500") + island)
    assert file.blocks[0].area_m2 == 29_500
    assert file.rejected == ()


def test_rings_that_meet_in_a_point_stay_apart(tmp_path: Path):
    """A ring that begins where the one before does is no closing line with a wrong number."""
    corners = OUTLINE.splitlines(keepends=True)
    first = "".join(corners[i] for i in (1, 2, 3, 0))
    second = (
        "J1,2,3403050.000,40628500.000\nJ2,2,3403150.000,40628500.000\n"
        "J3,2,3403150.000,40628600.000\nJ1,2,3403050.000,40628500.000\n"
    )
    file = read(tmp_path, HEADER + BLOCK.replace("10,2.94", "8,3.5") + first + second)
    (block,) = file.blocks
    assert block.area_m2 == 35_000
    assert isinstance(block.shape, MultiPolygon)
    assert {*file.variants} == {
        Variant.CLOSING_POINT_MISSING,
        Variant.POINT_NAMES,
        Variant.RING_NUMBERS,
    }


REFUSED = {
    "two points": (
        "".join(OUTLINE.splitlines(keepends=True)[i] for i in (0, 1, 0, 1)),
        14,
        "Ring 1 has 2 distinct points",
    ),
    "crossing itself": (
        "".join(OUTLINE.splitlines(keepends=True)[i] for i in (0, 2, 1, 3, 0)),
        14,
        "crosses or touches itself near X 3402975.0, Y 40628400.0",
    ),
    "hole across the outline": (
        OUTLINE + HOLE.replace("40628380", "40628480").replace("40628410", "40628510"),
        19,
        "Ring 2 crosses ring 1",
    ),
    "hole beside the outline": (
        OUTLINE + HOLE.replace("40628380", "40628680").replace("40628410", "40628710"),
        13,
        "a hole that lies outside the outline",
    ),
    "ring twice": (OUTLINE + OUTLINE.replace(",1,", ",2,"), 19, "Ring 2 stands in the block twice"),
    "another area": (OUTLINE, 13, "29400.0 m² differs from the computed 31500.0 m² by 6.67 %"),
    "no points": ("", 13, "has no points"),
    "not a number": (
        OUTLINE.replace("3402900.000,40628500.000", "nan,40628500.000"),
        16,
        "no number of metres",
    ),
    "a torn line": (OUTLINE.replace("J3,1,3402900.000,", "J3,1,340"), 16, "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_block_that_is_no_polygon_is_sent_back_with_its_line(name: str, tmp_path: Path):
    points, line, reason = REFUSED[name]
    if name == "another area":
        points = points.replace("40628500", "40628510")
    file = read(tmp_path, HEADER + BLOCK + points + BLOCK + OUTLINE + HOLE)
    (issue,) = file.rejected
    assert (issue.row, issue.line) == (1, line)
    assert reason in issue.text()
    assert file.blocks[1].area_m2 == 29_400
    assert len(file.blocks) == 2
    table = boundary_table(file)
    assert table.geometry.isna().tolist() == [True, False]
    with pytest.raises(InputFileError, match=f"Line {line} of"):
        read_layer(file.path)


@pytest.mark.parametrize(
    ("stated", "told", "rejected"),
    [
        *[("2.9693", 0, 0), ("2.9695", 1, 0), ("2.9107", 0, 0), ("2.9105", 1, 0)],
        *[("3.0869", 1, 0), ("3.0871", 0, 1), ("2.7931", 1, 0), ("2.7929", 0, 1)],
    ],
)
def test_areas_may_differ_by_one_percent_and_by_five(
    stated: str, told: int, rejected: int, tmp_path: Path
):
    file = read(tmp_path, SAMPLE.replace("2.9400", stated))
    assert (len(file.issues) - len(file.rejected), len(file.rejected)) == (told, rejected)


def test_a_shape_with_another_area_is_kept_to_be_shown(tmp_path: Path):
    file = read(tmp_path, SAMPLE.replace("2.9400", "9"))
    assert len(file.rejected) == 1
    assert file.blocks[0].area_m2 == 29_400


@pytest.mark.parametrize(("area", "rejected"), [("", 1), ("2.94", 0)])
def test_missing_points_are_refused_unless_the_area_agrees(
    area: str, rejected: int, tmp_path: Path
):
    file = read(tmp_path, SAMPLE.replace("10,2.9400", f"12,{area}"))
    assert len(file.rejected) == rejected
    assert any("states 12 points and has 10" in issue.text() for issue in file.issues)


def test_points_and_lines_are_no_land(tmp_path: Path):
    (issue,) = read(tmp_path, SAMPLE.replace(",面,", ",线,")).rejected
    assert "not a polygon (面) but 线" in issue.text()


def test_points_without_a_header_are_sent_back(tmp_path: Path):
    (issue,) = read(tmp_path, HEADER + OUTLINE).rejected
    assert (issue.row, issue.line) == (1, 13)
    assert "before any block header" in issue.text()


def test_blocks_of_another_zone_are_sent_back(tmp_path: Path):
    other = (BLOCK + OUTLINE + HOLE).replace(",40628", ",41328")
    (issue,) = read(tmp_path, SAMPLE + other).rejected
    assert issue.row == 2
    assert "another system or zone" in issue.text()


def test_lines_that_are_nothing_are_told(tmp_path: Path):
    (issue,) = read(tmp_path, "勘测定界\n" + SAMPLE).issues
    assert (issue.line, issue.value) == (1, "勘测定界")


@pytest.mark.parametrize(
    ("text", "m2"),
    [
        ("0.7655公顷", 7655),
        ("0.7655 ha", 7655),
        ("7655㎡", 7655),
        ("7655.0平方米", 7655),
        ("７６５５ｍ２", 7655),
        ("7655", 7655),
        ("0.7655", 7655),
        ("11.4825", 7655),
        ("11.4825亩", 7655),
        ("7655 m²", 7655),
        ("1e3", None),
        ("-1", None),
        ("", None),
        ("面积", None),
    ],
)
def test_areas_are_read_with_and_without_units(text: str, m2: float | None):
    stated = stated_area(text)
    assert (stated and stated.m2(7655)) == (m2 and pytest.approx(m2))


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str, tmp_path: Path):
    assert_sample(read(tmp_path, SAMPLE, encoding))


def test_a_file_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(InputFileError, match="no block of boundary points"):
        read(tmp_path, "contract_no,note\n1,x\n")
    with pytest.raises(InputFileError, match="cannot be opened"):
        read_boundary_points(tmp_path / "none.txt")


def test_real_files(shared_data: Path):
    paths = sorted((shared_data / "boundary_txt").glob("*.txt"))
    assert len(paths) == 6
    for path in paths:
        file = read_boundary_points(path)
        assert format_of(path) is Format.BOUNDARY_POINTS
        assert file.crs == CRS.from_epsg(4526)
        assert (file.issues, file.rejected) == ((), ())
        (block,) = file.blocks
        assert block.area_m2 == pytest.approx(block.stated_area_m2, abs=0.6)


CELLS = 6
STEP_M = 40


@st.composite
def lands(draw: st.DrawFn) -> Polygon | MultiPolygon:
    """Rectangles on a grid, some with holes, some with land in the hole, several to a shape."""
    places = draw(st.lists(st.integers(0, CELLS**2 - 1), min_size=1, max_size=5, unique=True))
    parts = []
    for place in places:
        north, east = divmod(place, CELLS)
        corner = box(0, 0, 30, 30 - draw(st.integers(0, 9)) / 10)
        inner = [box(5, 5, 12, 20), box(15, 5, 28, 20)][: draw(st.integers(0, 2))]
        cut = Polygon(corner.exterior, [hole.exterior for hole in inner])
        shift = draw(st.integers(0, 999)) / 1000
        land = [cut, box(17, 8, 20, 12)] if len(inner) == 2 and draw(st.booleans()) else [cut]
        parts += [translate(p, east * STEP_M + shift, north * STEP_M + shift) for p in land]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


WORDS = st.text("甲乙丙丁工业用地示例号", min_size=1, max_size=6)
LABELS = st.builds(
    BlockLabel,
    number=WORDS,
    name=WORDS,
    map_sheet=st.just("") | WORDS,
    use=st.just("") | WORDS,
    class_code=st.sampled_from(["", "0601", "1001"]),
    remark=st.just("") | WORDS,
)
STYLES = st.builds(
    Style,
    repeats_first_point=st.booleans(),
    counts_closing_points=st.booleans(),
    advances_closing_number=st.booleans(),
    point_names=st.sampled_from(PointNames),
    holes_first=st.booleans(),
    easting_first=st.booleans(),
    states_zone=st.booleans(),
    has_class_code=st.booleans(),
    has_end_mark=st.booleans(),
    area_unit=st.sampled_from(["", "公顷", "平方米", "㎡"]),
    separator=st.sampled_from([",", "，", "；", "\t", "   ", ", "]),
    brackets=st.sampled_from(["[]", "【】", "［］"]),
    has_blank_lines=st.booleans(),
    system_name=st.sampled_from(["2000国家大地坐标系", "CGCS2000", "国家2000坐标系"]),
    precision=st.sampled_from(["0.001", "3", "0.01", ""]),
    encoding=st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16"]),
)
SYSTEMS = {4528: (40628300, 3402900), 4549: (628300, 3402900), 4499: (21338300, 3402900)}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(LABELS, lands()), min_size=1, max_size=3),
    STYLES,
    st.sampled_from([*SYSTEMS]),
)
def test_what_is_written_is_read_again(
    tmp_path: Path, blocks: list[tuple[BlockLabel, Polygon]], style: Style, epsg: int
):
    style_zone = style.states_zone or epsg != 4549
    blocks = [(label, translate(shape, *SYSTEMS[epsg])) for label, shape in blocks]
    write_boundary_points(tmp_path / "a.txt", blocks, CRS.from_epsg(epsg), style)
    file = read_boundary_points(tmp_path / "a.txt")
    assert file.rejected == ()
    assert (file.crs == CRS.from_epsg(epsg)) is style_zone
    assert len(file.blocks) == len(blocks)
    for block, (label, shape) in zip(file.blocks, blocks, strict=True):
        assert block.label == written(label, style)
        assert block.shape.normalize().equals_exact(shape.normalize(), 1e-6)
        assert block.stated_area_m2 == pytest.approx(shape.area, abs=0.01)


def written(label: BlockLabel, style: Style) -> BlockLabel:
    """What of a label the form of a file has room for."""
    return BlockLabel(
        label.number,
        label.name,
        label.figure,
        label.map_sheet,
        label.use,
        label.class_code if style.has_class_code else "",
        label.remark if style.has_end_mark else "",
    )


def test_degrees_are_written_and_read_again(tmp_path: Path):
    shape = box(121.34, 30.74, 121.341, 30.742)
    write_boundary_points(tmp_path / "a.txt", [(BlockLabel("1", "a"), shape)], CRS.from_epsg(4490))
    file = read_boundary_points(tmp_path / "a.txt")
    assert file.blocks[0].shape.equals_exact(shape.normalize(), 1e-8, normalize=True)
    assert file.crs == CRS.from_epsg(4490)
    assert file.rejected == ()


def test_the_form_that_is_written_is_the_one_the_format_asks_for(tmp_path: Path):
    label = BlockLabel("1", "示例,地块 一", use="工业用地", class_code="0601")
    write_boundary_points(tmp_path / "a.txt", [(label, SHAPE)], CRS.from_epsg(4528))
    file = read_boundary_points(tmp_path / "a.txt")
    assert dict(file.variants) == {}
    assert file.blocks[0].label.name == "示例、地块、一"
    assert b"\r\n" in file.path.read_bytes()


def test_a_system_the_format_cannot_name_is_refused(tmp_path: Path):
    with pytest.raises(CoordinateError, match="cannot be in EPSG:3857"):
        write_boundary_points(tmp_path / "a.txt", [], CRS.from_epsg(3857))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_read_or_refused(tmp_path: Path, data: st.DataObject):
    raw = bytearray(SAMPLE.encode("gb18030"))
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, len(raw)))
    raw[start:stop] = data.draw(st.binary(max_size=40))
    path = tmp_path / "a.txt"
    path.write_bytes(raw[: data.draw(st.integers(1, max(1, len(raw))))] or b"x")
    try:
        file = read_boundary_points(path)
        read_table(path, lambda _: False)
    except LandError:
        return
    refused = {issue.row for issue in file.rejected}
    assert all(
        row in refused or block.shape.is_valid for row, block in enumerate(file.blocks, start=1)
    )


TOKENS = [
    "1",
    "-1",
    "0",
    "1e300",
    "inf",
    "nan",
    "J1",
    "面",
    "@",
    "",
    ",",
    "，",
    " ",
    "=",
    "[地块坐标]",
]
TOKENS += ["3403050", "40628300", "30.7", "121.3", "\n", "\n", "2.94公顷", "\t", "x"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(TOKENS), max_size=60))
def test_any_text_is_read_or_refused(tmp_path: Path, tokens: list[str]):
    path = tmp_path / "a.txt"
    path.write_text("[地块坐标]\n" + BLOCK + ",".join(tokens), "utf-8")
    with suppress(LandError):
        boundary_table(read_boundary_points(path))


def test_a_million_points_are_survived(tmp_path: Path):
    count = 1_000_000
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    east, north = 40628300 + 5000 * np.cos(angles), 3402900 + 5000 * np.sin(angles)
    text = io.StringIO()
    text.write(HEADER + f"{count},7853.98,1,a,面,,,,@\n")
    text.writelines(
        f"J{i},1,{x:.3f},{y:.3f}\n" for i, (x, y) in enumerate(zip(north, east, strict=True), 1)
    )
    path = tmp_path / "a.txt"
    path.write_text(text.getvalue(), "gb18030")
    began = time.process_time()
    file = read_boundary_points(path)
    assert time.process_time() - began < 30
    assert len(file.blocks) == 1


def test_more_rings_than_a_parcel_has_are_refused(tmp_path: Path):
    rings = "".join(
        f"J1,{n},3400000,{n}\nJ2,{n},3400001,{n}\nJ3,{n},3400000,{n}.5\n"
        for n in range(400_000, 401_001)
    )
    (issue,) = read(tmp_path, HEADER + BLOCK + rings).rejected
    assert "more than 1000 rings" in issue.text()
