"""What is wrong with outlines and facts is told by every import, once, and what is repaired too."""

from __future__ import annotations

import csv
import sqlite3
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.errors import InputFileError
from geodata.importers.content import ContentFile, read_content
from geodata.importers.detective import Ground
from geodata.importers.readers import read_table
from geodata.model.codelists import IssueSeverity
from geodata.model.content_lists import ContentKind
from geodata.model.quality_lists import QualitySeverity, RepairPolicy, Responsible
from geodata.settings import USUAL
from tests.geometry.shapes import GRID, plot

CODES = [f"310116001002GB0001{n}" for n in range(6)]
# Overshot by a hair's breadth on both sides.
HAIR_CROSSED = [(0, 0), (40, 0), (40, 40), (-1e-3, 40), (0, 40.001)]
BOW_TIE = [(0, 0), (40, 40), (40, 0), (0, 40)]


def ring(*points: tuple[float, float]) -> shapely.Polygon:
    corner = plot(0, 0, 1, 1).bounds
    return shapely.Polygon([(corner[0] + x, corner[1] + y) for x, y in points])


def parcels(*shapes: shapely.Geometry | None, **columns: Sequence[object]) -> gpd.GeoDataFrame:
    codes = {"parcel_code": CODES[: len(shapes)]}
    return gpd.GeoDataFrame(codes | columns, geometry=list(shapes), crs=GRID)


