"""One small ledger in every format a bureau may hand over."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
from shapely.geometry import Polygon, box

from tests.importers.binary_workbook import write_binary_workbook

# Chinese headers of at most ten bytes in GBK and nine in UTF-8 survive a Shapefile.
HEADERS = ("合同号", "分期", "坐落", "定金", "备注", "uscc", "closed_on")
ROWS: Sequence[Sequence[str]] = (
    ("沪金（2024）5号", "", "金山大道1号", "12000000", "正常", "91310000132260250X", "2024-01-05"),
    ("00012345", "1", "", "0.5", "", "", ""),
    ("00012345", "2", "朱行镇", "", "第二期", "", "1900-01-01"),
)


def square(column: int) -> Polygon:
    """A shape of some hectares in Jinshan."""
    return box(121.30 + column / 100, 30.70, 121.305 + column / 100, 30.705)


def frame(crs: object = 4490) -> gpd.GeoDataFrame:
    columns = {header: [row[place] or None for row in ROWS] for place, header in enumerate(HEADERS)}
    shapes = [square(number) for number in range(len(ROWS))]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def write_text(path: Path, encoding: str, delimiter: str = ",", newline: str = "\r\n") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=newline)
        writer.writerows([HEADERS, *ROWS])
    return path


def write_workbook(path: Path, above: Sequence[Sequence[object]] = ()) -> Path:
    book = openpyxl.Workbook()
    notes, sheet = book.active, book.create_sheet("台账")
    assert notes is not None
    notes.append(["填表说明", "每行一份合同"])
    for row in (*above, HEADERS, *ROWS):
        sheet.append([cell or None for cell in row])
    sheet.cell(len(above) + 2, 4).value = 12000000.0
    sheet.cell(len(above) + 2, 7).value = date(2024, 1, 5)
    book.save(path)
    return path


def write_shapefile(path: Path, encoding: str, *, stated: bool) -> Path:
    frame().to_file(path, encoding=encoding)
    if not stated:
        path.with_suffix(".cpg").unlink()
    return path


def write_ods(path: Path, table: Sequence[Sequence[str]] = (HEADERS, *ROWS)) -> Path:
    """The smallest ODS: one table and what a reader needs to find it."""

    def cell(text: str) -> str:
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p>'
            "</table:table-cell>"
        )

    rows = "".join(
        f"<table:table-row>{''.join(cell(text) for text in row)}</table:table-row>" for row in table
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="台账">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def _binary(path: Path) -> Path:
    return write_binary_workbook(path, [[cell or None for cell in row] for row in (HEADERS, *ROWS)])


def _frame_file(path: Path, driver: str) -> Path:
    frame().to_file(path, driver=driver, layer="ledger")
    return path


def _parquet(path: Path) -> Path:
    pd.DataFrame(frame().drop(columns="geometry")).to_parquet(path)
    return path


def _geoparquet(path: Path) -> Path:
    frame().to_parquet(path)
    return path


WRITERS: dict[str, Callable[[Path], Path]] = {
    "utf8.csv": lambda path: write_text(path, "utf-8"),
    "bom.csv": lambda path: write_text(path, "utf-8-sig"),
    "gbk.csv": lambda path: write_text(path, "gbk"),
    "gb18030.csv": lambda path: write_text(path, "gb18030", newline="\n"),
    "utf16.txt": lambda path: write_text(path, "utf-16", "\t"),
    "tabs.tsv": lambda path: write_text(path, "utf-8", "\t"),
    "semicolons.csv": lambda path: write_text(path, "utf-8", ";"),
    "plain.xlsx": write_workbook,
    "titled.xlsx": lambda path: write_workbook(
        path, [["金山区产业用地履约台账"], [None], ["单位：元", "备注"]]
    ),
    "macros.xlsm": write_workbook,
    "sheet.xlsb": _binary,
    "sheet.ods": write_ods,
    "layer.gpkg": lambda path: _frame_file(path, "GPKG"),
    "layer.geojson": lambda path: _frame_file(path, "GeoJSON"),
    "utf8.shp": lambda path: write_shapefile(path, "UTF-8", stated=True),
    "utf8_unstated.shp": lambda path: write_shapefile(path, "UTF-8", stated=False),
    "gbk.shp": lambda path: write_shapefile(path, "GBK", stated=True),
    "gbk_unstated.shp": lambda path: write_shapefile(path, "GBK", stated=False),
    "plain.parquet": _parquet,
    "shapes.parquet": _geoparquet,
}
WITH_SHAPES = [name for name in WRITERS if name.endswith((".gpkg", ".geojson", ".shp"))]
WITH_SHAPES.append("shapes.parquet")
