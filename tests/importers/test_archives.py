"""Archives: what is in them is read, what they would do is not."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.errors import InputFileError
from geodata.importers import archives
from geodata.importers.layers import read_layer
from geodata.importers.ledger import read_ledger
from geodata.importers.readers import read_table, sha256_of
from tests.importers.samples import WRITERS, frame, square, write_text

PACKED = [name for name in WRITERS if not name.endswith("utf16.txt")]


def pack(path: Path, files: dict[str, bytes], *, utf8: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    if not utf8:
        raw = path.read_bytes()
        path.write_bytes(raw.replace(b"XXXX", "宗地".encode("gbk")))
    return path


def packed(tmp_path: Path, name: str, folder: str = "") -> Path:
    inside = tmp_path / "inside"
    inside.mkdir()
    WRITERS[name](inside / name)
    files = {f"{folder}{path.name}": path.read_bytes() for path in inside.iterdir()}
    return pack(tmp_path / "a.zip", files)


@pytest.mark.parametrize("folder", ["", "成果/第一批/"])
@pytest.mark.parametrize("name", PACKED)
def test_any_table_may_come_packed(
    name: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    ledger = read_ledger(packed(tmp_path, name, folder))
    assert ledger.row_count == 3
    assert ledger.columns.texts["contract_no"].tolist()[0] == "沪金（2024）5号"
    assert not list(place.iterdir())


@pytest.mark.parametrize("missing", [(".cpg",), (".prj",), (".cpg", ".prj")])
def test_shapefiles_may_come_without_their_lesser_parts(missing: tuple[str, ...], tmp_path: Path):
    frame().to_file(tmp_path / "a.shp", encoding="GBK")
    parts = [p for p in tmp_path.glob("a.*") if p.suffix not in missing]
    table = read_table(
        pack(tmp_path / "a.zip", {p.name: p.read_bytes() for p in parts}), lambda _: False
    )
    assert table.columns[0][0] == "沪金（2024）5号"
    assert (table.geometry.crs is None) is (".prj" in missing)


def test_parts_with_endings_in_capitals_belong_together(tmp_path: Path):
    frame().to_file(tmp_path / "a.shp", encoding="GBK")
    files = {p.name.upper(): p.read_bytes() for p in tmp_path.glob("a.*")}
    assert read_ledger(pack(tmp_path / "b.zip", files)).row_count == 3


@pytest.mark.parametrize("folder", ["", "a.gdb/", "成果/a.gdb/"])
def test_a_packed_file_geodatabase(folder: str, tmp_path: Path):
    frame().to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    files = {f"{folder}{p.name}": p.read_bytes() for p in (tmp_path / "a.gdb").iterdir()}
    assert read_ledger(pack(tmp_path / "a.gdb.zip", files)).row_count == 3


def test_a_packed_map(tmp_path: Path):
    gpd.GeoDataFrame({"name": ["甲"]}, geometry=[square(0)], crs=4326).to_file(
        tmp_path / "doc.kml", driver="LIBKML"
    )
    path = pack(tmp_path / "a.kmz", {"doc.kml": (tmp_path / "doc.kml").read_bytes()})
    assert read_layer(path)["name"].tolist() == ["甲"]


def test_what_systems_add_and_what_explains_is_passed_over(tmp_path: Path):
    write_text(tmp_path / "a.csv", "gbk")
    frame().to_file(tmp_path / "b.gpkg")
    files = {
        "__MACOSX/._b.gpkg": b"x",
        ".DS_Store": b"x",
        "说明.txt": "请看".encode(),
        "图/b.gpkg": (tmp_path / "b.gpkg").read_bytes(),
        "older.zip": pack(tmp_path / "older.zip", {"a.csv": b"x"}).read_bytes(),
    }
    assert read_ledger(pack(tmp_path / "a.zip", files)).geometry is not None


def test_names_in_a_chinese_code_page_are_read(tmp_path: Path):
    path = pack(tmp_path / "a.zip", {"XXXX1.csv": b"a", "XXXX2.csv": b"b"}, utf8=False)
    with pytest.raises(InputFileError, match=r"holds 2 datasets \(宗地1\.csv, 宗地2\.csv\)"):
        read_ledger(path)


def test_an_archive_without_a_dataset_or_with_several_is_refused(tmp_path: Path):
    with pytest.raises(InputFileError, match="nothing that can be read"):
        read_ledger(pack(tmp_path / "a.zip", {"a.docx": b"x", "b.zip": b"PK\5\6"}))
    with pytest.raises(InputFileError, match="nothing that can be read"):
        read_ledger(pack(tmp_path / "empty.zip", {}))


def test_messages_name_the_archive_and_not_the_temporary_place(tmp_path: Path):
    path = pack(tmp_path / "a.zip", {"b.csv": b"own\n1\n"})
    with pytest.raises(InputFileError) as caught:
        read_ledger(path)
    assert str(path) in str(caught.value)
    with pytest.raises(InputFileError) as caught:
        read_ledger(pack(path, {"b.gpkg": b"SQLite format 3\0"}))
    assert f"{path / 'b.gpkg'} cannot be read" in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv",
        "x/../../a.csv",
        "/etc/a.csv",
        "\\\\host\\a.csv",
        "..\\a.csv",
        "C:\\a.csv",
        "a.csv:stream",
    ],
)
def test_names_that_lead_outside_are_refused(name: str, tmp_path: Path):
    with pytest.raises(InputFileError, match="names a file outside itself"):
        read_ledger(pack(tmp_path / "a.zip", {name: b"contract_no\n7\n"}))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_links_are_refused(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputFileError, match=r"names a file outside itself: a\.csv"):
        read_ledger(path)


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
def test_what_would_grow_beyond_any_table_is_refused(name: str, tmp_path: Path):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        member = "xl/workbook.xml" if name.endswith("xlsx") else "a.csv"
        with archive.open(member, "w") as file:
            for _ in range(80):
                file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InputFileError, match=r"would grow from [0-9]+ to 83886080 bytes"):
        read_ledger(path)


def test_the_size_of_an_archive_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = pack(tmp_path / "a.zip", {"a.csv": b"contract_no\n" + b"7\n" * 100})
    assert read_ledger(path).rejected
    monkeypatch.setattr(archives, "LARGEST_BYTES", 200)
    with pytest.raises(InputFileError, match="1 files of 212 bytes in all; at most 200"):
        read_ledger(path)


def test_the_number_of_members_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "_MOST_MEMBERS", 2)
    path = pack(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(3)})
    with pytest.raises(InputFileError, match="holds 3 files"):
        read_ledger(path)


def test_a_member_that_says_less_than_it_holds_is_refused(tmp_path: Path):
    path = pack(tmp_path / "a.zip", {"a.csv": b"contract_no\n" + b"7\n" * 5000})
    size = (10012).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (13).to_bytes(4, "little")))
    with pytest.raises(InputFileError, match="cannot be unpacked"):
        read_ledger(path)


def test_protected_archives_are_refused(tmp_path: Path):
    path = pack(tmp_path / "a.zip", {"a.csv": b"contract_no\n7\n"})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(InputFileError, match="protected by a password"):
        read_ledger(path)


def test_the_real_archive(shared_data: Path):
    layer = read_layer(shared_data / "parcels_abroad" / "Marker_2026.zip")
    assert len(layer) == 100
    assert layer.geometry.is_valid.all()


def test_the_digest_of_a_directory_is_that_of_its_files(tmp_path: Path):
    frame().to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    shutil.copytree(tmp_path / "a.gdb", tmp_path / "b.gdb")
    before = sha256_of(tmp_path / "a.gdb")
    assert sha256_of(tmp_path / "b.gdb") == before
    table = next((tmp_path / "b.gdb").glob("*9.gdbtable"))
    table.write_bytes(table.read_bytes() + b"x")
    assert sha256_of(tmp_path / "b.gdb") != before