def written(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_file(path)
    return path


def told(file: ContentFile) -> list[tuple[str, tuple[int, ...]]]:
    return [(issue.fault.value, issue.rows) for issue in file.quality]


# --- Outlines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("epsg", [4549, 4528, 4490])
def test_every_family_of_faults_is_looked_for(epsg: int, tmp_path: Path):
    frame = parcels(
        plot(0, 0, 40, 40),
        plot(30, 0, 70, 40),
        ring(*((x + 100, y) for x, y in BOW_TIE)),
        None,
        plot(0, 100, 40, 100.2),
        plot(200, 0, 240, 40),
        area_m2=[1600, 1600, 800, 5, None, 2000],
    )
    found = read_content(written(frame.to_crs(epsg), tmp_path / "a.gpkg"))
    assert found.kind is ContentKind.PARCELS
    assert told(found) == [
        ("shape_missing", (4,)),
        ("self_intersection", (3,)),
        ("sliver", (5,)),
        ("overlap", (1, 2)),
        ("area_differs", (6,)),
    ]
    by_fault = {issue.fault.value: issue for issue in found.quality}
    overlap, area = by_fault["overlap"], by_fault["area_differs"]
    assert overlap.parcels == (CODES[0], CODES[1])
    assert overlap.measured == pytest.approx(400, abs=0.01)
    assert overlap.responsible is Responsible.SURVEYOR
    assert (area.severity, area.responsible) == (QualitySeverity.ERROR, Responsible.BUREAU)
    assert area.measured == pytest.approx(25, abs=0.01)
    (place,) = gpd.GeoSeries([overlap.where], crs=4490).to_crs(GRID)
    assert place.hausdorff_distance(plot(30, 0, 40, 40)) < 0.01


def test_a_fault_is_told_once_and_a_shape_that_stays_out_is_told(tmp_path: Path):
    bow_tie = ring(*BOW_TIE)
    found = read_content(written(parcels(bow_tie, plot(90, 0, 99, 9)), tmp_path / "a.gpkg"))
    assert told(found) == [("self_intersection", (1,))]
    (issue,) = found.issues
    assert (issue.row, issue.severity) == (1, IssueSeverity.NOTED)
    assert "left out: no repair (make_valid) keeps its area" in issue.text()
    assert found.geometry is not None
    assert found.geometry.isna().tolist() == [True, False]
    assert [(repair.row, repair.is_made) for repair in found.repairs] == [(1, False)]
    assert found.originals == ()


@pytest.mark.parametrize(
    ("percent", "severity"), [(0.9, None), (1.1, QualitySeverity.WARNING), (5.1, "error")]
)
def test_a_stated_area_is_held_against_the_outline(
    percent: float, severity: str | None, tmp_path: Path
):
    for kind, column in (("parcels", "area_m2"), ("claims", "area_m2"), ("ledger", "area_m2")):
        names = {"parcels": "parcel_code", "claims": "claim_code", "ledger": "contract_no"}
        row = {names[kind]: "310116001002GB00010", column: 10_000 * (1 + percent / 100)}
        row |= {"kind": "vacated", "status": "planned"} if kind == "claims" else {}
        shape = plot(0, 0, 100, 100)
        frame = gpd.GeoDataFrame([row], geometry=[shape], crs=GRID)
        found = read_content(written(frame, tmp_path / f"{kind}.gpkg"), ContentKind.of(kind))
        assert [issue.severity for issue in found.quality if issue.where] == (
            [severity] if severity else []
        )


def test_tolerances_are_those_of_the_caller(tmp_path: Path):
    frame = parcels(plot(0, 0, 40, 40), plot(39.9, 0, 70, 40), area_m2=[1610, None])
    path = written(frame, tmp_path / "a.gpkg")
    assert told(read_content(path)) == [("overlap", (1, 2))]
    strict = replace(USUAL, area_warn_percent=0.5, overlap_m2=5)
    assert told(read_content(path, tolerances=strict)) == [("area_differs", (1,))]


def test_district_and_parks_are_looked_at_where_they_are_known(tmp_path: Path):
    land = [plot(0, 0, 40, 40), plot(40.5, 0, 80, 40), plot(500, 0, 510, 10)]
    around = gpd.GeoSeries([plot(0, 0, 80, 40), plot(-9, -9, 99, 99)], crs=GRID).to_crs(4490)
    ground = Ground(around[1], parks=gpd.GeoSeries([around[0]], index=["示例工业区"], crs=4490))
    path = written(parcels(*land), tmp_path / "a.gpkg")
    assert told(read_content(path)) == []
    found = read_content(path, ground=ground)
    assert told(found) == [("gap", (1, 2)), ("outside_district", (3,))]
    assert found.quality[0].place == "示例工业区"


def test_phases_of_a_parcel_share_its_land(tmp_path: Path):
    frame = gpd.GeoDataFrame(
        {
            "contract_no": ["a", "a", "b"],
            "phase": ["1", "2", None],
            "parcel_code": [CODES[0], CODES[0], CODES[1]],
        },
        geometry=[plot(0, 0, 40, 40), plot(0, 0, 40, 40), plot(30, 0, 70, 40)],
        crs=GRID,
    )
    assert told(read_content(written(frame, tmp_path / "a.gpkg"))) == [("overlap", (1, 3))]
    unnamed = frame.drop(columns="parcel_code")
    found = read_content(written(unnamed, tmp_path / "b.gpkg"))
    assert told(found) == [("duplicate_parcel", (1, 2)), ("overlap", (1, 3))]
    assert found.quality[0].parcels == ("a/1", "a/2")


def test_entries_of_a_register_may_lie_on_each_other(tmp_path: Path):
    rows = [
        {"claim_code": code, "kind": "vacated", "status": "planned", "area_m2": 1600}
        for code in "ab"
    ]
    frame = gpd.GeoDataFrame(rows, geometry=[plot(0, 0, 40, 40)] * 2, crs=GRID)
    assert told(read_content(written(frame, tmp_path / "a.gpkg"), ContentKind.CLAIMS)) == []


def test_rows_that_are_sent_back_are_not_looked_at(tmp_path: Path):
    frame = parcels(plot(0, 0, 40, 40), plot(30, 0, 70, 40))
    frame.loc[0, "parcel_code"] = None
    found = read_content(written(frame, tmp_path / "a.gpkg"))
    assert ({issue.row for issue in found.rejected}, told(found)) == ({1}, [])


def test_land_without_a_zone_is_measured_around_its_own_middle(tmp_path: Path):
    """Foreign land is told to lie outside China, and measured all the same."""
    squares = gpd.GeoSeries([plot(0, 0, 40, 40), plot(30, 0, 70, 40)], crs=GRID).to_crs(4490)
    moved = squares.translate(-115, 20)
    frame = gpd.GeoDataFrame({"parcel_code": CODES[:2]}, geometry=list(moved), crs=4490)
    found = read_content(written(frame, tmp_path / "a.gpkg"))
    assert told(found) == [("overlap", (1, 2))]
    assert found.issues[0].text().startswith("The shapes lie outside China")


def test_a_coordinate_that_is_no_number_costs_its_shape_alone(tmp_path: Path):
    endless = shapely.Polygon([(121, 30), (121.01, float("inf")), (121.01, 30.01)])
    sound = shapely.box(121.3, 30.7, 121.301, 30.701)
    frame = gpd.GeoDataFrame({"parcel_code": CODES[:2]}, geometry=[endless, sound], crs=4490)
    frame.to_parquet(tmp_path / "a.parquet")
    found = read_content(tmp_path / "a.parquet")
    assert told(found) == [("bad_coordinate", (1,))]
    assert found.geometry is not None
    assert found.geometry.isna().tolist() == [True, False]


# --- Repairs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [None, "EPSG:4549+swap"])
def test_a_repair_is_told_and_keeps_the_shape_as_it_came(crs: str | None, tmp_path: Path):
    given = ring(*HAIR_CROSSED)
    sound = plot(90, 0, 99, 9)
    shapes = [given, sound]
    if crs:
        shapes = [shapely.transform(shape, lambda points: points[:, ::-1]) for shape in shapes]
    found = read_content(written(parcels(*shapes), tmp_path / "a.gpkg"), crs=crs)
    assert told(found)[0] == ("self_intersection", (1,))
    (issue,) = (issue for issue in found.issues if issue.row)
    assert (issue.severity, issue.row) == (IssueSeverity.REPAIRED, 1)
    assert issue.text().startswith("The outline was repaired (make_valid); its area changed by ")
    (original,) = found.originals
    assert (original.row_no, original.policies) == (1, (RepairPolicy.MAKE_VALID,))
    assert (original.crs, shapely.from_wkb(original.shape)) == (crs or "EPSG:4549", shapes[0])
    assert found.geometry is not None
    assert found.geometry.is_valid.all()
    assert found.geometry.to_crs(GRID).area[0] == pytest.approx(1600, abs=0.1)


def unclosed(path: Path) -> tuple[Path, bytes]:
    """A GeoPackage of which the last point of a ring is not its first, and that shape."""
    written(parcels(plot(0, 0, 40, 40), plot(90, 0, 99, 9)), path)
    shape = ring_without_its_end()
    with sqlite3.connect(path) as database:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        (blob,) = database.execute("SELECT geom FROM a WHERE fid = 1").fetchone()
        head = blob[: 8 + 32]  # with an envelope
        database.execute("UPDATE a SET geom = ? WHERE fid = 1", (head + shape,))
    database.close()
    return path, shape


def test_a_ring_that_is_not_closed_is_closed_and_told(tmp_path: Path):
    path, shape = unclosed(tmp_path / "a.gpkg")
    found = read_content(path)
    assert told(found) == [("unclosed_ring", (1,))]
    assert [(issue.row, issue.severity) for issue in found.issues] == [(1, IssueSeverity.REPAIRED)]
    assert found.geometry is not None
    assert found.geometry.to_crs(GRID).area[0] == pytest.approx(1600)
    (original,) = found.originals
    assert (original.policies, original.shape) == ((RepairPolicy.CLOSE_RINGS,), shape)
    assert original.change == 0


def ring_without_its_end() -> bytes:
    points = shapely.get_coordinates(plot(0, 0, 40, 40))[:-1]
    return struct.pack("<BIII", 1, 3, 1, len(points)) + points.tobytes()


def open_text(path: Path) -> Path:
    """A text file with that shape, and one that is closed."""
    points = shapely.get_coordinates(plot(0, 0, 40, 40))[:-1].tolist()
    ring = ", ".join(f"{east} {north}" for east, north in points)
    shapes = [f"SRID=4549;POLYGON (({ring}))", f"SRID=4549;{plot(90, 0, 99, 9).wkt}"]
    rows = [{"parcel_code": code, "wkt": shape} for code, shape in zip(CODES, shapes, strict=False)]
    return table(path, *rows)


def open_parquet(path: Path) -> Path:
    """A GeoParquet with that shape, and one that is closed."""
    parcels(plot(0, 0, 40, 40), plot(90, 0, 99, 9)).to_parquet(path)
    read = pq.read_table(path)
    shapes = [ring_without_its_end(), read["geometry"].to_pylist()[1]]
    place = read.schema.get_field_index("geometry")
    pq.write_table(read.set_column(place, "geometry", pa.array(shapes)), path)
    return path


@pytest.mark.parametrize(
    ("name", "make"), [("a.csv", open_text), ("a.parquet", open_parquet)], ids=["wkt", "parquet"]
)
def test_rings_are_closed_and_told_whatever_they_are_written_in(
    name: str, make: Callable[[Path], Path], tmp_path: Path
):
    found = read_content(make(tmp_path / name))
    assert told(found) == [("unclosed_ring", (1,))]
    assert found.geometry is not None
    assert found.geometry.to_crs(GRID).area.tolist() == pytest.approx([1600, 81], abs=0.01)
    assert [(each.row, each.policy) for each in found.repairs] == [(1, RepairPolicy.CLOSE_RINGS)]
    (original,) = found.originals
    assert (original.row_no, original.shape) == (1, ring_without_its_end())
    assert original.policies == (RepairPolicy.CLOSE_RINGS,)


def test_all_parts_of_an_open_shape_are_kept_as_they_are_written(tmp_path: Path):
    wkt = "MULTIPOLYGON (((1 1, 9 1, 9 9), (4 3, 5 3, 5 4, 4 3)), ((20 1, 29 1, 29 9, 20 1)))"
    path = table(tmp_path / "a.csv", {"parcel_code": CODES[0], "wkt": wkt})
    (original,) = read_table(path, lambda _: True).unclosed.values()
    closed = shapely.from_wkb(original, on_invalid="fix")
    assert closed.equals_exact(shapely.from_wkt(wkt, on_invalid="fix"))
    assert shapely.from_wkb(original, on_invalid="ignore") is None


def test_a_parquet_whose_shapes_are_none_is_refused(tmp_path: Path):
    path = tmp_path / "a.parquet"
    parcels(plot(0, 0, 40, 40)).to_parquet(path)
    read = pq.read_table(path)
    place = read.schema.get_field_index("geometry")
    pq.write_table(read.set_column(place, "geometry", pa.array([b"no shape"])), path)
    with pytest.raises(InputFileError, match=r"a\.parquet cannot be read"):
        read_content(path)


# --- Units -------------------------------------------------------------------------------------


def test_mu_for_hectares_are_found_by_the_outlines(tmp_path: Path):
    shapes = [plot(0, 0, 100, 100), plot(200, 0, 300, 200), plot(400, 0, 500, 100)]
    codes = {"parcel_code": CODES[:3], "宗地面积(公顷)": ["15", "30", "15"]}
    frame = gpd.GeoDataFrame(codes, geometry=shapes, crs=GRID)
    found = read_content(written(frame, tmp_path / "a.gpkg"))
    assert [row["area_m2"] for row in found.rows] == [10_000, 20_000, 10_000]
    (issue,) = found.issues
    assert (issue.severity, issue.column) == (IssueSeverity.REPAIRED, "area_m2")
    assert "read as mu (亩), not ha" in issue.text()
    assert told(found) == []


def test_two_areas_do_not_overrule_their_header(tmp_path: Path):
    shapes = [plot(0, 0, 100, 100), plot(200, 0, 300, 200)]
    codes = {"parcel_code": CODES[:2], "宗地面积(公顷)": ["15", "30"]}
    frame = gpd.GeoDataFrame(codes, geometry=shapes, crs=GRID)
    found = read_content(written(frame, tmp_path / "a.gpkg"))
    assert [row["area_m2"] for row in found.rows] == [150_000, 300_000]
    assert told(found) == [("area_differs", (1,)), ("area_differs", (2,))]


# --- Facts, in the kinds that have them --------------------------------------------------------

USCC = "91310116MA1J00006H"


def table(path: Path, *rows: Mapping[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("kind", "row", "faults"),
    [
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "start_on": "2021-01-01", "completion_on": "2020-01-01"},
            [("completion_before_start", ("completion_on", "start_on"))],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "term_years": "700", "area_m2": "0.5"},
            [("out_of_range", ("area_m2",)), ("out_of_range", ("term_years",))],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "supervision_no": "B00269-1", "uscc": USCC[:-1] + "0"},
            [("supervision_no_variant", ("supervision_no",)), ("uscc_check", ("uscc",))],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "supervision_no": "4406062019BI7595", "parcel_code": "x"},
            [
                ("supervision_no_variant", ("supervision_no",)),
                ("unusual_parcel_code", ("parcel_code",)),
            ],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "far_min": "2", "far_max": "1"},
            [("far_limits_swapped", ("far_min", "far_max"))],
        ),
        (
            ContentKind.LEDGER,
            {
                "contract_no": "a",
                "premium_yuan": "100",
                "instalments": "2020-01-01 60 - -;2020-02-01 30 - -",
            },
            [("instalments_not_price", ("premium_yuan",))],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "land_use": "工业用地; 仓储用地"},
            [("several_uses", ("land_use",))],
        ),
        (
            ContentKind.LEDGER,
            {"contract_no": "a", "土地来源": "10.58"},
            [("source_is_area", ("土地来源",))],
        ),
        (
            ContentKind.PARCELS,
            {"parcel_code": CODES[0], "land_use": "工业/仓储", "registered_on": "1901-05-01"},
            [("out_of_range", ("registered_on",)), ("several_uses", ("land_use",))],
        ),
        (
            ContentKind.AGREEMENTS,
            {
                "agreement_no": "a",
                "contract_no": "b",
                "start_agreed_on": "2022-01-01",
                "completion_agreed_on": "2021-01-01",
                "far_min": "2",
                "far_max": "1",
            },
            [
                ("agreed_order", ("completion_agreed_on", "start_agreed_on")),
                ("far_limits_swapped", ("far_min", "far_max")),
            ],
        ),
        (
            ContentKind.ENTERPRISE_YEARS,
            {"uscc": USCC[:-1] + "0", "year": "2024", "output_wan": "1"},
            [("uscc_check", ("uscc",))],
        ),
    ],
    ids=lambda value: getattr(value, "value", ""),
)
def test_odd_facts_of_a_file_are_told(
    kind: ContentKind,
    row: Mapping[str, str],
    faults: list[tuple[str, tuple[str, ...]]],
    tmp_path: Path,
):
    found = read_content(table(tmp_path / "a.csv", row), kind)
    assert found.rejected == ()
    assert [(issue.fault.value, issue.columns) for issue in found.quality] == faults
    assert {issue.rows for issue in found.quality} <= {(1,), ()}


