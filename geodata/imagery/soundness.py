"""Whether every block of a raster file can be read, and holds what was written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rasterio.enums import Compression
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geodata.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

    from rasterio.io import DatasetReader

_EVERY: Final = 1024


def require_sound(dataset: DatasetReader, path: Path) -> None:
    """Read every block of a file, as one that was cut short says nothing before.

    Raises
    ------
    InputFileError
        When one cannot be read, or is not what its checksum says.
    """
    for row in range(0, dataset.height, _EVERY):
        for col in range(0, dataset.width, _EVERY):
            width, height = min(_EVERY, dataset.width - col), min(_EVERY, dataset.height - row)
            try:
                dataset.read(window=Window(col, row, width, height))
            except RasterioError as error:
                raise _damaged(path, row, col) from error
    if dataset.driver == "GTiff" and dataset.compression is Compression.deflate:
        _compare_checksums(dataset, path)


def _compare_checksums(dataset: DatasetReader, path: Path) -> None:
    """Deflated blocks end in a checksum, which GDAL does not look at."""
    with path.open("rb") as stream:
        for offset, (size, row, col) in dict(_blocks(dataset)).items():
            stream.seek(offset)
            try:
                zlib.decompress(stream.read(size))
            except zlib.error as error:
                raise _damaged(path, row, col) from error


def _blocks(dataset: DatasetReader) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Where each block is in the file, its length, row and column; bands may share blocks."""
    for band in dataset.indexes:
        for (down, right), window in dataset.block_windows(band):
            offset, size = (
                dataset.get_tag_item(f"BLOCK_{name}_{right}_{down}", "TIFF", bidx=band)
                for name in ("OFFSET", "SIZE")
            )
            if offset and size:
                yield int(offset), (int(size), window.row_off, window.col_off)


def _damaged(path: Path, row: int, col: int) -> InputFileError:
    return InputFileError(
        "The file {path} is damaged: what lies at row {row}, column {col} cannot be read.",
        "Copy it again from where it came; it may have been cut short.",
        path=path,
        row=row,
        col=col,
    )
