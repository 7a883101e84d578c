"""The exchange text of boundary points (勘测定界界址点坐标交换格式): read, checked and written.

The format has no published standard; its fourteen variants in circulation are named in `variants`.
"""

from geodata.importers.boundary_points.blocks import BlockLabel
from geodata.importers.boundary_points.lines import is_boundary_text
from geodata.importers.boundary_points.reader import (
    BoundaryBlock,
    BoundaryFile,
    read_boundary_points,
)
from geodata.importers.boundary_points.table import boundary_table
from geodata.importers.boundary_points.variants import Variant
from geodata.importers.boundary_points.writer import PointNames, Style, write_boundary_points

__all__ = [
    "BlockLabel",
    "BoundaryBlock",
    "BoundaryFile",
    "PointNames",
    "Style",
    "Variant",
    "boundary_table",
    "is_boundary_text",
    "read_boundary_points",
    "write_boundary_points",
]
