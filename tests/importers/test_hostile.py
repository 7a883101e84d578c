"""Files that are damaged, or made to mislead: refused by name, never followed, never a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geodata.errors import InputFileError
from geodata.importers.error_cells import error_cells
from geodata.importers.ledger import read_ledger
from geodata.importers.vectors import layers_of
from geodata.model.attributes import BY_KEY
from geodata.model.cells import CellError, read_cell
from tests.importers.samples import frame

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="{name}"><SrcDataSource>{source}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)

ALGORITHM = (
    '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /vsicurl/URL/x'
    ' ! write streamed.gdalg.json"}'
)
LINKED = (
    '{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"URL/crs",'
    '"url":"URL/crs"}},"features":[{"type":"Feature","properties":{"contract_no":"7"},'
    '"geometry":{"type":"Point","coordinates":[121,30]}}]}'
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """Address of a server on this machine, and the paths it was asked for."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - named by the standard library

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("ending", ["geojson", "json", "gpkg", "shp"])
def test_a_file_cannot_make_another_be_read(ending: str, tmp_path: Path):
    other = tmp_path / "other.csv"
    other.write_text("contract_no\n7\n", "utf-8")
    path = tmp_path / f"a.{ending}"
    path.write_text(VRT.format(name="other", source=other), "utf-8")
    with pytest.raises(InputFileError):
        read_ledger(path)
    with pytest.raises(InputFileError):
        layers_of(path)


@pytest.mark.parametrize(
    "text",
    [
        VRT.format(name="x", source="/vsicurl/URL/x.csv"),
        ALGORITHM,
        LINKED,
    ],
    ids=["vrt", "algorithm", "crs"],
)
def test_a_file_cannot_make_the_network_be_asked(
    text: str, asked: tuple[str, list[str]], tmp_path: Path
):
    url, paths = asked
    path = tmp_path / "a.json"
    path.write_text(text.replace("URL", url), "utf-8")
    try:
        assert read_ledger(path).row_count == 1
    except InputFileError:
        assert text is not LINKED
    assert paths == []


def test_another_kind_of_json_is_refused(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(
        '{"displayFieldName": "", "fields": [{"name": "contract_no", "type":'
        ' "esriFieldTypeString"}], "features": [{"attributes": {"contract_no": "7"}}]}',
        "utf-8",
    )
    with pytest.raises(InputFileError):
        read_ledger(path)


def test_a_name_with_signs_of_addresses_is_a_name(tmp_path: Path):
    path = tmp_path / "a#1?x=!b.geojson"
    frame().to_file(tmp_path / "a.geojson")
    (tmp_path / "a.geojson").rename(path)
    assert read_ledger(path).row_count == 3


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!"])
@pytest.mark.parametrize("header", ["note", "signed_on"])
def test_an_error_in_a_workbook_is_no_blank_cell(header: str, error: str, tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["台账", None], ["contract_no", header], ["1", None], ["2", error]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    ledger = read_ledger(tmp_path / "a.xlsx")
    (issue,) = ledger.rejected
    assert (issue.row, issue.line, issue.column, issue.value) == (2, 4, header, error)
    assert ledger.columns.texts["contract_no"].tolist() == ["1"]


def test_an_error_in_a_column_of_its_own_is_kept_as_it_is_shown(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["contract_no", "own"], ["1", "#N/A"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_ledger(tmp_path / "a.xlsx").extras["own"].tolist() == ["#N/A"]


def test_errors_are_found_beyond_the_first_columns(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet("台账")
    sheet["AB12"] = "#REF!"
    book.save(tmp_path / "a.xlsx")
    assert error_cells(tmp_path / "a.xlsx", "台账") == {(11, 27): "#REF!"}


def test_long_numbers_in_place_of_codes_are_told(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["contract_no", "定金"], [310116202100001234567, 1e15], [310116202100001, 1]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    (issue,) = read_ledger(tmp_path / "a.xlsx").issues
    assert (issue.row, issue.column) == (1, "contract_no")
    assert "more than 15 digits" in issue.text()


@pytest.mark.parametrize("first", ["contract_no,note\n1,LONG\n", "contract_no,LONG\n1,x\n"])
def test_a_cell_too_long_to_be_one_is_refused(first: str, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(first.replace("LONG", "x" * 140_000), "utf-8")
    with pytest.raises(InputFileError, match="field limit"):
        read_ledger(path)


def test_a_line_longer_than_a_cell_may_be_is_read(tmp_path: Path):
    path = tmp_path / "a.tsv"
    path.write_text("contract_no\tnote\town\n1\t" + "x" * 90_000 + "\t" + "y" * 90_000, "utf-8")
    assert len(read_ledger(path).columns) == 1


NUMBERS = pa.array(["7"])
FAR = {
    "day": pa.array([2**30], pa.int32()).cast(pa.date32()),
    "instant": pa.array([2**62], pa.timestamp("us")),
    "zone": pa.array([0], pa.timestamp("us", tz="Nowhere/Town")),
}


@pytest.mark.parametrize("name", FAR)
def test_instants_out_of_range_are_refused(name: str, tmp_path: Path):
    pq.write_table(
        pa.table({"contract_no": NUMBERS, "signed_on": FAR[name]}), tmp_path / "a.parquet"
    )
    with pytest.raises(InputFileError, match="cannot be read"):
        read_ledger(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    "geo",
    [
        b"not json",
        b"[]",
        b"5",
        b"\xff",
        b'{"version":"1.0.0"}',
        b'{"primary_column":"x","columns":{}}',
        b'{"primary_column":"shape","columns":{"shape":{"encoding":"WKB"}},"version":"1.0.0"}',
    ],
)
def test_broken_geoparquet_is_refused(geo: bytes, tmp_path: Path):
    table = pa.table({"contract_no": NUMBERS, "shape": pa.array([b"\x01\x02"])})
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), tmp_path / "a.parquet")
    with pytest.raises(InputFileError, match="cannot be read"):
        read_ledger(tmp_path / "a.parquet")


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary(3)])
def test_bytes_are_text_in_utf_8_or_unreadable(kind: pa.DataType, tmp_path: Path):
    notes = pa.array(["地".encode(), b"\xff\xfe\xfd"], kind)
    pq.write_table(pa.table({"contract_no": ["1", "2"], "note": notes}), tmp_path / "a.parquet")
    ledger = read_ledger(tmp_path / "a.parquet")
    assert ledger.columns.texts["note"].tolist() == ["地"]
    (issue,) = ledger.rejected
    assert (issue.row, issue.column, issue.value) == (2, "note", "0xfffefd")


def test_characters_that_nothing_can_store_send_the_row_back(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("contract_no,note,own\n1,a\0b,\n2,,c\0d\n", "utf-8")
    ledger = read_ledger(path)
    (issue,) = ledger.rejected
    assert (issue.row, issue.column, issue.value) == (1, "note", r"a\x00b")
    assert ledger.extras["own"].tolist() == [r"c\x00d"]


def test_half_a_character_is_no_text():
    with pytest.raises(CellError) as told:
        read_cell(BY_KEY["note"], "a\ud800b")
    assert str(told.value) == r"“a\ud800b” is not a value that can be read."


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_layer_named_in_a_file_of_one_table_is_refused(name: str, tmp_path: Path):
    (tmp_path / "a.csv").write_text("contract_no\n7\n", "utf-8")
    pq.write_table(pa.table({"contract_no": NUMBERS}), tmp_path / "a.parquet")
    with pytest.raises(InputFileError, match="no layer parks"):
        read_ledger(tmp_path / name, layer="parks")
