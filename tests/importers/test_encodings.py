"""An encoding that is named is used, and a name or a text that does not fit is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import InputFileError, UsageError
from geodata.importers.content import read_content
from geodata.importers.encodings import ENCODINGS, codec_of
from geodata.importers.ledger import read_ledger
from geodata.model.content_lists import ContentKind
from tests.importers.samples import write_shapefile, write_text

BLOCK = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=40
精度=0.001
[地块坐标]
4,1.0,310116001002GB00012,示例地块,面,,工業用地,0601,@
J1,1,3403000.0,40628300.0
J2,1,3403000.0,40628400.0
J3,1,3402900.0,40628400.0
J4,1,3402900.0,40628300.0
"""


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_name_is_known_however_it_is_written(name: str):
    forms = (name, name.lower(), name.replace("-", ""), name.replace("-", "_"))
    assert {codec_of(form) for form in forms} == {ENCODINGS[name]}


@pytest.mark.parametrize("path", ["a.csv", "a.xlsx", "none.shp"])
def test_an_unknown_encoding_is_refused_whatever_the_file(path: str, tmp_path: Path):
    known = "UTF-8, UTF-16, GB18030, GBK, GB2312, Big5"
    with pytest.raises(UsageError, match="encoding latin-1 is not known") as told:
        read_ledger(tmp_path / path, encoding="latin-1")
    assert known in str(told.value)


@pytest.mark.parametrize("name", ["UTF-8", "GBK", "GB18030"])
def test_a_table_is_read_in_the_encoding_named(name: str, tmp_path: Path):
    path = write_text(tmp_path / "a.csv", name)
    assert read_ledger(path, encoding=name).columns.texts["location"][0] == "金山大道1号"


def test_an_encoding_that_nobody_would_guess(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes("合同編號,contract_no\n金山,7\n".encode("big5"))
    assert read_ledger(path, encoding="big5").extras["合同編號"].tolist() == ["金山"]


@pytest.mark.parametrize(("written", "named"), [("gbk", "UTF-8"), ("utf-16", "UTF-8")])
def test_a_text_that_does_not_fit_names_its_line(written: str, named: str, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes("contract_no,note\n1,x\n2,金山\n".encode(written))
    with pytest.raises(InputFileError, match=rf"Line [13] of .* is no text in {named}"):
        read_ledger(path, encoding=named)


def test_the_attributes_of_a_shapefile_are_read_in_the_encoding_named(tmp_path: Path):
    path = write_shapefile(tmp_path / "a.shp", "GBK", stated=True)
    path.with_suffix(".cpg").write_text("Big5")
    assert read_ledger(path, encoding="GBK").columns.texts["location"][0] == "金山大道1号"
    with pytest.raises(InputFileError, match=r"Row 1 of .* is no text in UTF-8"):
        read_ledger(path, encoding="UTF-8")


def test_boundary_points_are_read_in_the_encoding_named(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(BLOCK, "gb18030")
    found = read_content(path, encoding="GBK")
    assert (found.kind, found.profile) == (ContentKind.PARCELS, "boundary_points")
    assert found.rows[0]["land_use"] == "工業用地"
    with pytest.raises(InputFileError, match=r"Line 1 of .* is no text in UTF-8"):
        read_content(path, encoding="UTF-8")
