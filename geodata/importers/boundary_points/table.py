"""A boundary text as the neutral table of every other file."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

import geopandas as gpd
from pyproj import CRS

from geodata.importers.boundary_points.reader import BoundaryFile
from geodata.importers.boundary_points.rings import Shape
from geodata.importers.detective import Outcome, detect
from geodata.importers.issues import Issue
from geodata.importers.tables import RawTable

_HEADERS: Final = (
    *("地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码", "备注"),
    "地块面积(平方米)",
)


def boundary_table(file: BoundaryFile) -> RawTable:
    """Table of the blocks; one that was sent back has no shape, and an issue says why.

    Raises
    ------
    CoordinateError
        When the header names a system from which no public way leads to CGCS2000.
    """
    file.declaration.require_public()
    refused = {issue.row for issue in file.rejected}
    rows = range(1, len(file.blocks) + 1)
    cells = [
        (*(text or None for text in astuple(block.label)), block.stated_area_m2)
        for block in file.blocks
    ]
    shapes = [
        None if row in refused else block.shape
        for row, block in zip(rows, file.blocks, strict=True)
    ]
    crs, found = (file.crs, ()) if file.crs else _detected(file, shapes)
    return RawTable(
        name="",
        headers=_HEADERS,
        columns=tuple(zip(*cells, strict=True)),
        row_no=rows,
        line_no=[block.line for block in file.blocks],
        geometry=gpd.GeoSeries(shapes, crs=crs),
        issues=(*file.issues, *found),
    )


def _detected(
    file: BoundaryFile, shapes: list[Shape | None]
) -> tuple[CRS | None, tuple[Issue, ...]]:
    """The system and its evidence, where header and numbers together leave one; else none."""
    verdict = detect(shapes, declared=file.declaration)
    if verdict.outcome is not Outcome.CERTAIN or verdict.answer().steps:
        return None, ()
    return CRS.from_epsg(verdict.answer().epsg), verdict.answer().evidence
