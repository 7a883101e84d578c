"""Scenes read window by window, on their own pixels or on those of another grid."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window as RasterWindow

from geodata.errors import InputFileError
from geodata.imagery.grid import Flags, Grid, Patch, Window
from geodata.imagery.scene import Scene, opened

if TYPE_CHECKING:
    from pathlib import Path

    from rasterio.io import DatasetReader

SIDE: Final = 1024
"""Pixels a side of the windows a scene is read in."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneReader:
    """A scene, open.

    Attributes
    ----------
    scene
        The scene.
    grid
        The pixels it is read on.
    """

    scene: Scene
    grid: Grid
    _values: DatasetReader
    _clouds: DatasetReader | None

    def patch(self, window: Window) -> Patch:
        """The pixels of a window of the grid.

        Raises
        ------
        InputFileError
            When the file was changed since it was opened first.
        """
        part = RasterWindow(window.col, window.row, window.width, window.height)
        layers = list(range(1, len(self.scene.bands) + 1))
        try:
            values = self._values.read(layers, window=part, out_dtype=np.float32)
            is_valid = self._valid(values, layers, part)
            is_cloud = self._cloud(part, values.shape[1:])
        except RasterioError as error:
            raise InputFileError(
                "The scene {path} cannot be read any more: {reason}.",
                "Register it again.",
                path=self.scene.path,
                reason=error,
            ) from error
        if self.scene.scale != 1:
            values *= np.float32(self.scene.scale)
        return Patch(
            grid=self.grid.part(window),
            taken_on=self.scene.taken_on,
            bands=self.scene.bands,
            values=values,
            is_valid=is_valid,
            is_cloud=is_cloud,
        )

    def _valid(
        self, values: npt.NDArray[np.float32], layers: list[int], part: RasterWindow
    ) -> Flags:
        is_finite: Flags = np.all(np.isfinite(values), axis=0)
        if isinstance(self._values, WarpedVRT) or all(
            MaskFlags.all_valid in flags for flags in self._values.mask_flag_enums
        ):
            return is_finite  # what is laid on another grid is nan where it has no value
        is_valid: Flags = is_finite & self._values.read_masks(layers, window=part).all(axis=0)
        return is_valid

    def _cloud(self, part: RasterWindow, shape: tuple[int, ...]) -> Flags:
        if self._clouds is None:
            return np.zeros(shape, dtype=np.bool_)
        is_cloud: Flags = self._clouds.read(1, window=part) != 0
        return is_cloud


@contextmanager
def reading(scene: Scene, grid: Grid | None = None) -> Iterator[SceneReader]:
    """Open a scene, and lay it on another grid where one is given.

    Raises
    ------
    InputFileError
        When the file is missing or cannot be read.
    """
    target = grid or scene.grid
    with ExitStack() as stack:
        values = _laid(stack, scene.path, target, Resampling.bilinear)
        clouds = scene.cloud_mask and _laid(stack, scene.cloud_mask, target, Resampling.nearest)
        yield SceneReader(scene, target, values, clouds)


def _laid(stack: ExitStack, path: Path, grid: Grid, resampling: Resampling) -> DatasetReader:
    """A raster on the pixels of a grid."""
    dataset = stack.enter_context(opened(path))
    own = Grid(grid.crs, dataset.transform, dataset.height, dataset.width)
    if dataset.crs == grid.crs and own.is_same_as(grid):
        return dataset
    laid = WarpedVRT(
        dataset,
        crs=grid.crs.to_wkt(),
        transform=grid.transform,
        height=grid.height,
        width=grid.width,
        resampling=resampling,
        nodata=math.nan,
        dtype="float32",
    )
    reader: DatasetReader = stack.enter_context(laid)
    return reader
