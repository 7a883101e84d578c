"""What was written in one system with one quirk is found again, or asked for; never mistaken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import box

from geodata.demo.district import District, build_district
from geodata.errors import CoordinateError, UsageError
from geodata.geometry import shifts
from geodata.importers.claims import read_claims
from geodata.importers.detective import (
    AreaUnit,
    Confidence,
    CrsVerdict,
    Declaration,
    Ground,
    Hypothesis,
    Outcome,
    Step,
    apply,
    detect,
    judge_area_unit,
    parse_crs,
    settle,
)
from geodata.importers.layers import read_layer
from geodata.importers.ledger import read_ledger
from service.i18n import translator
from service.operations.mapping import map_of_file
from tests.importers.samples import frame, square

Shapes = Any
CENTIMETRE = 1e-7  # degrees


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(date(2026, 6, 30), parcel_count=300)


@pytest.fixture(scope="module")
def outline(district: District) -> shapely.Geometry:
    return district.outline.geometry.iloc[0]


def shapes_of(parcels: gpd.GeoDataFrame) -> Shapes:
    return parcels.geometry.to_numpy()


def written(shapes: Shapes, name: str) -> Shapes:
    """Shapes of EPSG:4490 as a provider with this system and these quirks would write them."""
    answer = parse_crs(name)

    def write(points: shifts.Points) -> shifts.Points:
        if Step.FROM_GCJ02 in answer.steps:
            points = shifts.to_gcj02(points)
        if Step.FROM_BD09 in answer.steps:
            points = shifts.to_bd09(points)
        series = gpd.GeoSeries(gpd.points_from_xy(*points.T), crs=4490).to_crs(answer.epsg)
        points = np.column_stack([series.x, series.y])
        if Step.ADD_FALSE_EASTING in answer.steps:
            points = points - [500_000, 0]
        return points[:, ::-1] if Step.AXIS_SWAP in answer.steps else points

    return shapely.transform(shapes, write)


def gap(one: Sequence[shapely.Geometry], other: Sequence[shapely.Geometry]) -> float:
    """Largest distance between two lists of shapes, in degrees."""
    first, second = (shapely.get_coordinates(list(shapes)) for shapes in (one, other))
    return float(np.abs(first - second).max())


def names(verdict: CrsVerdict) -> list[str]:
    return [answer.name for answer in verdict.answers]


def said(answer: Hypothesis) -> str:
    return " | ".join(issue.text() for issue in answer.evidence)


# --- What is found ---------------------------------------------------------------------------


ALONE = (
    "EPSG:4528",
    "EPSG:4528+swap",
    "EPSG:4528+false-easting",
    "EPSG:4529",
    "EPSG:4499",
    "EPSG:4499+swap",
)
IN_THE_DISTRICT = (
    "EPSG:4549",
    "EPSG:4549+swap",
    "EPSG:4549+false-easting",
    "EPSG:4549+swap+false-easting",
)
KNOWN_AGAIN = (
    *("EPSG:4490", "EPSG:4490+swap", "GCJ-02", "GCJ-02+swap", "BD-09", "BD-09+swap"),
    *("EPSG:4550", "EPSG:32651", "EPSG:32651+swap", "EPSG:3857", "EPSG:3857+swap"),
    "EPSG:3857+GCJ-02",
)
QUIRKS = (*ALONE, *IN_THE_DISTRICT, *KNOWN_AGAIN, "EPSG:4510")


@pytest.mark.parametrize("name", ALONE)
def test_a_zone_number_in_the_easting_settles_it(name, district):
    verdict = detect(written(shapes_of(district.parcels), name))
    assert verdict.outcome is Outcome.CERTAIN
    assert names(verdict) == [name]
    assert verdict.answer().confidence is Confidence.MEDIUM
    assert "begin with the number" in said(verdict.answer())


@pytest.mark.parametrize("name", IN_THE_DISTRICT)
def test_without_zone_number_the_district_settles_it(name, district, outline):
    shapes = written(shapes_of(district.parcels), name)
    verdict = detect(shapes, ground=Ground(outline))
    assert names(verdict) == [name]
    assert verdict.answer().confidence is Confidence.HIGH
    assert "% of the points lie in the district" in said(verdict.answer())
    asked = detect(shapes)
    assert asked.outcome is Outcome.ASK
    assert name in names(asked)
    assert len(asked.answers) > 15
    with pytest.raises(CoordinateError, match=r"no coordinate reference system.*--crs"):
        asked.answer()


@pytest.mark.parametrize("name", KNOWN_AGAIN)
def test_outlines_known_already_settle_a_shift(name, district, outline):
    known = shapes_of(district.parcels)
    shapes = written(known[::4], name)
    verdict = detect(shapes, ground=Ground(outline, known))
    assert names(verdict) == [name]
    assert "outlines known already" in said(verdict.answer())
    asked = detect(shapes)
    assert asked.outcome is Outcome.ASK
    assert name in names(asked)


def test_shapes_along_the_border_show_a_shift(outline):
    """Restored they lie inside, as they are many of them stick out."""
    _, south, east, north = outline.bounds
    heights = np.linspace(south, north, 80)
    plots = [box(east - 0.02, y, east - 0.0195, y + 0.0005) for y in heights]
    field = box(east - 0.022, south - 1, east - 0.0194, north + 1)
    verdict = detect(written(np.array(plots), "GCJ-02"), ground=Ground(field))
    assert names(verdict) == ["GCJ-02"]


def test_a_shift_the_district_cannot_show_is_asked_for(district, outline):
    verdict = detect(written(shapes_of(district.parcels)[:5], "GCJ-02"), ground=Ground(outline))
    assert verdict.outcome is Outcome.ASK
    assert {"GCJ-02", "EPSG:4490"} <= set(names(verdict))
    assert {answer.confidence for answer in verdict.answers} == {Confidence.LOW}


def test_a_six_degree_zone_goes_under_the_code_that_is_declared(district):
    shapes = written(shapes_of(district.parcels), "EPSG:4510")
    declared = Declaration("2000国家大地坐标系", zone=21, zone_width=6)
    assert names(detect(shapes, declared=declared)) == ["EPSG:4510"]
    assert names(detect(shapes, declared=Declaration("CGCS2000", zone=41))) == ["EPSG:4550"]


@settings(deadline=None, max_examples=60)
@given(
    name=st.sampled_from(QUIRKS),
    rows=st.lists(st.integers(0, 299), min_size=1, max_size=30, unique=True),
    has_outline=st.booleans(),
    known_rows=st.none() | st.integers(1, 300),
    declared=st.sampled_from([Declaration(), Declaration("CGCS2000"), Declaration(zone_width=3)]),
    has_areas=st.booleans(),
)
def test_the_truth_is_always_among_the_answers(
    district, outline, name, rows, has_outline, known_rows, declared, has_areas
):
    """Whatever is known of the place: certain means right, and asked means the truth is offered."""
    truth = shapes_of(district.parcels)[rows]
    known = None if known_rows is None else shapes_of(district.parcels)[:known_rows]
    areas = district.parcels.to_crs(4549).area.to_numpy()[rows]
    if "GCJ" in name or "BD" in name or name[5] == "3":
        declared = Declaration()  # CGCS2000 and a zone would be a false declaration
    verdict = detect(
        written(truth, name),
        declared=declared,
        ground=Ground(outline if has_outline else None, known),
        stated_areas=areas / 10_000 if has_areas else None,
    )
    assert verdict.outcome is not Outcome.REFUSED
    found = [apply(written(truth, name), answer) for answer in verdict.answers]
    assert any(gap(truth, shapes) < CENTIMETRE for shapes in found)
    assert (verdict.outcome is Outcome.CERTAIN) == (verdict.error is None)
    for answer in verdict.answers:
        assert answer.evidence
        assert parse_crs(answer.name) == answer


def test_stated_areas_tell_a_zone_from_web_mercator(district):
    shapes = written(shapes_of(district.parcels), "EPSG:3857")
    assert "EPSG:4491" in names(detect(shapes))
    areas_mu = district.parcels.to_crs(4549).area.to_numpy() * 0.0015
    verdict = detect(shapes, stated_areas=areas_mu)
    assert names(verdict) == ["EPSG:3857", "EPSG:3857+GCJ-02"]
    assert "agree with the shapes in mu" in said(verdict.answers[0])


# --- What is declared ------------------------------------------------------------------------


def test_the_zone_number_counts_for_more_than_the_place(outline):
    elsewhere = np.array([box(113.85, 23.3, 113.86, 23.31)])
    declared = Declaration("2000国家大地坐标系", zone=38, zone_width=3)
    for name in ("EPSG:4526", "EPSG:4547"):
        verdict = detect(written(elsewhere, name), declared=declared, ground=Ground(outline))
        assert names(verdict) == [name]
        assert "km away" in said(verdict.answer())
        assert "Datum and zone agree with what the file declares" in said(verdict.answer())


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("EPSG:4528", Declaration(zone=39)),
        ("EPSG:4528", Declaration(zone=40, zone_width=6)),
        ("EPSG:4549", Declaration("CGCS2000", zone=39)),
        ("EPSG:4490", Declaration("GCJ-02")),
        ("EPSG:4490+swap", Declaration("百度BD09")),
        ("EPSG:4528", Declaration(crs=CRS.from_epsg(28992))),
    ],
)
def test_a_declaration_the_evidence_contradicts_is_asked_about(name, declared, district, outline):
    known = shapes_of(district.parcels)
    verdict = detect(written(known, name), declared=declared, ground=Ground(outline, known))
    assert verdict.outcome is Outcome.ASK
    assert name in names(verdict)
    assert verdict.error is not None
    assert str(declared) in str(verdict.error)


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        (Declaration("CGCS2000"), "EPSG:4490"),
        (Declaration("WGS-84"), "EPSG:4490+swap"),
        (Declaration("火星坐标系"), "GCJ-02"),
        (Declaration("百度坐标"), "BD-09"),
        (Declaration(crs=CRS.from_epsg(4549)), "EPSG:4490"),
        (Declaration(crs=CRS.from_epsg(4490)), "EPSG:4528"),
        (Declaration(crs=CRS.from_epsg(4549)), "EPSG:4528+swap"),
        (Declaration(crs=CRS.from_epsg(4549)), "EPSG:4549+swap"),
        (Declaration(crs=CRS.from_epsg(4528)), "EPSG:4549"),
        (Declaration(zone=40), "EPSG:4549"),
    ],
)
def test_a_declared_name_settles_what_numbers_leave_open(declared, name, district):
    verdict = detect(written(shapes_of(district.parcels), name), declared=declared)
    assert names(verdict) == [name]
    assert verdict.answer().confidence is Confidence.HIGH


@pytest.mark.parametrize(
    "declared",
    [
        Declaration("1980西安坐标系"),
        Declaration("80国家大地坐标系", zone=40),
        Declaration("1954北京坐标系"),
        Declaration("西安80"),
        Declaration("Beijing 54"),
        Declaration(crs=CRS.from_epsg(2364)),
        Declaration(crs=CRS.from_epsg(2437)),
        Declaration(crs=CRS.from_epsg(4555)),
    ],
    ids=str,
)
def test_older_datums_are_refused_by_name(declared, district):
    verdict = detect(written(shapes_of(district.parcels), "EPSG:4528"), declared=declared)
    assert verdict.outcome is Outcome.REFUSED
    with pytest.raises(CoordinateError, match="no exact public shift"):
        verdict.answer()


def test_names_of_other_countries_are_no_older_datum():
    for code in (2326, 28992, 25832, 2178):  # Hong Kong 1980, Poland CS2000 among them
        assert Declaration(crs=CRS.from_epsg(code)).datum is None
    assert Declaration("2000国家大地坐标系").datum is Declaration("CGCS2000").datum


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("named", [False, True])
def test_the_city_grid_is_refused(named, district):
    local = shapely.transform(
        written(shapes_of(district.parcels), "EPSG:4549"), lambda p: p - [640_000, 3_458_000]
    )
    declared = Declaration("上海2000坐标系" if named else "")
    verdict = detect(local, declared=declared)
    assert verdict.outcome is Outcome.REFUSED
    assert "city's own grid" in str(verdict.error)


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ([box(5.1, 52.1, 5.2, 52.2)], "outside China: 5.1–5.2° E, 52.1–52.2° N"),
        ([box(440_000, 6_200_000, 441_000, 6_201_000)], "fit none in use in China"),
        ([box(121.3, 30.7, 121.31, 30.71), box(40_628_000, 3e6, 40_629_000, 3e6)], "fit none"),
        ([shapely.Point(0, 0), box(40_628_000, 3.4e6, 40_629_000, 3.5e6)], "fit none"),
        ([shapely.Point(np.inf, 1)], "fit none"),
        ([None, shapely.Polygon()], "no coordinates"),
        ([], "no coordinates"),
    ],
)
def test_what_fits_nothing_is_refused(shapes, reason):
    verdict = detect(shapes)
    assert verdict.outcome is Outcome.REFUSED
    assert not verdict.answers
    assert reason in str(verdict.error)


# --- What a person says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("EPSG:4528", Hypothesis(4528)),
        ("4528", Hypothesis(4528)),
        (" epsg:4528 + SWAP ", Hypothesis(4528, (Step.AXIS_SWAP,))),
        ("EPSG:4549+false-easting", Hypothesis(4549, (Step.ADD_FALSE_EASTING,))),
        ("4549+falseeasting+swap", Hypothesis(4549, (Step.AXIS_SWAP, Step.ADD_FALSE_EASTING))),
        ("GCJ-02", Hypothesis(4490, (Step.FROM_GCJ02,))),
        ("gcj02", Hypothesis(4490, (Step.FROM_GCJ02,))),
        ("BD-09+swap", Hypothesis(4490, (Step.AXIS_SWAP, Step.FROM_BD09))),
        ("EPSG:3857+GCJ-02", Hypothesis(3857, (Step.FROM_GCJ02,))),
        ("WGS 84", Hypothesis(4490)),
        ("CGCS2000", Hypothesis(4490)),
        ("EPSG:28992", Hypothesis(28992)),
    ],
)
def test_systems_as_a_person_writes_them(text, answer):
    assert parse_crs(text) == answer
    assert parse_crs(parse_crs(text).name) == answer


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("", UsageError, "at “”"),
        ("zone 40", UsageError, "at “zone 40”"),
        ("EPSG:4528+mirror", UsageError, "at “mirror”"),
        ("EPSG:4528+", UsageError, "at “”"),
        ("EPSG:1", UsageError, "at “EPSG:1”"),
        ("EPSG:999999", UsageError, "EPSG:999999 is no reference system of a map"),
        ("EPSG:5773", UsageError, "no reference system of a map"),  # heights
        ("EPSG:4978", UsageError, "no reference system of a map"),  # geocentric
        ("GCJ-02+BD-09", UsageError, "two shifts"),
        ("EPSG:4490+false-easting", UsageError, "to degrees"),
        ("EPSG:2364", CoordinateError, "no exact public shift"),
    ],
)
def test_what_a_person_cannot_mean(text, error, reason):
    with pytest.raises(error, match=reason):
        parse_crs(text)


@given(st.text(max_size=20))
def test_any_text_is_a_system_or_an_error(text):
    try:
        answer = parse_crs(text)
    except (UsageError, CoordinateError):
        return
    assert parse_crs(answer.name) == answer


def test_missing_shapes_stay_missing():
    found = apply([None, shapely.Polygon(), square(0)], parse_crs("EPSG:4490"))
    assert found[0] is None
    assert found[1].is_empty
    assert found[2].equals(square(0))
    assert apply([None], parse_crs("BD-09+swap")).tolist() == [None]


# --- Units of area ---------------------------------------------------------------------------


AREAS_M2 = np.array([29_400.0, 51_300.5, np.nan, 8_000.0])


@pytest.mark.parametrize(
    ("unit", "believed", "ratio"),
    [
        (AreaUnit.MU, AreaUnit.HECTARE, 15),
        (AreaUnit.HECTARE, AreaUnit.MU, 0.06667),
        (AreaUnit.HECTARE, AreaUnit.M2, 0.0001),
        (AreaUnit.M2, AreaUnit.HECTARE, 10_000),
        (AreaUnit.M2, AreaUnit.MU, 666.7),
        (AreaUnit.MU, AreaUnit.M2, 0.0015),
    ],
)
def test_an_area_in_another_unit_is_noticed(unit, believed, ratio):
    stated = AREAS_M2 / unit.m2 * [1.02, 0.999, 1, 1]
    found, issue = judge_area_unit(stated, AREAS_M2, believed)
    assert found is unit
    assert issue is not None
    assert issue.values["ratio"] == pytest.approx(ratio, rel=1e-3)
    assert issue.values["count"] == 3
    assert judge_area_unit(stated, AREAS_M2, unit) == (unit, None)


@pytest.mark.parametrize("stated", [[1.0, 2.0, 3.0, 4.0], [np.nan] * 4, [0.0, -5.0, 1.0, 0.0]])
def test_areas_in_no_unit_change_nothing(stated):
    assert judge_area_unit(stated, AREAS_M2, AreaUnit.M2) == (AreaUnit.M2, None)


# --- Files -----------------------------------------------------------------------------------


def layer_file(path: Path, shapes: Shapes, crs: object = None) -> Path:
    layer = gpd.GeoDataFrame({"name": ["x"] * len(shapes)}, geometry=list(shapes), crs=crs)
    layer.to_parquet(path)
    return path


def test_a_nameless_layer_is_placed_and_the_evidence_told(tmp_path, district, outline):
    truth = shapes_of(district.parcels)
    path = layer_file(tmp_path / "a.parquet", written(truth, "EPSG:4549"))
    told = []
    layer = read_layer(path, ground=Ground(outline), tell=told.append)
    assert layer.crs.to_epsg() == 4490
    assert gap(truth, layer.geometry) < CENTIMETRE
    assert "taken as EPSG:4549, which the place confirms" in told[0].text()
    assert len(told) == 1 + 4
    assert {issue.severity.value for issue in told} == {"noted"}


def test_a_nameless_layer_that_may_be_two_things_is_asked_about(tmp_path, district):
    truth = shapes_of(district.parcels)
    path = layer_file(tmp_path / "a.parquet", written(truth, "BD-09"))
    with pytest.raises(CoordinateError, match=r"3 fit .*EPSG:4490 .*GCJ-02 .*BD-09 .*--crs"):
        read_layer(path)
    assert gap(truth, read_layer(path, crs="BD-09").geometry) < CENTIMETRE


def test_a_person_counts_for_more_than_the_file(tmp_path):
    path = layer_file(tmp_path / "a.parquet", written(np.array([square(0)]), "GCJ-02"), 4490)
    told = []
    layer = read_layer(path, crs="GCJ-02", tell=told.append)
    assert gap([square(0)], layer.geometry) < CENTIMETRE
    (issue,) = told
    assert "GCJ-02 was used, as asked" in issue.text()
    with pytest.raises(CoordinateError, match="no place on earth"):
        read_layer(path, crs="EPSG:4490+swap")


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("EPSG:4490", 4549),  # degrees for metres
        ("EPSG:4528", 4490),  # metres for degrees
        ("EPSG:4549", 4528),
        ("EPSG:4549+swap", 4549),
        ("EPSG:4528+false-easting", 4528),
        ("EPSG:4490+swap", 4490),
    ],
)
def test_a_declaration_the_numbers_contradict_is_corrected(name, declared, tmp_path):
    path = layer_file(tmp_path / "a.parquet", written(np.array([square(0)]), name), declared)
    told = []
    layer = read_layer(path, tell=told.append)
    assert gap([square(0)], layer.geometry) < CENTIMETRE
    assert f"they are taken as {name}" in told[0].text()


def test_older_datums_in_a_file_are_refused(tmp_path):
    path = layer_file(tmp_path / "a.parquet", written(np.array([square(0)]), "EPSG:4528"), 2364)
    with pytest.raises(CoordinateError, match="Xian 1980"):
        read_layer(path)
    assert gap([square(0)], read_layer(path, crs="4528").geometry) < CENTIMETRE


def test_a_declared_system_costs_nothing_and_says_nothing():
    shapes = gpd.GeoDataFrame(geometry=[square(0), None], crs=4490)
    settled = settle(shapes)
    assert settled.notes == ()
    assert settled.frame.geometry[0].equals(square(0))
    assert settle(shapes.iloc[1:]).notes == ()


def test_a_ledger_keeps_its_rows_unless_the_shapes_are_needed(tmp_path, outline):
    path = tmp_path / "a.parquet"
    frame(crs=None).to_parquet(path)
    ledger = read_ledger(path)
    assert ledger.geometry is None
    issue = ledger.issues[-1]
    assert "--crs names the right one" in issue.text()
    with pytest.raises(CoordinateError, match="3 fit its numbers"):
        read_ledger(path, shapes_needed=True)
    placed = read_ledger(path, crs="CGCS2000").geometry
    assert placed is not None
    assert placed[0].equals(square(0))
    with pytest.raises(UsageError, match="not understood"):
        read_ledger(path, crs="somewhere")


def test_a_ledger_on_a_grid_is_placed_by_the_district(tmp_path, outline):
    path = tmp_path / "a.parquet"
    frame().to_crs(4549).set_crs(None, allow_override=True).to_parquet(path)
    ground = Ground(shapely.union(outline, box(121.2, 30.6, 121.5, 30.9)))
    ledger = read_ledger(path, ground=ground)
    assert ledger.geometry is not None
    assert gap([square(0)], [ledger.geometry[0]]) < 1
    assert any("taken as EPSG:4549" in issue.text() for issue in ledger.issues)


def test_a_register_is_placed_as_asked(tmp_path):
    columns = {"claim_code": ["1"], "kind": ["vacated"], "status": ["planned"], "area_m2": ["9"]}
    shapes = written(np.array([square(0)]), "EPSG:4549+swap")
    path = tmp_path / "a.parquet"
    gpd.GeoDataFrame(columns, geometry=shapes).to_parquet(path)
    _, outlines = read_claims(path, crs="EPSG:4549+swap")
    assert gap([square(0)], outlines) < 1
    with pytest.raises(CoordinateError, match="no coordinate reference system"):
        read_claims(path)


def test_a_map_needs_the_shapes_and_takes_the_answer(tmp_path, law):
    path = tmp_path / "a.parquet"
    frame(crs=None).to_parquet(path)
    with pytest.raises(CoordinateError, match="--crs names the right one"):
        map_of_file(path, None, law, date(2026, 6, 30), "en")
    view = map_of_file(path, None, law, date(2026, 6, 30), "en", crs="EPSG:4490")
    assert all(parcel.geometry.equals(square(n)) for n, parcel in enumerate(view.parcels))


def test_every_statement_can_be_made_in_chinese(district, outline):
    _ = translator("zh")
    known = shapes_of(district.parcels)
    verdict = detect(
        written(known, "EPSG:3857"), ground=Ground(outline), stated_areas=[1.0] * len(known)
    )
    for answer in verdict.answers:
        for issue in answer.evidence:
            assert issue.text(_(issue.template)) != issue.text()


# --- Public data -----------------------------------------------------------------------------


def points_of(path: Path) -> Shapes:
    """Third and fourth number of each point of an exchange text, in the order of the file."""
    lines = path.read_text("utf-8").splitlines()
    rows = [line.split(",") for line in lines if line.startswith("J")]
    return np.array([shapely.Polygon([(float(row[2]), float(row[3])) for row in rows])])


def test_real_boundary_texts_are_zone_38_with_the_northing_first(shared_data, outline):
    files = sorted((shared_data / "boundary_txt").glob("*.txt"))
    assert len(files) == 6
    declared = Declaration("2000国家大地坐标系", zone=38, zone_width=3)
    for path in files:
        for known in (Declaration(), declared):
            verdict = detect(points_of(path), declared=known, ground=Ground(outline))
            assert names(verdict) == ["EPSG:4526+swap"]
        lon, lat = apply(points_of(path), verdict.answer())[0].centroid.coords[0]
        assert 112.7 < lon < 112.9
        assert 23.2 < lat < 23.4


@pytest.mark.parametrize("name", QUIRKS)
def test_real_districts_are_found_by_the_other_source(name, shared_data):
    """The parcels of one source's Shanghai, the outline of the other's."""
    amap, tianditu = (
        gpd.read_file(shared_data / "boundaries" / f"shanghai_districts_{source}.geojson")
        for source in ("amap", "tianditu")
    )
    truth = shapely.buffer(amap.representative_point().to_numpy(), 0.001)
    ground = Ground(tianditu.geometry.union_all())
    verdict = detect(written(truth, name), ground=ground)
    found = [apply(written(truth, name), answer) for answer in verdict.answers]
    assert any(gap(truth, shapes) < CENTIMETRE for shapes in found)


def test_real_outlines_are_recognised_as_themselves(shared_data):
    tianditu = gpd.read_file(shared_data / "boundaries" / "shanghai_districts_tianditu.geojson")
    truth = tianditu.geometry.to_numpy()
    for name in ("GCJ-02", "BD-09", "EPSG:4490"):
        verdict = detect(written(truth, name), ground=Ground(tianditu.union_all(), truth))
        assert name in names(verdict)
        assert names(verdict)[0] == name


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("referentiepercelen.gpkg", r"outside China: [3-7]\.\d+–[3-7]"),
        ("brpgewaspercelen_definitief_2023.gpkg", r"outside China: [3-7]\.\d+–[3-7]"),
    ],
)
def test_foreign_parcels_keep_their_system_and_are_named(file, place, shared_data):
    told = []
    fields = read_layer(shared_data / "parcels_abroad" / file, tell=told.append)
    west, south, east, north = fields.total_bounds
    assert 3 < west < east < 8
    assert 50 < south < north < 54
    (issue,) = told
    assert issue.text().startswith("The shapes lie outside China")


def test_foreign_parcels_without_a_system_are_never_placed(shared_data, outline):
    fields = gpd.read_file(f"zip://{shared_data / 'parcels_abroad' / 'Marker_2026.zip'}")
    danish = detect(fields.geometry.to_numpy(), ground=Ground(outline))
    assert danish.outcome is Outcome.REFUSED
    fields = gpd.read_file(shared_data / "parcels_abroad" / "referentiepercelen.gpkg")
    dutch = detect(fields.geometry.to_numpy(), ground=Ground(outline))
    assert dutch.outcome is not Outcome.CERTAIN