def test_limits_that_the_whole_table_has_exchanged_are_put_right_and_not_blamed(tmp_path: Path):
    rows = [
        {"电子监管号": f"310116202{n}B00494", "约定容积率(上限)": "1", "约定容积率(下限)": "2"}
        for n in range(3)
    ]
    found = read_content(table(tmp_path / "a.csv", *rows), profile="landchina_zh")
    assert [issue.severity for issue in found.issues if issue.column == "far_min"] == [
        IssueSeverity.REPAIRED
    ]
    assert (found.rows[0]["far_min"], found.rows[0]["far_max"]) == (1, 2)
    assert found.quality == ()


# --- Words for nothing -------------------------------------------------------------------------


def test_words_for_nothing_are_told_once_per_column(tmp_path: Path):
    days = ["1900年01月01日", "1901年01月02日", "1901年01月02日", "Nah", "2020年01月01日", ""]
    rows = [
        {"电子监管号": f"310116202{n}B00494", "约定开工时间": day, "土地使用权人": "Nah"}
        for n, day in enumerate(days)
    ]
    found = read_content(table(tmp_path / "a.csv", *rows), profile="landchina_zh")
    said = {
        issue.header: issue.text() for issue in found.issues if "mean “unknown”" in issue.text()
    }
    assert said == {
        "约定开工时间": "4 cells of 约定开工时间 mean “unknown”: 1901年01月02日 (2),"
        " 1900年01月01日 (1), Nah (1).",
        "土地使用权人": "6 cells of 土地使用权人 mean “unknown”: Nah (6).",
    }
