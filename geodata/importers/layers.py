"""Layers beside the ledger: parks, roads, water, outlines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geodata.errors import InputFileError
from geodata.importers.readers import read_table
from geodata.importers.shapes import stored, stored_polygons

_POLYGONAL: Final = ("Polygon", "MultiPolygon")


def read_layer(path: str | Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """A layer of any shapes in EPSG:4490, its attributes as the file holds them.

    Polygons come as valid multipolygons.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON or GeoParquet.
    layer
        Layer of the file; by default its first.

    Raises
    ------
    InputFileError
        When the file cannot be read or has no shapes.
    CoordinateError
        When the shapes carry no reference system, or one that their coordinates contradict.
    """
    path = Path(path)
    table = read_table(path, lambda _: False, layer)
    if table.geometry is None:
        raise InputFileError(
            "The file {path} has no shapes.",
            "Hand the layer over as GeoPackage, Shapefile, GeoJSON or GeoParquet.",
            path=path,
        )
    shapes = table.geometry
    if shapes.geom_type.dropna().isin(_POLYGONAL).all():
        placed = stored_polygons(shapes).frame
    else:
        placed = stored(gpd.GeoDataFrame(geometry=shapely.force_2d(shapes), crs=shapes.crs))
    attributes = dict(zip(table.headers, table.columns, strict=True))
    return gpd.GeoDataFrame(pd.DataFrame(attributes, dtype=object), geometry=placed.geometry)
