"""A boundary text as the neutral table of every other file."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

import geopandas as gpd

from geodata.importers.boundary_points.checks import AREA
from geodata.importers.boundary_points.reader import BoundaryFile
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
    return RawTable(
        name="",
        headers=_HEADERS,
        columns=tuple(zip(*cells, strict=True)),
        row_no=rows,
        line_no=[block.line for block in file.blocks],
        geometry=gpd.GeoSeries(shapes, crs=file.crs),
        # Differing areas are told by who holds every stated area against its shape.
        issues=tuple(issue for issue in file.issues if issue.column != AREA),
        declared=file.declaration,
    )
