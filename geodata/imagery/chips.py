"""Small pictures of a parcel on one day: outline, scale and date, north up."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import numpy as np
import shapely
from affine import Affine
from PIL import Image, ImageDraw, ImageFont
from pyproj import CRS, Transformer

from geodata.geometry.crs import STORAGE_EPSG, zone_for
from geodata.imagery.grid import Grid
from geodata.imagery.picture import Stretch
from geodata.imagery.reading import reading
from geodata.imagery.scene import Scene

SIDE: Final = 320
"""Pixels a side of a chip."""

_AROUND: Final = 1.8  # how much more than the parcel is shown
_LEAST_M: Final = 150.0
_LINE: Final = "#FFE600"
_PAPER: Final = (255, 255, 255)
_INK: Final = "black"
_EDGE: Final = 8
_TEXT: Final = 13


def chip(scene: Scene, outline: shapely.Geometry, stretch: Stretch) -> bytes:
    """A picture of a parcel as PNG; what the scene does not show of it is grey.

    Parameters
    ----------
    scene
        What shows it.
    outline
        The parcel in EPSG:4490.
    stretch
        How the scene is shown.

    Raises
    ------
    InputFileError
        When the scene can no longer be read.
    """
    grid, shape = _around(outline)
    with reading(scene, grid) as reader:
        patch = reader.patch(grid.whole)
    picture = stretch.picture(patch, scene.scale)
    _draw_outline(picture, shape, grid)
    _draw_scale(picture, grid.pixel_size[0])
    _label(picture, (_EDGE, _EDGE), scene.taken_on.isoformat())
    stream = BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _around(outline: shapely.Geometry) -> tuple[Grid, shapely.Geometry]:
    """The pixels of a chip in the CGCS2000 zone of the parcel, and the parcel there."""
    zone = zone_for(shapely.point_on_surface(outline).x)
    way = Transformer.from_crs(STORAGE_EPSG, zone, always_xy=True)
    shape = shapely.transform(outline, lambda points: np.column_stack(way.transform(*points.T)))
    west, south, east, north = shape.bounds
    side = max(east - west, north - south, _LEAST_M / _AROUND) * _AROUND
    corner = (west + east - side) / 2, (south + north + side) / 2
    transform = Affine.translation(*corner) @ Affine.scale(side / SIDE, -side / SIDE)
    return Grid(CRS.from_epsg(zone), transform, SIDE, SIDE), shape


def _draw_outline(picture: Image.Image, shape: shapely.Geometry, grid: Grid) -> None:
    draw, onto = ImageDraw.Draw(picture), ~grid.transform
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            line = [onto @ (x, y) for x, y in ring.coords]
            draw.line(line, fill=_INK, width=4, joint="curve")
            draw.line(line, fill=_LINE, width=2, joint="curve")


def _draw_scale(picture: Image.Image, pixel_m: float) -> None:
    """A bar of a round number of metres, at most a third of the picture."""
    most = SIDE * pixel_m / 3
    power = 10 ** np.floor(np.log10(most))
    metres = int(max(step * power for step in (1, 2, 5) if step * power <= most))
    length, bottom = metres / pixel_m, SIDE - _EDGE
    _label(picture, (_EDGE, bottom - _TEXT - 8), f"{metres} m")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((_EDGE, bottom - 4, _EDGE + length, bottom), fill=_PAPER, outline=_INK)


def _label(picture: Image.Image, at: tuple[int, int], text: str) -> None:
    font, draw = ImageFont.load_default(_TEXT), ImageDraw.Draw(picture)
    draw.text(at, text, fill=_PAPER, font=font, stroke_width=2, stroke_fill=_INK)
