"""Layers beside the ledger: parks, roads, water, outlines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geodata.errors import InputFileError
from geodata.geometry.validity import multipolygons
from geodata.importers.detective import NOWHERE, Ground
from geodata.importers.issues import Issue
from geodata.importers.readers import read_table
from geodata.importers.shapes import stored, stored_polygons
from geodata.model.codelists import IssueSeverity
from geodata.settings import Tolerances

_POLYGONAL: Final = ("Polygon", "MultiPolygon")
_DRAWN: Final = Tolerances(repair_percent=math.inf)  # a backdrop is shown, never measured


def read_layer(
    path: str | Path,
    layer: str | None = None,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
    tell: Callable[[Issue], None] | None = None,
) -> gpd.GeoDataFrame:
    """A layer of any shapes in EPSG:4490, its attributes as the file holds them.

    Polygons come as valid multipolygons.

    Parameters
    ----------
    path
        Any file with shapes that `geodata.importers.readers` knows.
    layer
        Layer of the file; by default its first.
    crs, ground
        The reference system, and what is known of the place, as in
        `geodata.importers.shapes.stored`.
    tell
        Told how the reference system was found where the file does not name it.

    Raises
    ------
    InputFileError
        When the file cannot be read or has no shapes.
    CoordinateError
        When the shapes carry no reference system and more or less than one fits, or one that
        their coordinates contradict.
    """
    path = Path(path)
    table = read_table(path, lambda _: False, layer)
    if table.geometry is None:
        raise InputFileError(
            "The file {path} has no shapes.",
            "Hand the layer over as GeoPackage, Shapefile, GeoJSON, KML, DXF or boundary points.",
            path=path,
        )
    _require_whole(path, table.issues)
    shapes = table.geometry
    if shapes.geom_type.dropna().isin(_POLYGONAL).all():
        polygons = stored_polygons(
            shapes, crs=crs, ground=ground, declared=table.declared, tolerances=_DRAWN
        )
        placed = polygons.settled
        placed.frame.geometry = multipolygons(polygons.geometry.to_numpy())
    else:
        flat = gpd.GeoDataFrame(geometry=shapely.force_2d(shapes), crs=shapes.crs)
        placed = stored(flat, crs=crs, ground=ground, declared=table.declared)
    if tell:
        for note in (*table.issues, *placed.notes):
            tell(note)
    attributes = dict(zip(table.headers, table.columns, strict=True))
    return gpd.GeoDataFrame(pd.DataFrame(attributes, dtype=object), geometry=placed.frame.geometry)


def _require_whole(path: Path, issues: Iterable[Issue]) -> None:
    """Refuse a file of which a shape cannot be read: a layer counts as a whole or not at all."""
    for issue in issues:
        if issue.severity is IssueSeverity.REJECTED:
            raise InputFileError(
                "Line {line} of {path}: {reason}",
                "Correct the file there; a layer counts as a whole or not at all.",
                path=path,
                line=issue.line,
                reason=issue.text(),
            )
