"""Raster tiles of a scene, for maps."""

from __future__ import annotations

from typing import Final

from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader

from geodata.imagery.picture import Stretch
from geodata.imagery.scene import Scene, opened
from geodata.tiles.matrix import TileAddress

MEDIA_TYPE: Final = "image/png"
_SIDE: Final = 256
_FASTEST: Final = 1


def raster_tile(scene: Scene, tile: TileAddress, stretch: Stretch) -> bytes | None:
    """One tile as PNG, clear where the scene has no values; None where it does not lie there.

    A scene smaller than a pixel of the tile is not looked for: GDAL would warp half the world.

    Raises
    ------
    InputFileError
        When the scene can no longer be read.
    """
    if scene.resolution_m * max(scene.grid.height, scene.grid.width) < tile.width_m / _SIDE:
        return None
    with opened(scene.path) as dataset, Reader(None, dataset=dataset) as reader:
        try:
            found = reader.tile(
                *(tile.column, tile.row, tile.zoom), tilesize=_SIDE, indexes=stretch.layers
            )
        except TileOutsideBounds:
            return None
        png: bytes = found.rescale(stretch.limits).render(img_format="PNG", zlevel=_FASTEST)
        return png
