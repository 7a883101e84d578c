"""Small files that ask for much: refused in words, and the process goes on."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.errors import InputFileError
from geodata.importers import tables
from geodata.importers.content import read_content
from geodata.importers.layers import read_layer
from geodata.importers.ledger import read_ledger
from geodata.importers.nesting import DEEPEST, require_shallow
from tests.importers.damage import Sample
from tests.importers.samples import WRITERS, frame, square, write_ods, write_shapefile

SHEET, CONTENT = "sheet2.xml", "content.xml"


def made(tmp_path: Path, name: str, part: str, edit: Callable[[str], str]) -> Path:
    """A workbook of which one part was edited by hand."""
    folder = tmp_path / "source"
    folder.mkdir()
    sample = Sample.of(WRITERS[name](folder / name))
    return sample.changed(part, lambda raw: edit(raw.decode()).encode()).write(tmp_path)


def with_cell(place: str, row: int) -> Callable[[str], str]:
    cell = f'<row r="{row}"><c r="{place}{row}" t="inlineStr"><is><t>x</t></is></c></row>'
    return lambda text: text.replace("</sheetData>", f"{cell}</sheetData>")


# Cells


@pytest.mark.parametrize(
    ("place", "row", "told"),
    [
        ("XFD", 1_048_576, "more than 4 GiB of memory"),
        ("ZZZZZZ", 9, "more than 4 GiB of memory"),
        ("A", 4_000_000_000, "more than 4 GiB of memory"),
        ("A", 10_000_000, "reaches to row 10000000 and column 7"),
        ("XFE", 9, "reaches to row 9 and column 16385"),
    ],
)
def test_a_cell_far_from_the_table_ends_nothing(place, row, told, tmp_path: Path):
    path = made(tmp_path, "plain.xlsx", SHEET, with_cell(place, row))
    with pytest.raises(InputFileError, match=f"台账.*{told}"):
        read_content(path)


def test_a_stray_cell_within_reason_is_survived(tmp_path: Path):
    path = made(tmp_path, "plain.xlsx", SHEET, with_cell("ZZ", 2_000))
    (issue,) = read_ledger(path).rejected
    assert issue.line == 2_000


def test_a_sheet_that_is_damaged_hinders_no_other(tmp_path: Path):
    path = made(tmp_path, "plain.xlsx", SHEET, with_cell("XFD", 1_048_576))
    with pytest.raises(InputFileError, match="headers but no rows"):
        read_ledger(path, layer="Sheet")


def test_rows_said_to_repeat_are_bounded(tmp_path: Path):
    repeat = '<table:table-row table:number-rows-repeated="1000000000">'
    path = made(
        tmp_path, "sheet.ods", CONTENT, lambda text: text.replace("<table:table-row>", repeat, 1)
    )
    with pytest.raises(InputFileError):
        read_content(path)


def test_a_table_wider_than_any_is_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    wide = ",".join(f"c{n}" for n in range(tables.MOST_COLUMNS))
    path.write_text(f"contract_no,{wide}\n1\n", "utf-8")
    with pytest.raises(InputFileError, match="2 rows and 16385 columns"):
        read_content(path)


def test_as_many_columns_of_one_name_as_there_may_be_are_read(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(f"contract_no{',own' * 5_000}\n1{',x' * 5_000}\n", "utf-8")
    extras = read_ledger(path).extras
    assert list(extras)[:3] == ["own", "own.1", "own.2"]
    assert len(extras) == 5_000


def test_rows_that_a_header_claims_are_counted_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    one = pa.array(["x"]).take(pa.array([0] * 1_000, pa.int32()))
    pq.write_table(pa.table({"contract_no": one}), tmp_path / "a.parquet")
    frame().to_file(tmp_path / "a.gpkg")
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    for path, rows in ((tmp_path / "a.parquet", 1_000), (tmp_path / "a.gpkg", 3)):
        with pytest.raises(InputFileError, match=f"{rows} rows and .* at most 2 rows"):
            read_content(path)


def test_ten_million_rows_that_are_only_claimed_are_not_made_up(tmp_path: Path):
    path = write_shapefile(tmp_path / "a.shp", "GBK", stated=True)
    table = path.with_suffix(".dbf")
    raw = bytearray(table.read_bytes())
    raw[4:8] = struct.pack("<I", 10_000_000)
    table.write_bytes(raw)
    assert read_ledger(path).row_count == 3


# Entities

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
    "file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "remote": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
}
ERROR = '<row r="9"><c r="A9" t="e"><v>&l9;</v></c></row></sheetData>'


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize(
    ("name", "part", "old", "new"),
    [
        ("plain.xlsx", SHEET, "</sheetData>", ERROR),
        ("plain.xlsx", "xl/workbook.xml", "台账", "&l9;"),
        ("plain.xlsx", SHEET, "金山大道1号", "&l9;"),
        ("sheet.ods", CONTENT, "金山大道1号", "&l9;"),
    ],
    ids=["error", "name", "text", "ods"],
)
def test_entities_of_a_workbook_are_not_expanded(name, part, old, new, doctype, tmp_path: Path):
    def edit(text: str) -> str:
        head, _, body = text.rpartition("?>")
        spelled = old.encode("ascii", "xmlcharrefreplace").decode()  # as lxml writes it
        body = body.replace(old, new).replace(spelled, new)
        return f"{head}?>{doctype}{body}".removeprefix("?>")

    path = made(tmp_path, name, part, edit)
    with pytest.raises(InputFileError, match=r"can(not)? be read"):
        read_content(path)


# Nesting


def nested(depth: int, order: str = "<") -> bytes:
    """A point in so many collections."""
    mark = b"\1" if order == "<" else b"\0"
    point = mark + struct.pack(f"{order}Idd", 1, 121.3, 30.7)
    return (mark + struct.pack(f"{order}II", 7, 1)) * depth + point


GEO = {
    "version": "1.0.0",
    "primary_column": "shape",
    "columns": {"shape": {"encoding": "WKB", "geometry_types": []}},
}


def geoparquet(path: Path, shape: bytes, geo: bytes) -> Path:
    table = pa.table({"contract_no": ["1"], "shape": pa.array([shape])})
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)
    return path


def test_shapes_nested_without_end_are_refused(tmp_path: Path):
    path = geoparquet(tmp_path / "a.parquet", nested(200_000), json.dumps(GEO).encode())
    with pytest.raises(InputFileError, match="nests collections more than 100 deep"):
        read_content(path)
    frame().to_file(tmp_path / "a.gpkg", layer="a")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f"DROP TRIGGER {name}")
        shape = b"GP\0\1" + struct.pack("<i", 4490) + nested(200_000)
        database.execute("UPDATE a SET geom = ? WHERE fid = 1", [shape])
    database.close()
    with pytest.raises(InputFileError, match="nests collections more than 100 deep"):
        read_content(tmp_path / "a.gpkg")


@pytest.mark.parametrize("order", ["<", ">"])
def test_only_what_is_nested_deeper_than_any_shape_is_refused(order: str):
    require_shallow([None, b"", nested(DEEPEST, order), nested(DEEPEST, order)[:-1]])
    with pytest.raises(ValueError, match="more than 100 deep"):
        require_shallow([nested(DEEPEST + 1, order)])


@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("order", [0, 1])
def test_large_shapes_of_every_kind_are_not_deep(flavor, order: int):
    parts = [shapely.Point(3 * n, 0).buffer(1) for n in range(300)]
    many = shapely.multipolygons(parts)
    lines = shapely.multilinestrings(shapely.boundary(parts))
    points = shapely.multipoints(shapely.get_coordinates(parts))
    every = shapely.geometrycollections([many, lines, points, parts[0]])
    shapes = [many, lines, points, every, shapely.force_3d(every), shapely.set_srid(every, 4490)]
    require_shallow(
        shapely.to_wkb(s, byte_order=order, flavor=flavor, include_srid=flavor == "extended")
        for s in shapes
    )


def test_metadata_nested_without_end_is_refused(tmp_path: Path):
    path = geoparquet(tmp_path / "a.parquet", nested(1), b"[" * 100_000)
    with pytest.raises(InputFileError, match="cannot be read"):
        read_content(path)


# Queries

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.mark.parametrize(
    ("query", "is_plain"),
    [
        ("SELECT srs_id AS srid, srs_name FROM gpkg_spatial_ref_sys", True),
        (COUNTING, False),
        ("SELECT a.fid FROM contracts a, contracts b, contracts c", False),
        ("SELECT fid FROM contracts UNION ALL SELECT fid FROM contracts", False),
        ("SELECT count(*) FROM contracts", False),
    ],
)
def test_a_view_may_rename_and_nothing_else(query: str, is_plain: bool, tmp_path: Path):
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="contracts")
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE VIEW seen AS {query}")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('seen', 'attributes')"
        )
    database.close()
    if is_plain:
        assert read_ledger(path).row_count == 3
        return
    for read in (read_content, read_layer):
        with pytest.raises(InputFileError, match=r"holds a query \(seen\)"):
            read(path)


# Places


def test_a_shape_of_no_place_is_left_out_and_told(tmp_path: Path):
    shapes = frame()
    shapes.loc[1, "geometry"] = shapely.Polygon([(1e308, -1e308), (-1e308, 1e308), (0, 1)])
    shapes.to_file(tmp_path / "a.gpkg")
    ledger = read_ledger(tmp_path / "a.gpkg")
    assert ledger.geometry is not None
    assert ledger.geometry.isna().tolist() == [False, True, False]
    assert any("those of no place" in issue.text() for issue in ledger.issues if issue.row == 2)


def test_a_system_of_another_body_is_refused(tmp_path: Path):
    path = write_shapefile(tmp_path / "a.shp", "GBK", stated=True)
    system = path.with_suffix(".prj")
    system.write_text(system.read_text("ascii").replace("6378137", "637"), "ascii")
    ledger = read_ledger(path)
    assert ledger.geometry is None
    assert any("no way from the reference system" in issue.text() for issue in ledger.issues)
    with pytest.raises(Exception, match="no way from the reference system"):
        read_layer(path)


# Mixed text


def test_a_system_named_in_a_chinese_code_page_is_read(tmp_path: Path):
    path = write_shapefile(tmp_path / "a.shp", "GBK", stated=True)
    system = path.with_suffix(".prj")
    text = system.read_text("ascii")
    name = text.split('"')[1]
    system.write_bytes(text.replace(name, "2000国家大地坐标系", 1).encode("gbk"))
    ledger = read_ledger(path)
    assert ledger.columns.texts["location"].tolist()[0] == "金山大道1号"
    assert ledger.geometry is not None
    assert ledger.geometry[1].hausdorff_distance(square(1)) < 1e-9


def test_a_text_of_two_encodings_is_refused_with_the_place(tmp_path: Path):
    path = tmp_path / "a.csv"
    text = "contract_no,note\n1,金山\n".encode()
    path.write_bytes(text + "2,金".encode("gbk") + b"\xff\n")
    with pytest.raises(InputFileError, match=r"byte \d+ fits neither"):
        read_content(path)


def test_cells_of_an_ods_are_texts_as_they_stand(tmp_path: Path):
    rows = [["contract_no", "note"], ["<1>&amp;", "=1+1"]]
    ledger = read_ledger(write_ods(tmp_path / "a.ods", rows))
    assert ledger.columns.texts["contract_no"].tolist() == ["<1>&amp;"]
    assert ledger.columns.texts["note"].tolist() == ["=1+1"]
